// Evaluation split over a pool, batch by batch: the engine and the members each take batches, and the logits are counted in
// the order of the images. Batches are those of a single engine, so every number is the same to the bit.
import type { Dataset, ImageSet } from '../data/dataset';
import type { Inference } from '../nn/inference';
import type { Rounding } from '../rounding/rounding';
import {
  type BatchSpan,
  batchSpans,
  batchTensor,
  type Evaluate,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  isWhole,
  macsOf,
  runBatch,
  Tally,
} from '../train/evaluate';
import { stepsToKeep } from '../train/prefixCache';
import { createYield } from './breathe';
import { JobError, type Member, MemberLostError } from './member';
import type { Pool } from './pool';

/**
 * Batches that a member has in hand: one in work and one waiting, so that it need not wait for the engine. The last batch of
 * all waits for nobody: whoever is free first takes it.
 */
const DEPTH = 2;
/** Milliseconds between two looks at whether the caller still wants the result. */
const LOOK = 20;

interface Answer {
  readonly values: Float32Array;
  readonly saved: number;
}

/** Batches that nobody has begun. Each has a home, where its prefixes are cached; whoever runs out takes from others. */
class Undone {
  private readonly homes: Set<number>[];
  /** Those that a member failed at: for the engine. */
  private readonly own = new Set<number>();

  constructor(
    private readonly spans: readonly BatchSpan[],
    private readonly batchSize: number,
    private readonly slots: number,
  ) {
    this.homes = Array.from({ length: slots }, () => new Set());
    for (let i = 0; i < spans.length; i++) this.putBack(i);
  }

  putBack(batch: number): void {
    this.homes[this.homeOf(this.spans[batch].start)].add(batch);
  }

  /** The slot where the batch that starts at this image is at home. */
  homeOf(start: number): number {
    return Math.floor(start / this.batchSize) % this.slots;
  }

  keepForEngine(batch: number): void {
    this.own.add(batch);
  }

  /** Batches left. */
  get size(): number {
    return this.homes.reduce((sum, home) => sum + home.size, this.own.size);
  }

  /** The next batch for a slot; undefined if there is none. */
  take(slot: number): number | undefined {
    if (slot === 0 && this.own.size > 0) return this.takeFrom(this.own, Math.min(...this.own));
    const home = this.homes[slot] ?? new Set();
    if (home.size > 0) return this.takeFrom(home, Math.min(...home));
    const fullest = this.homes.reduce((most, other) => (other.size > most.size ? other : most));
    return fullest.size > 0 ? this.takeFrom(fullest, Math.max(...fullest)) : undefined;
  }

  private takeFrom(home: Set<number>, batch: number): number {
    home.delete(batch);
    return batch;
  }
}

/** Asks a member for the logits of a batch; sends what it does not have. */
async function ask(
  pool: Pool,
  member: Member,
  run: number,
  model: Inference,
  { policy, scheme, ranges }: Rounding,
  dataset: Dataset,
  set: ImageSet,
  span: BatchSpan,
  { batchSize, cache, cacheImages, to }: EvaluateOptions,
): Promise<Answer> {
  const { height, width, normalization } = dataset;
  const { start, end } = span;
  const n = end - start;
  const keys = {
    model: pool.keyOf('model', model),
    network: pool.keyOf('network', model.network),
    ranges: pool.keyOf('ranges', ranges),
    pixels: `${pool.keyOf('pixels', set)} ${start}-${end}`,
  };
  member.hold(keys.network, 'network', () => ({ value: model.network, bytes: 0 }));
  member.hold(keys.ranges, 'ranges', () => ({ value: ranges, bytes: 0 }));
  member.hold(keys.pixels, 'pixels', () => {
    const image = height * width * 3;
    const value = new Uint8Array(n * image);
    for (let i = 0; i < n; i++) set.read(start + i, value, i * image);
    return { value, bytes: value.length };
  });
  const cached = cache !== undefined && isWhole(span, batchSize, set.length);
  return member.run(
    run,
    'logits',
    {
      ...{ ...keys, policy, scheme, n },
      geometry: { height, width, normalization },
      ...(cached && {
        cache: {
          key: pool.keyOf('cache', cache),
          batch: start,
          images: cacheImages ?? to,
          wholeBytes: cache.budgetBytes,
          bytes: cache.budgetBytes / pool.size,
        },
      }),
    },
    [keys.network, keys.ranges, keys.pixels],
  );
}

/** `evaluate` over the engines of a pool. Between two batches it also yields what it has, while it waits for others. */
async function* split(
  pool: Pool,
  model: Inference,
  dataset: Dataset,
  set: ImageSet,
  options: EvaluateOptions,
  spans: readonly BatchSpan[],
  rounding: Rounding,
): AsyncGenerator<Evaluation, void, void> {
  const { to, batchSize, cache } = options;
  const macs = macsOf(model.network);
  const keep = stepsToKeep(model.steps, options.cacheImages ?? to, cache?.budgetBytes ?? 0);
  const tally = new Tally(dataset, set, options);
  const undone = new Undone(spans, batchSize, pool.slots);
  const answers = new Map<number, Answer>();
  const run = pool.newRun();
  const breathe = createYield();
  // All caches together hold the budget of one: what the members may hold, the engine gives back.
  const shareCache = () => {
    if (cache === undefined) return;
    const share = 1 - pool.ready.length / pool.size;
    cache.holdAtMost(cache.budgetBytes * share, (start) => undone.homeOf(start) === 0);
  };
  let wake = () => {};
  const unwatch = pool.watch(() => wake());
  let isOver = false;

  const handOut = (member: Member) => {
    for (let inHand = member.outstanding(run); inHand < DEPTH; inHand++) {
      if (inHand > 0 && undone.size <= inHand) return;
      const batch = undone.take(member.slot);
      if (batch === undefined) return;
      ask(pool, member, run, model, rounding, dataset, set, spans[batch], options)
        .then(
          (answer) => void answers.set(batch, answer),
          (error) => {
            if (isOver) return;
            if (error instanceof MemberLostError) {
              undone.putBack(batch);
              return;
            }
            // If the fault is the network's, the engine fails as well and says so; if not, this worker is of no use.
            undone.keepForEngine(batch);
            if (error instanceof JobError) member.end({ why: 'failed', detail: error.message });
          },
        )
        .finally(() => wake());
    }
  };

  try {
    for (let next = 0; next < spans.length; ) {
      shareCache();
      for (const member of pool.ready) handOut(member);
      const answer = answers.get(next);
      if (answer !== undefined) {
        answers.delete(next);
        tally.add(spans[next++], answer.values, answer.saved);
        yield tally.soFar;
        continue;
      }
      const batch = undone.take(0);
      if (batch !== undefined) {
        const span = spans[batch];
        const memo = isWhole(span, batchSize, set.length) ? cache?.batch(span.start, keep) : undefined;
        const start = performance.now();
        answers.set(batch, await runBatch(model, macs, () => batchTensor(set, dataset, span), memo));
        pool.spend(performance.now() - start);
        // A job that runs alone lets no messages in, such as answers and members that are ready.
        await breathe();
        // Other jobs may have configured the model meanwhile, and get their turn.
        if (batch !== next) yield tally.soFar;
        continue;
      }
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, LOOK);
      });
      clearTimeout(timer);
      yield tally.soFar;
    }
  } finally {
    isOver = true;
    unwatch();
    for (const member of pool.ready) member.cancel(run);
  }
}

/**
 * `evaluate` on a pool: of one engine, or for a single batch, it is `evaluate` itself. It yields each batch in order, as
 * `evaluate` does, and may yield the same measurement more than once (also one of no images, whose means are NaN).
 */
export function evaluateOn(pool: Pool): Evaluate {
  return (model, dataset, set, options) => {
    const spans = batchSpans(options);
    const { rounding } = model;
    if (pool.size === 1) options.cache?.holdAtMost(options.cache.budgetBytes);
    if (pool.size === 1 || spans.length < 2 || rounding === undefined) return evaluate(model, dataset, set, options);
    pool.spend(0);
    return split(pool, model, dataset, set, options, spans, rounding);
  };
}
