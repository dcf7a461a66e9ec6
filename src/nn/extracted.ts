// The plain network of one policy out of a network of several widths (supernet.ts).
import * as tf from '@tensorflow/tfjs-core';
import { learnedInputName, learnedKernelName, learnedNames } from '../graph/learned';
import { layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import type { ActivationRounding } from '../rounding/activationRounding';
import { bankOf } from './banks';
import type { Kernels, Lookup } from './kernelSource';
import type { VariableStore } from './variableStore';

/** What a network of several widths consists of. */
export interface SupernetParts {
  readonly network: Network;
  readonly options: { readonly scheme: QuantScheme };
  /** The layers whose widths have separate batch norms, by batch norm. */
  readonly owners: ReadonlyMap<string, string>;
  readonly kernels: Kernels;
  /** By layer and width. */
  readonly roundings: ReadonlyMap<string, ActivationRounding>;
  readonly store: VariableStore;
  readonly lookup: Lookup;
}

/** Kernels, bank of batch norms, and learned parameters of the widths of a policy, which must be candidates. */
export async function extracted(parts: SupernetParts, policy: BitPolicy): Promise<Network> {
  const { network, options, owners, kernels, roundings, store, lookup } = parts;
  const kept = learnedNames(network, network.parameters.keys());
  const parameters = new Map<string, Parameter>();
  const set = async (name: string, make: () => tf.Tensor) => {
    const tensor = tf.tidy(() => tf.clone(make()));
    parameters.set(name, { shape: tensor.shape, values: Float32Array.from(await tensor.data()) });
    tensor.dispose();
  };
  for (const name of network.parameters.keys()) {
    if (kept.has(name) || name.endsWith('.kernel')) continue;
    const owner = owners.get(name.slice(0, name.lastIndexOf('.')));
    await set(name, () => lookup(`${name}${owner === undefined ? '' : bankOf(policy[owner])}`));
  }
  for (const layer of layersOf(network)) {
    const { weights, activations } = policy[layer.id];
    // Quantizers scale with what they round, so the gain of the rounded kernel can be applied to the kernel.
    const scaled = (x: tf.Tensor) => {
      const gain = kernels.gain?.(layer, weights, lookup);
      return gain === undefined ? x : tf.mul(x, gain);
    };
    await set(parameterName(layer.id, 'kernel'), () => scaled(kernels.kernel(layer, weights, lookup)));
    const kernelName = learnedKernelName(layer.id, options.scheme, weights);
    if (store.has(kernelName)) await set(kernelName, () => scaled(lookup(kernelName)));
    const rounding = roundings.get(`${layer.id}/${activations}`);
    if (rounding !== undefined && 'learned' in rounding) {
      const inputName = learnedInputName(layer.id, rounding.quantizer, activations);
      await set(inputName, () => lookup(inputName));
    }
  }
  return { ...network, parameters };
}
