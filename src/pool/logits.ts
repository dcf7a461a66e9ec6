// The job of an evaluation: a batch through a network under a rounding, with the member's own prefix cache.
import { byteSet } from '../data/byteSet';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { Inference } from '../nn/inference';
import type { ActivationRanges, Rounding } from '../rounding/rounding';
import { batchTensor, macsOf, runBatch } from '../train/evaluate';
import { PrefixCache, stepsToKeep } from '../train/prefixCache';
import type { JobAnswer, JobContext } from './job';

/** A batch of an evaluation. Strings are keys of what the member holds. */
export interface BatchToRun extends Pick<Rounding, 'policy' | 'scheme'> {
  /** Names the copy of the network on the device. */
  readonly model: string;
  readonly network: string;
  readonly ranges: string;
  /** Raw bytes of the images, [n, h, w, 3]. */
  readonly pixels: string;
  readonly n: number;
  readonly geometry: Pick<Dataset, 'height' | 'width' | 'normalization'>;
  /** The batch's number in the cache, absent without one. */
  readonly cache?: {
    readonly key: string;
    readonly batch: number;
    /** Images that the whole cache is sized for, and its memory limit over all members, in bytes. */
    readonly images: number;
    readonly wholeBytes: number;
    /** This member's share of it. */
    readonly bytes: number;
  };
}

/** Logits [n, classes], and the share of the multiplications that the cache saved. */
export interface BatchLogits {
  readonly values: Float32Array;
  readonly saved: number;
}

interface Model {
  readonly inference: Inference;
  readonly macs: ReadonlyMap<string, number>;
  dispose(): void;
}

/** Runs the batch. */
export async function logits(
  { model: key, network, ranges, pixels, n, geometry, cache, policy, scheme }: BatchToRun,
  { held }: JobContext,
): Promise<JobAnswer<BatchLogits>> {
  const { inference, macs } = held.make<Model>(key, () => {
    const plain = held.get<Network>(network);
    const inference = new Inference(plain);
    return { inference, macs: macsOf(plain), dispose: () => inference.dispose() };
  });
  inference.configure({ policy, scheme, ranges: held.get<ActivationRanges>(ranges) });
  const kept = cache && held.make(cache.key, () => new PrefixCache());
  // The pool may have grown since the cache was made.
  if (cache) kept?.holdAtMost(cache.bytes);
  const memo = cache && kept?.batch(cache.batch, stepsToKeep(inference.steps, cache.images, cache.wholeBytes));
  const images = () =>
    batchTensor(byteSet(held.get<Uint8Array>(pixels), new Uint8Array(n)), geometry, { start: 0, end: n });
  const { values, saved } = await runBatch(inference, macs, images, memo);
  // A copy, because the cache may hold the same memory.
  const own = values.slice();
  return { value: { values: own, saved }, transfer: [own.buffer] };
}
