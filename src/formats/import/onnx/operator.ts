// The definition of an ONNX operation, in one place: its conversion to our nodes, its evaluation on constant inputs, and
// further facts for the readers of a graph.
import { refuse } from '../refusal';
import type { OnnxContext } from './context';
import type { GraphValue, Traits } from './graphValue';
import type { OnnxNode } from './model';
import { CHECK } from './nextSteps';
import type { Tensor } from './tensor';

/** Converts an ONNX node to our nodes and returns its first output. `atEnd` holds from the final softmax on. */
type Converter = (context: OnnxContext, node: OnnxNode, atEnd: boolean) => GraphValue;

/** Evaluates a node on constant inputs; `given` has the inputs by position, `inputs` only the present ones. */
export type Fold = (inputs: readonly Tensor[], node: OnnxNode, given: readonly (Tensor | undefined)[]) => Tensor;

export interface Operator extends Traits {
  readonly convert?: Converter;
  /** Gives the output of a position of an operation that has several. Without it, only the first output can be read. */
  readonly further?: (context: OnnxContext, node: OnnxNode, output: number) => GraphValue;
  readonly fold?: Fold;
  /** Number of inputs that `fold` needs, if more than one. */
  readonly needs?: number;
  /** A constant computed from the input's shape only, also for an activation. */
  readonly ofShape?: (dims: readonly number[], node: OnnxNode) => Tensor;
  /** Why it cannot be converted, and the remedy. */
  readonly refusal?: readonly [why: string, next: string];
}

/** By operation name. Entries of one operation in several tables are merged. */
export type Operators = Readonly<Record<string, Operator>>;

/** Entries for operations that the page treats alike. */
export const alike = (names: readonly string[], operator: Operator): Operators =>
  Object.fromEntries(names.map((name) => [name, operator]));

/**
 * The result of a node on constant inputs; an omitted input is undefined.
 * @throws Refusal if the inputs do not fit the operation.
 */
export function evaluate(
  node: OnnxNode,
  fold: Fold,
  { needs = 1 }: Operator,
  given: readonly (Tensor | undefined)[],
): Tensor {
  const inputs = given.filter((x) => x !== undefined);
  if (given[0] === undefined) refuse('It has no input.', CHECK);
  if (inputs.length < needs) refuse(`It has ${inputs.length} of its ${needs} inputs.`, CHECK);
  return fold(inputs, node, given);
}
