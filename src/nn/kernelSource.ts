// The source of a layer's kernel at a width, before rounding, in a network of several widths: one kernel for all
// widths, or one modulated by the width. A source brings its own variables. To make kernels in another way, e.g. with a
// hypernetwork, write another source; supernet.ts depends on none.
import * as tf from '@tensorflow/tfjs-core';
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import type { BitWidth } from '../graph/policy';

/** Looks up a variable by name. */
export type Lookup = (name: string) => tf.Tensor;

/** How a network's kernels are made. */
export interface Kernels {
  /** Initial values of its variables, by name. */
  readonly start: ReadonlyMap<string, Parameter>;
  /** Kernel of a layer for a width, in the layer's own shape; differentiable. Called inside `tf.tidy`. */
  kernel(layer: LayerNode, bits: BitWidth, variable: Lookup): tf.Tensor;
  /** Factor of the rounded kernel, a scalar above 0; 1 if absent. */
  gain?(layer: LayerNode, bits: BitWidth, variable: Lookup): tf.Tensor;
  /** True for its variables that weight decay applies to. */
  decays(name: string): boolean;
}

/** Makes the kernels of a network whose layers have these weight widths, by layer id. */
export type KernelSource = (network: Network, widths: ReadonlyMap<string, readonly BitWidth[]>) => Kernels;

const kernelName = (layer: string) => parameterName(layer, 'kernel');

function kernelOf(network: Network, layer: string): Parameter {
  const parameter = network.parameters.get(kernelName(layer));
  if (parameter === undefined) throw new Error(`${network.name} has no kernel for "${layer}".`);
  return parameter;
}

/** One kernel for all widths. */
export const sharedKernels: KernelSource = (network) => ({
  start: new Map(layersOf(network).map(({ id }) => [kernelName(id), kernelOf(network, id)])),
  kernel: ({ id }, _, variable) => variable(kernelName(id)),
  decays: (name) => name.endsWith('.kernel'),
});

export interface ModulationOptions {
  /** R, 0 ... 7; each has as many parameters as the kernel. */
  readonly rank: number;
  /** A learned gain per width, above 0; initially 1. */
  readonly gains: boolean;
}

/**
 * `W(q) = W0 + sum_r c_r(q) U_r`, r = 1 ... R, and a gain per width. A generator whose input is one of K widths gives K
 * kernels, so R = K - 1 can represent any generator, and R = 0 is one kernel for all. U starts at 0, so every width
 * starts at the network's kernel; c starts at the Chebyshev polynomials T_r over the layer's widths. For a layer with
 * fewer than R + 1 widths, the superfluous terms are omitted.
 */
export function modulatedKernels({ rank, gains }: ModulationOptions): KernelSource {
  const direction = (layer: string, r: number) => parameterName(layer, `kernel~${r}`);
  const coefficients = (layer: string, bits: number) => parameterName(layer, `kernel~coefficients/${bits}`);
  const logGain = (layer: string, bits: number) => parameterName(layer, `kernel~logGain/${bits}`);
  return (network, widths) => {
    const start = new Map<string, Parameter>();
    const ranks = new Map<string, number>();
    for (const { id } of layersOf(network)) {
      const kernel = kernelOf(network, id);
      const own = [...(widths.get(id) ?? [])].sort((a, b) => a - b);
      const used = Math.max(0, Math.min(rank, own.length - 1));
      ranks.set(id, used);
      start.set(kernelName(id), kernel);
      for (let r = 1; r <= used; r++)
        start.set(direction(id, r), { shape: kernel.shape, values: new Float32Array(kernel.values.length) });
      own.forEach((bits, i) => {
        const angle = Math.acos(own.length < 2 ? 1 : (2 * i) / (own.length - 1) - 1);
        const values = Float32Array.from({ length: used }, (_, r) => Math.cos((r + 1) * angle));
        if (used > 0) start.set(coefficients(id, bits), { shape: [used], values });
        if (gains) start.set(logGain(id, bits), { shape: [], values: Float32Array.of(0) });
      });
    }
    return {
      start,
      kernel({ id }, bits, variable) {
        let kernel = variable(kernelName(id));
        for (let r = 1; r <= (ranks.get(id) ?? 0); r++) {
          const factor = tf.slice(variable(coefficients(id, bits)) as tf.Tensor1D, [r - 1], [1]);
          kernel = tf.add(kernel, tf.mul(variable(direction(id, r)), factor));
        }
        return kernel;
      },
      ...(gains && {
        gain: ({ id }: LayerNode, bits: BitWidth, variable: Lookup) => tf.exp(variable(logGain(id, bits))),
      }),
      decays: (name) => name.endsWith('.kernel') || /\.kernel~\d+$/.test(name),
    };
  };
}
