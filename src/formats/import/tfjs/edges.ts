// What the conversions of TensorFlow's operations share: values on the edges of a graph, as activations or constants.
import type { Parameter } from '../../../graph/network';
import type { GraphBuilder, Value } from '../graphBuilder';
import { refuse } from '../refusal';
import type { Attributes } from './graphDef';
import type { ManifestWeight } from './shards';

/** Values on the edges: outputs of nodes, or tensors of the file. */
export type Edge = { readonly value: Value } | { readonly constant: ManifestWeight };

export interface OpContext {
  readonly net: GraphBuilder;
  readonly id: string;
  readonly attributes: Attributes;
  readonly inputs: readonly Edge[];
  /** The file's names of its inputs. */
  readonly reads: readonly string[];
}

export type Build = (context: OpContext) => Edge;

/** The remedy for graphs that only fail to be plain networks. */
export const SIMPLER = 'Build the model of plain layers of Keras, and save it as a LayersModel or as ONNX (tf2onnx).';

export const value = (edge: Edge | undefined): Value => {
  if (edge !== undefined && 'value' in edge) return edge.value;
  refuse('It reads a constant where an activation is expected.', SIMPLER);
};
export const constant = (edge: Edge | undefined): ManifestWeight => {
  if (edge !== undefined && 'constant' in edge) return edge.constant;
  refuse('It reads an activation where a constant is expected.', SIMPLER);
};
/** The numbers of a constant with one axis, possibly after axes of 1. */
export const numbers = (edge: Edge | undefined): readonly number[] => {
  const { shape, values } = constant(edge);
  if (shape.slice(0, -1).some((d) => d !== 1)) refuse(`It reads a constant [${shape.join(', ')}].`, SIMPLER);
  return [...values];
};
export const vector = (edge: Edge | undefined): Parameter => {
  const list = numbers(edge);
  return { shape: [list.length], values: Float32Array.from(list) };
};
