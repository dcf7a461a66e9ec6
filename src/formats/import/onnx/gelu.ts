// GELU as files before opset 20 have it: half of `x` times one plus an error function or a tanh, in whatever order an
// exporter multiplies. It is recognized by its values.
import type { ModelFile } from '../importer';
import type { OnnxModel, OnnxNode } from './model';
import { readTensor } from './tensor';

/** Products and sums behind the curve. */
const MOST_STEPS = 4;
/** Operations between `x` and the result. */
const MOST_DEPTH = 12;
const POINTS = [-2.5, -1, -0.3, 0.2, 0.9, 2.2];
const TOLERANCE = 1e-4;
/** TensorProto's float, float16, double and bfloat16. */
const FLOATS: ReadonlySet<number> = new Set([1, 10, 11, 16]);

/** The error function, to 2e-7 (Abramowitz and Stegun, 7.1.26). */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

const FORMS = {
  none: (x: number) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  tanh: (x: number) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Erf: erf,
  Tanh: Math.tanh,
};

/** The model with one Gelu for each decomposed one. What only the parts read is left without a reader. */
export function withGelus(model: OnnxModel, files: readonly ModelFile[]): OnnxModel {
  const givers = new Map<string, OnnxNode>();
  const readers = new Map<string, Set<OnnxNode>>();
  for (const node of model.nodes) {
    for (const name of node.outputs) givers.set(name, node);
    for (const name of node.inputs) readers.set(name, (readers.get(name) ?? new Set()).add(node));
  }

  const scalar = (name: string): number | undefined => {
    const giver = givers.get(name);
    const stored =
      model.tensors.get(name) ?? (giver?.op === 'Constant' ? giver.attributes.get('value')?.tensor : undefined);
    if (stored === undefined || !FLOATS.has(stored.type) || stored.external || stored.dims.some((d) => d !== 1))
      return undefined;
    return readTensor(stored, files).values[0];
  };

  /** The first value with several readers on a way back from a curve. */
  const sharedBefore = (curve: OnnxNode): string | undefined => {
    let [name] = curve.inputs;
    for (let depth = 0; depth < MOST_DEPTH; depth++) {
      if ((readers.get(name)?.size ?? 0) > 1) return name;
      const giver = givers.get(name);
      if (giver === undefined || !Object.hasOwn(OPERATIONS, giver.op)) return undefined;
      name = giver.inputs.find((input) => scalar(input) === undefined) ?? '';
    }
    return undefined;
  };

  /** A value computed from `known` ones; NaN if it depends on more. */
  const computed = (name: string, known: Map<string, number>, depth = MOST_DEPTH): number => {
    const giver = givers.get(name);
    let value = known.get(name) ?? scalar(name);
    if (value === undefined && depth > 0 && giver && giver.inputs.length <= 2 && Object.hasOwn(OPERATIONS, giver.op)) {
      const [a, b = 0] = giver.inputs.map((input) => computed(input, known, depth - 1));
      value = OPERATIONS[giver.op](a, b);
    }
    known.set(name, value ?? Number.NaN);
    return value ?? Number.NaN;
  };

  const formOf = (name: string, x: string) => {
    const values = POINTS.map((at) => computed(name, new Map([[x, at]])));
    const fits = (form: keyof typeof FORMS) =>
      POINTS.every((at, i) => Math.abs(values[i] - FORMS[form](at)) < TOLERANCE);
    return (['none', 'tanh'] as const).find(fits);
  };

  const gelus = new Map<OnnxNode, OnnxNode>();
  for (const curve of model.nodes) {
    if (curve.op !== 'Erf' && curve.op !== 'Tanh') continue;
    const x = sharedBefore(curve);
    let node: OnnxNode | undefined = curve;
    for (let step = 0; x !== undefined && step < MOST_STEPS; step++) {
      const next: readonly OnnxNode[] = [...(readers.get(node.outputs[0]) ?? [])];
      if (next.length !== 1 || !Object.hasOwn(OPERATIONS, next[0].op)) break;
      [node] = next;
      const form = formOf(node.outputs[0], x);
      if (form === undefined) continue;
      const attributes = new Map([['approximate', { text: form, integers: [], floats: [] }]]);
      gelus.set(node, { ...node, op: 'Gelu', inputs: [x], attributes });
      break;
    }
  }
  return gelus.size === 0 ? model : { ...model, nodes: model.nodes.map((node) => gelus.get(node) ?? node) };
}
