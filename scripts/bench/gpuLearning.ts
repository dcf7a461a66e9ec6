// Whether the compiled step learns as well as the composed one: the same epochs of Emoji-10 with both, and the accuracy
// on the test images.
import { composeBatch, epochPlans } from '../../src/data/batch';
import type { Dataset } from '../../src/data/dataset';
import type { Network } from '../../src/graph/network';
import { createRng } from '../../src/math/rng';
import { wilson } from '../../src/math/statistics';
import { Inference } from '../../src/nn/inference';
import { floatRounding } from '../../src/rounding/rounding';
import { compiledOr } from '../../src/train/compiledOr';
import { evaluate, finish } from '../../src/train/evaluate';
import { ownSteps } from '../../src/train/sharedSteps';
import { type TrainSettings, train } from '../../src/train/train';
import { measured } from './gpuRates';
import type { Setting } from './gpuTraining';

const FULL: TrainSettings = {
  ...{ epochs: 5, batchSize: 128, learningRate: 0.1, schedule: 'one-cycle', momentum: 0.9, weightDecay: 5e-4 },
  ...{ augment: true, imagesPerEpoch: Number.POSITIVE_INFINITY, seed: 1, labelSmoothing: 0 },
};
/** What the composed step can do within a minute on a fast GPU. */
const SHORT = { ...FULL, epochs: 4, imagesPerEpoch: 4000 };

/** Trains on compiled steps, or without a device on composed ones. */
async function trainOn(gpu: GPUDevice | undefined, network: Network, dataset: Dataset, settings: TrainSettings) {
  const run = train(
    network,
    dataset,
    settings,
    undefined,
    undefined,
    settings,
    gpu ? compiledOr(ownSteps, gpu) : ownSteps,
  );
  for (;;) {
    const { value, done } = await run.next();
    if (done) return value;
    if (gpu && value.composed !== undefined) throw new Error(`The steps are not compiled: ${value.composed}`);
  }
}

async function accuracyOf(network: Network, dataset: Dataset): Promise<number> {
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const { length } = dataset.test;
  const { correct } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: length, batchSize: 200 }));
  model.dispose();
  return correct / length;
}

/**
 * Accuracy and seconds of the compiled step over whole epochs; and of both steps over shorter ones, equal if the 95 %
 * intervals of their accuracies overlap.
 */
export async function learningLines({ gpu, report }: Setting, network: Network, dataset: Dataset) {
  const settings = SHORT;
  // Images are drawn when first read, which should not count in either time.
  for (const plan of epochPlans(dataset.train.length, { batchSize: 128, augment: false }, createRng(1)))
    composeBatch(dataset.train, plan, dataset);
  let start = performance.now();
  const full = await trainOn(gpu, network, dataset, FULL);
  report.add(
    measured(`learning-${network.name}-${FULL.epochs}-epochs-compiled`, 's', (performance.now() - start) / 1000),
  );
  report.add(
    measured(`learned-${network.name}-${FULL.epochs}-epochs-compiled`, 'accuracy', await accuracyOf(full, dataset)),
  );
  start = performance.now();
  const ours = await trainOn(gpu, network, dataset, settings);
  const fast = (performance.now() - start) / 1000;
  start = performance.now();
  const theirs = await trainOn(undefined, network, dataset, settings);
  const slow = (performance.now() - start) / 1000;
  const [own, other] = [await accuracyOf(ours, dataset), await accuracyOf(theirs, dataset)];
  const [a, b] = [own, other].map((share) => wilson(share * dataset.test.length, dataset.test.length));
  const name = `${network.name}-${settings.epochs}-epochs-of-${settings.imagesPerEpoch}`;
  const equal = a.lower <= b.upper && b.lower <= a.upper;
  report.add({ ...measured(`learned-${name}`, 'accuracy', own, equal), baseline: other });
  report.add({ ...measured(`learning-${name}`, 's', fast), baseline: slow, ratio: slow / fast });
}
