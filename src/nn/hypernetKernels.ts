// Kernels generated from the width by a small network: MetaQuantNet's block, one per layer, as published.
//   q / 8 -> FC1 -> ReLU -> FC2 -> ReLU -> FC3 -> kernel, rounded to q bits by the caller
//                                       -> FC -> gamma, which multiplies the rounded kernel
// It has hidden + 1 times the parameters of the network, and its input takes only as many values as there are widths,
// so `modulatedKernels` with rank widths - 1 can represent everything it can (kernelSource.ts). For small networks.
// Reference: MetaQuantNet, arXiv 2004.11506, figure 1, which states neither the layer widths nor the initialization.
// Here FC3 starts at the network's kernel for all widths, and gamma, kept positive as an exponential, at 1.
import * as tf from '@tensorflow/tfjs-core';
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { type BitWidth, FLOAT } from '../graph/policy';
import type { KernelSource, Lookup } from './kernelSource';

export interface HypernetOptions {
  /** Width of FC1 and FC2. */
  readonly hidden: number;
  /** Random numbers for the initial weights, e.g. a stream of math/rng.ts. */
  readonly rng: Chance;
}

interface Chance {
  uniform(): number;
  normal(): number;
}

const part = (layer: string, name: string) => parameterName(layer, `kernel~${name}`);

/**
 * Initial values of a block, by name; FC3 is [hidden, numbers of the kernel], and its bias has the kernel's own name.
 */
function startOf(network: Network, id: string, hidden: number, rng: Chance): [string, Parameter][] {
  const kernel = network.parameters.get(parameterName(id, 'kernel'));
  if (kernel === undefined) throw new Error(`${network.name} has no kernel for "${id}".`);
  const normal = (rows: number, std: number) => ({
    shape: [rows, hidden],
    values: Float32Array.from({ length: rows * hidden }, () => std * rng.normal()),
  });
  const zeros = (...shape: number[]) => ({ shape, values: new Float32Array(shape.reduce((p, d) => p * d, 1)) });
  return [
    [part(id, 'fc1'), normal(1, Math.SQRT2)],
    // Spreads the kinks over the widths: with biases at 0 all would be at width 0, and W(q) would be a line.
    [
      part(id, 'fc1.bias'),
      { shape: [hidden], values: Float32Array.from({ length: hidden }, () => rng.uniform() - 0.5) },
    ],
    [part(id, 'fc2'), normal(hidden, Math.sqrt(2 / hidden))],
    [part(id, 'fc2.bias'), zeros(hidden)],
    [part(id, 'fc3'), zeros(hidden, kernel.values.length)],
    [parameterName(id, 'kernel'), kernel],
    [part(id, 'gamma'), zeros(hidden, 1)],
    [part(id, 'gamma.bias'), zeros(1)],
  ];
}

/** The block's hidden values [1, hidden] at a width; float counts as the largest input, 1. */
function hiddenOf(layer: string, bits: BitWidth, variable: Lookup): tf.Tensor2D {
  const of = (name: string) => variable(part(layer, name));
  const q = tf.tensor2d([[bits === FLOAT ? 1 : bits / 8]]);
  const first = tf.relu(tf.add(tf.matMul(q, of('fc1') as tf.Tensor2D), of('fc1.bias')));
  return tf.relu(tf.add(tf.matMul(first as tf.Tensor2D, of('fc2') as tf.Tensor2D), of('fc2.bias')));
}

/** MetaQuantNet's blocks as published; see the top of this file. */
export function hypernetKernels({ hidden, rng }: HypernetOptions): KernelSource {
  return (network) => {
    const start = new Map(layersOf(network).flatMap(({ id }) => startOf(network, id, hidden, rng)));
    return {
      start,
      kernel({ id }, bits, variable) {
        const kernel = variable(parameterName(id, 'kernel'));
        const made = tf.matMul(hiddenOf(id, bits, variable), variable(part(id, 'fc3')) as tf.Tensor2D);
        return tf.add(kernel, tf.reshape(made, kernel.shape));
      },
      gain({ id }: LayerNode, bits: BitWidth, variable: Lookup) {
        const made = tf.matMul(hiddenOf(id, bits, variable), variable(part(id, 'gamma')) as tf.Tensor2D);
        return tf.exp(tf.reshape(tf.add(made, variable(part(id, 'gamma.bias'))), []));
      },
      decays: (name) => name.endsWith('.kernel') || /\.kernel~(fc\d|gamma)$/.test(name),
    };
  };
}
