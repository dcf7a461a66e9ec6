// The type of a zoo entry, a small builder for architectures, and weight initialization.
import type { Architecture, Network, NetworkNode, Padding, Parameter } from '../graph/network';
import { parameterShapes } from '../graph/shapes';
import type { Rng } from '../math/rng';

export interface NetworkDefinition {
  /** Name on the page. */
  readonly label: string;
  /** One plain sentence: size and origin. */
  readonly summary: string;
  readonly reference: string;
  /** True if weights are matched with its architecture as one of zoo/known. */
  readonly isKnown?: true;
  /** True if it reads spectrograms of sounds, not pictures. */
  readonly hears?: true;
  /** Size of its images; absent for that of the others, `ZOO_INPUT`. */
  readonly input?: readonly [h: number, w: number, c: number];
  build(input: readonly [h: number, w: number, c: number], classes: number): Architecture;
}

type NodeOf<O, N extends NetworkNode = NetworkNode> = N extends NetworkNode ? (O extends N['op'] ? N : never) : never;
type AttributesOf<O extends NetworkNode['op']> = Omit<NodeOf<O>, 'id' | 'op' | 'inputs'>;

/** Collects nodes in execution order; each method returns the id of the node it adds. */
export class ArchitectureBuilder {
  private readonly nodes: NetworkNode[] = [];

  add<O extends NetworkNode['op']>(op: O, id: string, inputs: readonly string[], attributes: AttributesOf<O>): string {
    this.nodes.push({ op, id, inputs, ...attributes } as unknown as NetworkNode);
    return id;
  }

  /** k x k convolution without bias, batch norm `<id>.bn` (PyTorch's epsilon), and with `relu` a ReLU `<id>.relu`. */
  convBn(
    id: string,
    input: string,
    filters: number,
    options: { size?: number; stride?: number; relu?: boolean } = {},
  ): string {
    const { size = 3, stride = 1, relu = true } = options;
    const p = size >> 1;
    const padding: Padding = [p, p, p, p];
    this.add('conv2d', id, [input], { filters, size: [size, size], strides: [stride, stride], padding, bias: false });
    const normalized = this.add('batchNorm', `${id}.bn`, [id], { epsilon: 1e-5 });
    return relu ? this.add('relu', `${id}.relu`, [normalized], {}) : normalized;
  }

  build(name: string): Architecture {
    return { name, nodes: this.nodes };
  }
}

/**
 * Initial weights: Kaiming normal kernels (std `sqrt(2 / fan in)`), zero biases, batch norms at identity.
 * Reference: K. He et al., "Delving deep into rectifiers", 2015 (PyTorch's `kaiming_normal_`).
 */
export function initialize(architecture: Architecture, rng: Rng): Network {
  const parameters = new Map<string, Parameter>();
  for (const [name, shape] of parameterShapes(architecture)) {
    const values = new Float32Array(shape.reduce((product, d) => product * d, 1));
    if (name.endsWith('.kernel')) {
      // A depthwise kernel [kh, kw, c, 1] reads one channel.
      const depthwise = shape.length === 4 && shape[3] === 1;
      const fanIn = depthwise ? shape[0] * shape[1] : values.length / shape[shape.length - 1];
      const std = Math.sqrt(2 / fanIn);
      for (let i = 0; i < values.length; i++) values[i] = rng.normal() * std;
    } else if (name.endsWith('.gamma') || name.endsWith('.variance')) values.fill(1);
    parameters.set(name, { shape, values });
  }
  return { ...architecture, parameters };
}
