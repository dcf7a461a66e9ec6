// The command that looks at what one layer gives for one image: the float network beside the policy, on the backend.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import type { Dataset } from '../data/dataset';
import { isLayer } from '../graph/network';
import { checkPolicy } from '../graph/policy';
import { layerOutput } from '../nn/layerOutput';
import { activationReport } from '../quant/activationReport';
import { UnknownLayerError } from './inspecting';
import type { LoadedModel } from './loadedModel';
import { labeledImage } from './measuring';
import type { Params } from './protocol/commands';
import type { ActivationInspection } from './protocol/inspecting';
import type { Job } from './scheduler';

async function numbersOf(output: tf.Tensor): Promise<Float32Array> {
  try {
    return Float32Array.from(await output.data());
  } finally {
    output.dispose();
  }
}

/**
 * What a layer gives for an image, float and rounded.
 * @throws UnknownLayerError, UnknownImageError, PolicyError, or QuantSpecError for bits that the quantizer does not have.
 */
export async function inspectActivations(
  model: LoadedModel,
  dataset: Dataset,
  params: Params<'inspectActivations'>,
  job: Job,
  signal: AbortSignal,
): Promise<ActivationInspection> {
  const { layer, image, split, scheme } = params;
  const { network, fingerprint } = model;
  const step = model.current.steps.find(({ node }) => node.id === layer);
  if (step === undefined || !isLayer(step.node))
    throw new UnknownLayerError(
      `${network.name} has no layer "${layer}"; choose one of its convolutions or dense layers.`,
    );
  const drawn = labeledImage(dataset, split, image);
  const policy = checkPolicy(network, params.policy);
  const { height, width } = dataset;
  const input = () =>
    tf.tensor4d(composeBatch(dataset[split], evaluationPlan(image, 1), dataset).images, [1, height, width, 3]);
  const outputs = await model.under(policy, scheme, async (place) => {
    await job.yieldTurn();
    signal.throwIfAborted();
    // Others may have had their turn; until the numbers are asked for, nobody else configures the model.
    place.configure();
    const [float, rounded] = [model.float, place.model].map((each) => layerOutput(each, layer, input));
    const { shape } = float;
    return { shape, numbers: await Promise.all([numbersOf(float), numbersOf(rounded)]) };
  });
  const [, ...dimensions] = outputs.shape;
  const [float, rounded] = outputs.numbers;
  const channels = dimensions[dimensions.length - 1];
  return {
    layer,
    image: drawn,
    split,
    policy,
    scheme,
    fingerprint,
    shape: dimensions.length === 1 ? [1, 1, channels] : [dimensions[0], dimensions[1], channels],
    folded: [
      ...(step.batchNorm === undefined ? [] : (['batch norm'] as const)),
      ...(step.activation === undefined ? [] : [step.activation]),
    ],
    float,
    rounded,
    report: activationReport(float, rounded, channels),
  };
}
