// How many images per second this machine evaluates and trains, measured on noise with networks of the zoo: what the page
// does, with its own evaluation and training.
import { byteSet } from '../data/byteSet';
import type { Dataset } from '../data/dataset';
import { createRng } from '../math/rng';
import { Inference } from '../nn/inference';
import { floatRounding } from '../rounding/rounding';
import { evaluate } from '../train/evaluate';
import { type TrainSettings, train } from '../train/train';
import { initialize } from '../zoo/definition';
import { type NetworkId, networks } from '../zoo/registry';
import type { Clock, Turn } from './turn';

/** What is measured. */
export interface SpeedSubject {
  readonly network: NetworkId;
  readonly work: 'evaluation' | 'training';
}

/** A subject with its median images per second at a batch size, over `rounds` rounds after the first. */
export interface Speed extends SpeedSubject {
  readonly batchSize: number;
  readonly imagesPerSecond: number;
  readonly rounds: number;
}

export interface SpeedOptions {
  readonly subjects: readonly SpeedSubject[];
  /** Seconds per subject, after a first round that prepares. */
  readonly seconds: number;
  /** Seconds after which no further subject is begun. */
  readonly limit: number;
}

const SIDE = 32;
const CLASSES = 10;
/** Batch sizes that are tried in this order while a round is shorter than `SHORT` seconds. */
const BATCHES = [4, 16, 64, 256];
const SHORT = 0.1;
/** Steps per training round: as many as between two readings of the loss, for which a GPU is waited. */
const STEPS = 5;

/** So many images of noise. */
function noise(length: number): Dataset {
  const rng = createRng(1);
  const pixels = Uint8Array.from({ length: length * SIDE * SIDE * 3 }, () => rng.integer(256));
  const labels = Uint8Array.from({ length }, (_, i) => i % CLASSES);
  const set = byteSet(pixels, labels);
  const half = [0.5, 0.5, 0.5] as const;
  const classes = Array.from({ length: CLASSES }, (_, i) => String(i));
  const place = { height: SIDE, width: SIDE, normalization: { mean: half, std: half } };
  return { label: 'Noise', fingerprint: '', classes, ...place, train: set, validation: set, test: set };
}

/** Rounds of a subject without an end; each yields its number of images. */
async function* rounds({ network: id, work }: SpeedSubject, batchSize: number): AsyncGenerator<number, void, void> {
  const network = initialize(networks[id].build([SIDE, SIDE, 3], CLASSES), createRng(1));
  if (work === 'evaluation') {
    const dataset = noise(batchSize);
    const model = new Inference(network);
    try {
      model.configure(floatRounding(network));
      for (;;)
        for await (const { images } of evaluate(model, dataset, dataset.test, { from: 0, to: batchSize, batchSize }))
          yield images;
    } finally {
      model.dispose();
    }
  }
  const settings: TrainSettings = {
    ...{ epochs: 1_000_000, batchSize, schedule: 'cosine', augment: true, imagesPerEpoch: STEPS * batchSize },
    // Steps this small leave the network as it is, so that it does not diverge on noise.
    ...{ learningRate: 1e-6, momentum: 0.9, weightDecay: 0, labelSmoothing: 0, seed: 1 },
  };
  const dataset = noise(STEPS * batchSize);
  for await (const { epochEnd } of train(network, dataset, settings)) if (epochEnd) yield STEPS * batchSize;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Measures one subject: larger batches until a round is long enough, then rounds for some seconds. */
async function measureOne(subject: SpeedSubject, seconds: number, turn: Turn, now: Clock): Promise<Speed> {
  for (const batchSize of BATCHES) {
    const run = rounds(subject, batchSize);
    const round = async () => {
      await turn();
      const start = now();
      const { value } = await run.next();
      return { images: value as number, seconds: Math.max(1e-6, (now() - start) / 1000) };
    };
    try {
      await round(); // prepares kernels and memory
      let last = await round();
      if (last.seconds < SHORT && batchSize !== BATCHES[BATCHES.length - 1]) continue;
      const rates: number[] = [];
      for (let spent = 0; ; last = await round()) {
        rates.push(last.images / last.seconds);
        spent += last.seconds;
        if (spent >= seconds) return { ...subject, batchSize, imagesPerSecond: median(rates), rounds: rates.length };
      }
    } finally {
      await run.return();
    }
  }
  throw new Error('There is no batch size to measure with.');
}

/**
 * Measures subjects one after the other on the current backend, and yields each. `turn` is awaited before every round and
 * throws to end it; between rounds nothing is under way.
 */
export async function* measureSpeed(
  { subjects, seconds, limit }: SpeedOptions,
  turn: Turn,
  now: Clock,
): AsyncGenerator<Speed, void, void> {
  const start = now();
  for (const subject of subjects) {
    if (now() - start > limit * 1000) return;
    yield await measureOne(subject, seconds, turn, now);
  }
}
