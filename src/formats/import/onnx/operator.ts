// What is known of an operation of ONNX, in one place: how it becomes nodes of ours, how it is evaluated where its inputs
// are known, and what the readers of a graph have to know of it besides.
import { refuse } from '../refusal';
import type { OnnxContext } from './context';
import type { GraphValue, Traits } from './graphValue';
import type { OnnxNode } from './model';
import { CHECK } from './nextSteps';
import type { Tensor } from './tensor';

/** Makes nodes of ours of an ONNX node and says what its first output is. `atEnd` holds from the softmax at the end on. */
type Converter = (context: OnnxContext, node: OnnxNode, atEnd: boolean) => GraphValue;

/** Evaluates a node of known inputs; `given` has the inputs by their places, `inputs` only those that are there. */
export type Fold = (inputs: readonly Tensor[], node: OnnxNode, given: readonly (Tensor | undefined)[]) => Tensor;

export interface Operator extends Traits {
  readonly convert?: Converter;
  readonly fold?: Fold;
  /** Inputs that `fold` needs, where it is more than one. */
  readonly needs?: number;
  /** A constant that it makes of the shape of what it reads, also of an activation. */
  readonly ofShape?: (dims: readonly number[], node: OnnxNode) => Tensor;
  /** Why it cannot be converted, and what to do. */
  readonly refusal?: readonly [why: string, next: string];
}

/** By the names of the operations. Operations of several tables have what each says of them. */
export type Operators = Readonly<Record<string, Operator>>;

/** Lines for operations that are one to the page. */
export const alike = (names: readonly string[], operator: Operator): Operators =>
  Object.fromEntries(names.map((name) => [name, operator]));

/**
 * The result of a node of known inputs; an input that was left out is undefined.
 * @throws Refusal when they do not fit the operation.
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
