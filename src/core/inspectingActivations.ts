// Inspects the output of one layer for one image: the float network beside the policy, on the backend.
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, evaluationPlan } from '../data/batch';
import { channelsOf } from '../data/dataset';
import { isLayer } from '../graph/network';
import { type BitPolicy, checkPolicy } from '../graph/policy';
import { layerOutput } from '../nn/layerOutput';
import { type ActivationReport, activationReport } from '../quant/activationReport';
import type { QuantScheme } from '../quant/registry';
import { UnknownLayerError } from './inspecting';
import type { LoadedModel } from './loadedModel';
import type { LabeledImage, MeasuredSplit } from './measurement';
import { labeledImage } from './pictures';
import type { Turn } from './turn';

/**
 * The output of one layer for one image, in float and under a policy that rounds this layer and all layers before it. The
 * numbers are those read by the rest of the network: after the batch norm and ReLU that follow this layer only.
 */
export interface ActivationInspection {
  readonly layer: string;
  readonly image: LabeledImage;
  readonly split: MeasuredSplit;
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Fingerprint of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  /** Height, width and channels; 1, 1 and units for a dense layer. */
  readonly shape: readonly [h: number, w: number, c: number];
  /** Operations after the layer that are included in the numbers, in order. */
  readonly folded: readonly ('batch norm' | 'relu' | 'relu6')[];
  /** Row by row, channels interleaved; both `h * w * c` long. */
  readonly float: Float32Array;
  readonly rounded: Float32Array;
  readonly report: ActivationReport;
}

/** The layer and image to inspect, under a policy and a scheme. */
export interface ActivationsToInspect {
  readonly layer: string;
  readonly image: number;
  readonly split: MeasuredSplit;
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
}

async function numbersOf(output: tf.Tensor): Promise<Float32Array> {
  try {
    return Float32Array.from(await output.data());
  } finally {
    output.dispose();
  }
}

/**
 * The output of a layer for an image, float and rounded.
 * @throws UnknownLayerError, UnknownImageError, PolicyError, or QuantSpecError for bits that the quantizer does not
 * support.
 */
export async function inspectActivations(
  model: LoadedModel,
  params: ActivationsToInspect,
  turn: Turn,
): Promise<ActivationInspection> {
  const { layer, image, split, scheme } = params;
  const { network, fingerprint, dataset } = model;
  const step = model.current.steps.find(({ node }) => node.id === layer);
  if (step === undefined || !isLayer(step.node))
    throw new UnknownLayerError(
      `${network.name} has no layer "${layer}"; choose one of its convolutions or dense layers.`,
    );
  const drawn = labeledImage(dataset, split, image);
  const policy = checkPolicy(network, params.policy);
  const { height, width } = dataset;
  const input = () =>
    tf.tensor4d(composeBatch(dataset[split], evaluationPlan(image, 1), dataset).images, [
      1,
      height,
      width,
      channelsOf(dataset),
    ]);
  const place = await model.under(policy, scheme, turn);
  let outputs: { readonly shape: readonly number[]; readonly numbers: readonly Float32Array[] };
  try {
    await turn();
    // Another job may have configured the model meanwhile; from here to reading the numbers, none can.
    place.configure();
    const [float, rounded] = [model.float, place.model].map((each) => layerOutput(each, layer, input));
    const { shape } = float;
    outputs = { shape, numbers: await Promise.all([numbersOf(float), numbersOf(rounded)]) };
  } finally {
    place.dispose();
  }
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
