// What a network says of one picture that belongs to no split: float and under a policy.
import type { ImageSet } from '../data/dataset';
import { type BitPolicy, checkPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import { evaluate, finish } from '../train/evaluate';
import type { LoadedModel } from './loadedModel';
import type { Turn } from './turn';

/** A picture to classify. */
export interface PictureToClassify {
  /** [h, w, 4], RGBA, in the size of the data set's images. */
  readonly pixels: Uint8ClampedArray;
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
}

/** The probabilities of all classes for one picture, in the data set's order; each array sums to 1. */
export interface Classification {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Fingerprint of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly float: Float32Array;
  readonly rounded: Float32Array;
}

/** Softmax of logits. */
function softmax(logits: Float32Array): Float32Array {
  const max = Math.max(...logits);
  const odds = logits.map((logit) => Math.exp(logit - max));
  const sum = odds.reduce((a, b) => a + b, 0);
  return odds.map((value) => value / sum);
}

/**
 * Classifies a picture with the float network and under a policy. Transparent pixels are laid on white.
 * @throws RangeError for a picture of another size, PolicyError, or QuantSpecError.
 */
export async function classify(
  model: LoadedModel,
  { pixels, policy: given, scheme }: PictureToClassify,
  turn: Turn,
): Promise<Classification> {
  const { dataset, fingerprint, network } = model;
  const { height, width } = dataset;
  if (pixels.length !== height * width * 4)
    throw new RangeError(
      `The picture has ${pixels.length} bytes; the network reads ${width} x ${height} pixels, ${height * width * 4} bytes of RGBA.`,
    );
  const policy = checkPolicy(network, given);
  const set: ImageSet = {
    length: 1,
    label: () => 0,
    read: (_, target, offset) => {
      for (let p = 0; p < height * width; p++) {
        const alpha = pixels[p * 4 + 3] / 255;
        for (let c = 0; c < 3; c++)
          target[offset + p * 3 + c] = Math.floor(255 + alpha * (pixels[p * 4 + c] - 255) + 0.5);
      }
    },
  };
  const options = { from: 0, to: 1, batchSize: model.batchSize, keepLogits: true };
  const place = await model.under(policy, scheme, turn);
  try {
    await turn();
    // Another job may have configured the model meanwhile; from here to reading the numbers, none can.
    place.configure();
    const runs = [model.float, place.model].map((each) => finish(evaluate(each, dataset, set, options)));
    const [float, rounded] = (await Promise.all(runs)).map(({ logits }) => softmax(logits as Float32Array));
    return { policy, scheme, fingerprint, float, rounded };
  } finally {
    place.dispose();
  }
}
