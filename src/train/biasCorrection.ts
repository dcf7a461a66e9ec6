// Bias correction: rounding weights shifts the mean of a layer's output, channel by channel, while the following layers
// were trained for the old mean. The difference is measured on images without labels and subtracted from the bias.
// Reference: M. Nagel et al., arXiv 1906.04721, section 4.2, with the means measured on data (their appendix D).
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import { channelsOf, type Dataset } from '../data/dataset';
import { foldableBatchNorms } from '../graph/folding';
import { layersOf, type Network, parameterName } from '../graph/network';
import { FLOAT, SKIPPED, uniformPolicy } from '../graph/policy';
import { Inference } from '../nn/inference';
import type { Rounding } from '../rounding/rounding';
import { unlabeledTraining } from './unlabeled';

export interface CorrectionOptions {
  /** Calibration images, the first training images. */
  readonly images: number;
  readonly batchSize: number;
}

/** The part of a network that computes node `id`, with that node as its output. */
function upTo(network: Network, id: string): Network {
  const needed = new Set([id]);
  for (const node of [...network.nodes].reverse())
    if (needed.has(node.id)) for (const input of node.inputs) needed.add(input);
  return { ...network, nodes: network.nodes.filter((node) => needed.has(node.id)) };
}

/** Mean of each channel of the network's output, over images and positions. */
async function channelMeans(
  network: Network,
  { policy, scheme, ranges }: Rounding,
  dataset: Dataset,
  { images, batchSize }: CorrectionOptions,
): Promise<Float64Array> {
  const { train, height, width } = dataset;
  const model = new Inference(network);
  try {
    model.configure({ policy, scheme, ranges });
    const total = Math.min(images, train.length);
    let means: Float64Array | undefined;
    for (let start = 0; start < total; start += batchSize) {
      const count = Math.min(batchSize, total - start);
      const { logits } = model.run(() =>
        tf.tensor4d(composeBatch(train, evaluationPlan(start, count), dataset).images, [
          count,
          height,
          width,
          channelsOf(dataset),
        ]),
      );
      const output = logits as tf.Tensor;
      const mean = tf.tidy(() => tf.mean(tf.reshape(output, [-1, output.shape[output.shape.length - 1]]), 0));
      output.dispose();
      const values = await mean.data();
      mean.dispose();
      means ??= new Float64Array(values.length);
      for (let c = 0; c < values.length; c++) means[c] += (values[c] * count) / total;
    }
    return means ?? new Float64Array();
  } finally {
    model.dispose();
  }
}

/** `network` with `shift` [c] added to the output of a layer, or of the batch norm that folds into it. */
function shifted(network: Network, layer: string, batchNorm: string | undefined, shift: Float64Array): Network {
  const name = batchNorm === undefined ? parameterName(layer, 'bias') : parameterName(batchNorm, 'beta');
  const before = network.parameters.get(name)?.values;
  const values = Float32Array.from(shift, (s, c) => (before?.[c] ?? 0) + s);
  const parameters = new Map(network.parameters).set(name, { shape: [values.length], values });
  if (before !== undefined) return { ...network, parameters };
  const nodes = network.nodes.map((node) => (node.id === layer ? { ...node, bias: true } : node));
  return { ...network, nodes, parameters };
}

/**
 * `network` with biases such that, under the policy's rounding, each channel's mean before the activation is the float
 * network's: `b_c += E[y_c] - E[y~_c]`, over the first training images, without their labels. `b` is the bias of the
 * layer, or the `beta` of the batch norm that folds into it; a layer that has neither gets a bias. Layers are corrected
 * from first to last, each with the earlier ones already corrected. Layers that are not rounded are corrected too,
 * because their input has shifted; skipped layers are not.
 */
export async function correctBiases(
  network: Network,
  dataset: Dataset,
  options: CorrectionOptions,
  quantAware: Rounding,
): Promise<Network> {
  const images = unlabeledTraining(dataset);
  if (Math.min(options.images, images.train.length) < 1) return network;
  const float: Rounding = { ...quantAware, policy: uniformPolicy(network, FLOAT, FLOAT) };
  const batchNorms = foldableBatchNorms(network);
  let corrected = network;
  for (const { id } of layersOf(network)) {
    if (quantAware.policy[id].weights === SKIPPED) continue;
    const batchNorm = batchNorms.get(id)?.id;
    const last = batchNorm ?? id;
    const wanted = await channelMeans(upTo(network, last), float, images, options);
    const given = await channelMeans(upTo(corrected, last), quantAware, images, options);
    const shift = wanted.map((mean, c) => mean - given[c]);
    corrected = shifted(corrected, id, batchNorm, shift);
  }
  return corrected;
}
