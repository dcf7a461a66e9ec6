// Which layers make the network see an image differently: each rounded layer goes back to float by itself, the others keep
// their bits, and the logits say what that restores.
import type { ImageSet } from '../data/dataset';
import { layersOf } from '../graph/network';
import { type BitPolicy, checkPolicy, FLOAT, isRounded, SKIPPED } from '../graph/policy';
import { skippedBranches } from '../graph/skips';
import type { QuantScheme } from '../quant/registry';
import { evaluate, finish } from '../train/evaluate';
import { PrefixCache } from '../train/prefixCache';
import type { LoadedModel } from './loadedModel';
import type { MeasuredSplit } from './measurement';
import { UnknownImageError } from './pictures';
import type { Turn } from './turn';

/** Images of a split whose predictions are to be attributed to layers. */
export interface ImagesToAttribute {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly split: MeasuredSplit;
  /** Positions in the split. */
  readonly images: readonly number[];
}

/**
 * The share of each layer in what rounding did to single images. The *lead* of an image is the logit of the float network's
 * class minus the highest other logit: positive in float, negative once the prediction has flipped.
 */
export interface Attribution {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly split: MeasuredSplit;
  /** Fingerprint of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly images: readonly number[];
  /** What goes back to float together: one layer, or all layers of a skipped branch. In the network's order. */
  readonly parts: readonly (readonly string[])[];
  /** [images]: the lead under the policy. */
  readonly lead: Float32Array;
  /** [images, parts]: the lead with this part in float minus the lead under the policy. */
  readonly restored: Float32Array;
  /** [images, parts]: 1 if the image is seen as in float again once this part is in float. */
  readonly flipsBack: Uint8Array;
}

/** Some images of a set as a set. */
function pick(set: ImageSet, images: readonly number[]): ImageSet {
  return {
    length: images.length,
    label: (i) => set.label(images[i]),
    read: (i, into, offset) => set.read(images[i], into, offset),
  };
}

/** The parts that a policy changes: each rounded layer, and each skipped branch as a whole. */
function partsOf(model: LoadedModel, policy: BitPolicy): string[][] {
  const branches = skippedBranches(model.network, policy);
  const seen = new Set<string>();
  return layersOf(model.network).flatMap(({ id }) => {
    if (seen.has(id)) return [];
    const branch = policy[id].weights === SKIPPED ? branches.find(({ layers }) => layers.includes(id)) : undefined;
    const part = branch ? [...branch.layers] : [id];
    for (const layer of part) seen.add(layer);
    const { weights, activations } = policy[id];
    return branch !== undefined || isRounded(weights) || isRounded(activations) ? [part] : [];
  });
}

/** The logit of `kept` minus the highest other one. */
function leadOf(logits: Float32Array, kept: number): number {
  let other = Number.NEGATIVE_INFINITY;
  logits.forEach((logit, c) => {
    if (c !== kept) other = Math.max(other, logit);
  });
  return logits[kept] - other;
}

/**
 * Attributes the predictions of images to layers, at the cost of one pass per rounded layer. The layers go back to float
 * from last to first, so that each pass starts at the layer that changes.
 * @throws UnknownImageError, PolicyError, or QuantSpecError for bits that the quantizer does not support.
 */
export async function attribute(
  model: LoadedModel,
  { policy: given, scheme, split, images }: ImagesToAttribute,
  turn: Turn,
): Promise<Attribution> {
  const { dataset, fingerprint } = model;
  const whole = dataset[split];
  for (const index of images)
    if (!Number.isInteger(index) || index < 0 || index >= whole.length)
      throw new UnknownImageError(`There is no ${split} image ${index}; choose one from 0 to ${whole.length - 1}.`);
  const policy = checkPolicy(model.network, given);
  const parts = partsOf(model, policy);
  const lead = new Float32Array(images.length);
  const restored = new Float32Array(images.length * parts.length);
  const flipsBack = new Uint8Array(images.length * parts.length);
  const classes = dataset.classes.length;
  const ranges = await model.calibrated.rangesFor(policy, scheme, turn);
  const place = await model.under(policy, scheme, turn);
  try {
    for (let from = 0; from < images.length; from += model.batchSize) {
      const set = pick(whole, images.slice(from, from + model.batchSize));
      const options = { from: 0, to: set.length, batchSize: model.batchSize, keepLogits: true };
      const memo = new PrefixCache();
      const leads = async (bits: BitPolicy, kept: Uint8Array) => {
        await turn();
        // Another job may have configured the model meanwhile; until the logits are read, none can.
        place.model.configure({ policy: bits, scheme, ranges });
        const { logits } = await finish(evaluate(place.model, dataset, set, { ...options, cache: memo }));
        return Array.from(kept, (prediction, i) =>
          leadOf((logits as Float32Array).subarray(i * classes, (i + 1) * classes), prediction),
        );
      };
      try {
        await turn();
        const { predictions } = await finish(evaluate(model.float, dataset, set, options));
        const now = await leads(policy, predictions);
        lead.set(now, from);
        for (const [part, layers] of [...parts.entries()].reverse()) {
          const back = Object.fromEntries(layers.map((id) => [id, { weights: FLOAT, activations: FLOAT } as const]));
          const then = await leads({ ...policy, ...back }, predictions);
          then.forEach((value, i) => {
            restored[(from + i) * parts.length + part] = value - now[i];
            flipsBack[(from + i) * parts.length + part] = Number(value > 0);
          });
        }
      } finally {
        memo.dispose();
      }
    }
  } finally {
    place.dispose();
  }
  return { policy, scheme, split, fingerprint, images, parts, lead, restored, flipsBack };
}
