// Follows a training or distillation run: prints every epoch, measures the result and writes the weights.
import type { TrainOptions } from '../core/trainOptions';
import { resultOf } from '../core/turn';
import { augments, type Dataset } from '../data/dataset';
import { sha256 } from '../data/sha256';
import { type CheckpointCard, writeCheckpoint } from '../formats/checkpoint';
import type { Network } from '../graph/network';
import type { Proportion } from '../math/statistics';
import { createSession } from '../node/surroundings';
import { cardPath, writeWhole } from '../node/writing';
import { INITIAL_TRAINING_OPTIONS, TRAINING, type TrainingOptions } from '../options/training';
import type { Rounding } from '../rounding/rounding';
import { type DescentSettings, shardWords } from '../train/train';
import { flags, number, optionFlag } from './flags';
import { followJob } from './progress';
import type { RunInputs } from './setting';
import { trainingDefaults } from './trainingDefaults';

/** The settings of gradient descent from the flags; `defaults` if absent. */
export function readDescent(
  defaults: Partial<TrainingOptions>,
  dataset: Dataset,
  seed: number,
  epochs = optionFlag(TRAINING.epochs, defaults.epochs ?? trainingDefaults.train.epochs),
): DescentSettings {
  const initial = { ...INITIAL_TRAINING_OPTIONS, ...trainingDefaults.train, ...defaults };
  return {
    epochs,
    batchSize: optionFlag(TRAINING.batchSize, initial.batchSize),
    learningRate: optionFlag(TRAINING.learningRate, initial.learningRate),
    schedule: optionFlag(TRAINING.schedule, initial.schedule),
    momentum: initial.momentum,
    weightDecay: optionFlag(TRAINING.weightDecay, initial.weightDecay),
    augment: optionFlag(TRAINING.augment, initial.augment),
    imagesPerEpoch: optionFlag(TRAINING.imagesPerEpoch, dataset.train.length),
    seed,
    shards: Number(optionFlag(TRAINING.shards, initial.shards)),
  };
}

/** The final network of a run, and one line per epoch. */
export async function follow(
  { session, dataset }: RunInputs,
  options: TrainOptions,
): Promise<{ readonly network: Network; readonly log: readonly object[] }> {
  const started = performance.now();
  const log: object[] = [];
  const progress = followJob(session, 'train', 'images');
  const network = await resultOf(session.train(options), async (now) => {
    const { step, steps, epoch, loss, accuracy, epochEnd, oscillating, composed } = now;
    if (step === 1 && composed !== undefined && !flags.quiet)
      console.error(`training on composed operations, which is slower: ${composed}`);
    await progress.tell(step * options.batchSize, steps * options.batchSize);
    if (!epochEnd) return;
    const seconds = (performance.now() - started) / 1000;
    const { value: validation } = await now.validate(dataset.validation.length);
    log.push({ epoch, loss, accuracy, validation, seconds, ...(oscillating !== undefined && { oscillating }) });
    console.log(
      `epoch ${epoch} of ${options.epochs}, step ${step}/${steps}: loss ${loss?.toFixed(4)}, validation ${(validation * 100).toFixed(2)} %, ${Math.round((step * options.batchSize) / seconds)} images/s${oscillating === undefined ? '' : `, ${(oscillating * 100).toFixed(1)} % of the weights oscillate`}`,
    );
  });
  progress.stop();
  return { network, log };
}

/**
 * For each of the first `--test-images` test images, 1 if the network is right after training under a policy with
 * `--finish-images` per epoch. Trains the network that the scheme rounds, with batch norms folded or layers equalized if the
 * scheme says so, in a session of its own.
 */
export async function hitsAfterTraining(
  { session: { model }, networkId, datasetId, dataset, network, seed }: RunInputs,
  { policy, scheme }: Pick<Rounding, 'policy' | 'scheme'>,
  defaults: Partial<TrainingOptions>,
): Promise<Uint8Array> {
  const session = createSession();
  const images = { id: datasetId, dataset };
  const { calibrated } = session.openNetwork(networkId, { network, checkpoint: model.checkpoint }, images);
  try {
    const imagesPerEpoch = number('finish-images', dataset.train.length, TRAINING.imagesPerEpoch);
    const { labelSmoothing = 0, learnFrom, temperature, ...others } = defaults;
    const descent = readDescent(others, dataset, seed);
    const goal = { labelSmoothing, ...(learnFrom && { learnFrom, temperature }) };
    const options = { ...descent, ...goal, imagesPerEpoch, fromScratch: false, policy, scheme };
    const trained = await resultOf(session.train(options));
    const rounding = { policy, scheme, ranges: await calibrated.rangesFor(policy, scheme) };
    return await session.hits(trained, { split: 'test', images: number('test-images', dataset.test.length) }, rounding);
  } finally {
    session.model.dispose();
  }
}

/** A one-line summary of a run for the card of the weights. */
export function recipeOf(settings: DescentSettings, dataset: Dataset): string {
  const images = Math.min(settings.imagesPerEpoch, dataset.train.length);
  return `${settings.epochs} epochs of ${images} images, SGD with Nesterov momentum, batch ${settings.batchSize}, ${settings.schedule} to ${settings.learningRate}, weight decay ${settings.weightDecay}, ${augments(dataset, settings.augment) ? 'flip and crop' : 'no augmentation'}${shardWords(settings)}`;
}

/** The card of weights made by a command. */
export function cardOf(
  { networkId, datasetId, dataset, backend, seed }: RunInputs,
  accuracy: Proportion,
  recipe: string,
): Omit<CheckpointCard, 'sha256'> {
  return {
    network: networkId,
    dataset: datasetId,
    accuracy: accuracy.value,
    n: accuracy.n,
    measuredBy: `fewbits headless on ${backend.name}`,
    recipe: `fewbits headless, ${recipe}`,
    seed,
    normalization: dataset.normalization,
  };
}

/** Writes weights with their card if `--out` is given. */
export async function writeWeights(network: Network, facts: Omit<CheckpointCard, 'sha256'>): Promise<void> {
  if (flags.out === undefined) return;
  const weights = new Uint8Array(writeCheckpoint(network));
  const card: CheckpointCard = { ...facts, sha256: await sha256(weights) };
  await writeWhole(flags.out, weights);
  await writeWhole(cardPath(flags.out), `${JSON.stringify(card, null, 2)}\n`);
}
