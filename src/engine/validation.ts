// What a network gets right of the first validation images, and how that compares with another on the same ones.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { pairedDifference, wilson } from '../math/statistics';
import { Inference } from '../nn/inference';
import type { QuantScheme } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import type { Calibrated } from '../train/calibrated';
import { evaluate } from '../train/evaluate';
import { EVALUATION_BATCH } from './loadedModel';
import type { Comparison } from './protocol/training';

/** Validation images measured. */
const IMAGES = 1000;

/** For each image 1 where the network is right under a rounding, or in float without one. */
export async function hits(
  network: Network,
  dataset: Dataset,
  turn: () => Promise<void>,
  rounding?: Rounding,
): Promise<Uint8Array> {
  const set = dataset.validation;
  const to = Math.min(IMAGES, set.length);
  const right = new Uint8Array(to);
  const model = new Inference(network);
  try {
    const { policy, scheme, ranges } = rounding ?? {
      policy: uniformPolicy(network, FLOAT, FLOAT),
      scheme: { quantizer: 'affine', granularity: 'channel' } as const,
      ranges: new Map(),
    };
    model.configure({ policy, scheme, ranges });
    const options = { from: 0, to, batchSize: EVALUATION_BATCH };
    for await (const { predictions } of evaluate(model, dataset, set, options)) {
      predictions.forEach((prediction, i) => {
        right[i] = Number(prediction === set.label(i));
      });
      await turn();
    }
    return right;
  } finally {
    model.dispose();
  }
}

/** As `hits`, with the network made ready for the policy as every measurement of the page is. */
export async function hitsAsMeasured(
  calibrated: Calibrated,
  dataset: Dataset,
  turn: () => Promise<void>,
  { policy, scheme }: { readonly policy?: BitPolicy; readonly scheme?: QuantScheme },
): Promise<Uint8Array> {
  if (policy === undefined || scheme === undefined) return hits(calibrated.network, dataset, turn);
  const ranges = await calibrated.rangesFor(policy, scheme);
  return hits(await calibrated.networkFor(policy, scheme), dataset, turn, { policy, scheme, ranges });
}

const sum = (right: Uint8Array) => right.reduce((a, b) => a + b, 0);

/** The share that is right. */
export const shareOf = (right: Uint8Array) => wilson(sum(right), right.length);

/**
 * Compares two networks on the same images. `chance`: the first was better than guessing one of `classes`, of which the
 * second cannot be told apart. Else `worse` or `better` where the 95 % interval of the paired difference says so.
 */
export function compare(first: Uint8Array, second: Uint8Array, classes: number): Comparison {
  const [before, after] = [shareOf(first), shareOf(second)];
  const gained = sum(second.map((right, i) => right & ~first[i] & 1));
  const lost = sum(first.map((right, i) => right & ~second[i] & 1));
  const difference = pairedDifference(gained, lost, first.length);
  const fell = before.lower > 1 / classes && after.lower <= 1 / classes;
  const verdict = fell ? 'chance' : difference.upper < 0 ? 'worse' : difference.lower > 0 ? 'better' : 'same';
  return { before, after, difference, verdict };
}
