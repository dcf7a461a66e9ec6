// Chooses the codes of every kernel that a policy rounds, by the layer's input on unlabeled images, layer by layer,
// each after the ones before it are rounded. The chosen codes are stored in the resulting network (graph/learned.ts).
import * as tf from '@tensorflow/tfjs-core';
import { type Network, type Parameter, parameterName } from '../graph/network';
import { isRounded } from '../graph/policy';
import { withoutSkipped } from '../graph/skips';
import { disposeRounding, roundTensor, tensorRounding } from '../nn/activations';
import { runLayer } from '../nn/layerStep';
import { kernelLayout } from '../quant/granularity';
import { type ChosenKernel, chooseKernel, seenBy } from '../rounding/choosing/chooseKernel';
import { targetKernel } from '../rounding/choosing/target';
import { decodeEncoded } from '../rounding/codedKernel';
import { schemeOfLayer } from '../rounding/layerScheme';
import { inputRoundings, roundedKernel } from '../rounding/layers';
import type { Rounding } from '../rounding/rounding';
import type { ImageSource } from './calibrate';
import { columnMoments } from './columnMoments';
import { ownStatistics, walkLayers } from './layerWalk';
import { hasOwnRounding, storeCodes } from './startFromCodes';

export interface ChoosingOptions {
  /** Codes with error feedback; otherwise the nearest, which makes sense with the range `hessian`. */
  readonly feedback: boolean;
  /** Batch norms behind rounded kernels are re-estimated while later layers are chosen. */
  readonly batchNorms: boolean;
  /** Called between pieces of work. */
  readonly turn?: () => Promise<void>;
  /** Called after each layer. */
  readonly report?: (layer: string, chosen: ChosenKernel) => void;
}

/** The layers whose output goes to batch norms only, which take out its mean. */
export function normalizedLayers({ nodes }: Network): Set<string> {
  const others = new Set(nodes.filter(({ op }) => op !== 'batchNorm').flatMap(({ inputs }) => inputs));
  const normalized = nodes.filter(({ op }) => op === 'batchNorm').flatMap(({ inputs }) => inputs);
  return new Set(normalized.filter((id) => !others.has(id)));
}

/**
 * `network` with codes chosen for the kernels that a policy rounds. Kernels whose levels were learned, or whose codes the network
 * brings, keep them. Batch norms are unchanged.
 */
export async function chooseCodes(
  network: Network,
  images: ImageSource,
  rounding: Rounding,
  { feedback, batchNorms, turn = async () => {}, report }: ChoosingOptions,
): Promise<Network> {
  const { scheme } = rounding;
  const running = withoutSkipped(network, rounding.policy);
  const roundings = inputRoundings(running.network, { ...rounding, policy: running.policy });
  const parameters = new Map(network.parameters);
  const normalized = normalizedLayers(running.network);
  await walkLayers(running.network, images, {
    turn,
    normalize: (node, seen) => (batchNorms ? seen() : ownStatistics(network, node)),
    layer: async (node, inputs, wanted) => {
      const input = roundings.get(node.id);
      let reads = inputs;
      if (input !== undefined) {
        const rounded = tensorRounding(input);
        reads = inputs.map((x) => tf.tidy(() => roundTensor(x, rounded)));
        disposeRounding(rounded);
      }
      try {
        const bits = running.policy[node.id].weights;
        const { values, shape } = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
        if (!isRounded(bits)) return { kernel: values, reads };
        if (hasOwnRounding(network, node.id, rounding))
          return { kernel: roundedKernel(network, node, scheme, bits), reads };
        const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
        // What the float network's layer gives, and this one with its float kernel on what it reads does not.
        const lack = (batch: number) => {
          const bias = node.bias ? network.parameters.get(parameterName(node.id, 'bias'))?.values : undefined;
          const kernel = tf.tensor(values, [...shape]);
          return tf.sub(wanted[batch], runLayer(node, reads[batch], kernel, bias && tf.tensor1d(bias), undefined));
        };
        const centered = batchNorms && normalized.has(node.id);
        const { products, ...moments } = await columnMoments(node, reads, { centered, ...(feedback && { lack }) });
        const seen = seenBy(moments);
        await turn();
        const target = feedback ? targetKernel(values, products, seen, layout) : values;
        const own = schemeOfLayer(scheme, network, node);
        const chosen = chooseKernel(values, layout, own, bits, seen, feedback, undefined, target);
        storeCodes(parameters, node, rounding, chosen);
        report?.(node.id, chosen);
        return { kernel: decodeEncoded(chosen, layout, scheme, bits), reads };
      } catch (error) {
        // The walk disposes of the rounded inputs only if this callback returns them.
        if (reads !== inputs) tf.dispose([...reads]);
        throw error;
      }
    },
  });
  return { ...network, parameters };
}
