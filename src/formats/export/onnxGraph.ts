// Builder of an ONNX graph.
import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxType } from './onnxModel';

/** Collects nodes and tensors under unique names. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  private readonly names = new Set<string>();

  /** `wanted`, with a number appended if it is taken. */
  unique(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.names.has(name); i++) name = `${wanted}_${i}`;
    this.names.add(name);
    return name;
  }

  /** Adds a node with one output, and returns the output's name. */
  node(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain?: string,
  ): string {
    const name = this.unique(output);
    this.nodes.push({ op, inputs, outputs: [name], attributes, ...(domain && { domain }) });
    return name;
  }

  constant(wanted: string, type: OnnxType, dims: readonly number[], values: ArrayLike<number>): string {
    const name = this.unique(wanted);
    this.initializers.push({ name, type, dims, values });
    return name;
  }
}
