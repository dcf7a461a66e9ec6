// The training command.
import { writeFile } from 'node:fs/promises';
import type { Dataset } from '../../src/data/dataset';
import { type CheckpointCard, writeCheckpoint } from '../../src/formats/checkpoint';
import type { Network } from '../../src/graph/network';
import { FLOAT, uniformPolicy } from '../../src/graph/policy';
import { Inference } from '../../src/nn/inference';
import type { QuantAware } from '../../src/nn/trainable';
import { calibrate } from '../../src/train/calibrate';
import { evaluate, finish } from '../../src/train/evaluate';
import { type ScheduleId, schedules } from '../../src/train/schedules';
import { train } from '../../src/train/train';
import { choice, flags, number } from './flags';
import { BATCH, CALIBRATION_IMAGES } from './measure';
import type { Setting } from './setting';

/** Trains, prints every epoch, and writes the weights with their card. */
export async function runTrain({ dataset, network, scheme, backend, policies, networkId, datasetId, seed }: Setting) {
  const settings = {
    epochs: number('epochs', 10),
    batchSize: number('batch-size', 64),
    learningRate: number('learning-rate', 0.1, { integer: false, min: 0 }),
    schedule: choice<ScheduleId>('schedule', schedules, 'one-cycle'),
    momentum: 0.9,
    weightDecay: number('weight-decay', 5e-4, { integer: false, min: 0 }),
    labelSmoothing: number('label-smoothing', 0.05, { integer: false, min: 0 }),
    augment: flags.augment ?? true,
    imagesPerEpoch: number('images', dataset.train.length),
    seed,
  };
  const { policy } = policies[0];
  const quantAware = flags.qat
    ? { policy, scheme, ranges: await calibrate(network, dataset, CALIBRATION_IMAGES) }
    : undefined;
  const generator = train(network, dataset, settings, quantAware);
  const started = performance.now();
  const log: object[] = [];
  let trained = network;
  for (;;) {
    const next = await generator.next();
    if (next.done) {
      trained = next.value;
      break;
    }
    const { step, steps, epoch, loss, accuracy, epochEnd } = next.value;
    if (!epochEnd) continue;
    const validation = await accuracyOf(await next.value.weights(), dataset, 'validation', quantAware);
    const seconds = (performance.now() - started) / 1000;
    log.push({ epoch, loss, accuracy, validation, seconds });
    console.log(
      `epoch ${epoch} of ${settings.epochs}, step ${step}/${steps}: loss ${loss?.toFixed(4)}, validation ${(validation * 100).toFixed(2)} %, ${Math.round((step * settings.batchSize) / seconds)} images/s`,
    );
  }
  const test = await accuracyOf(trained, dataset, 'test', quantAware);
  console.log(`${networkId}: ${(test * 100).toFixed(2)} % on ${dataset.test.length} test images`);
  const images = Math.min(settings.imagesPerEpoch, dataset.train.length);
  const card: CheckpointCard = {
    network: networkId,
    dataset: datasetId,
    accuracy: test,
    n: dataset.test.length,
    measuredBy: `bitmixer headless on ${backend.name}`,
    recipe: `bitmixer headless, ${settings.epochs} epochs of ${images} images, SGD with Nesterov momentum, batch ${settings.batchSize}, ${settings.schedule} to ${settings.learningRate}, weight decay ${settings.weightDecay}, label smoothing ${settings.labelSmoothing}, ${settings.augment ? 'flip and crop' : 'no augmentation'}${flags.qat ? `, quantization-aware ${policies[0].name}` : ''}`,
    seed,
    normalization: dataset.normalization,
  };
  if (flags.out !== undefined) {
    await writeFile(flags.out, writeCheckpoint(trained));
    await writeFile(flags.out.replace(/(\.safetensors)?$/, '.json'), `${JSON.stringify(card, null, 2)}\n`);
  }
  return { ...card, settings, log };
}

async function accuracyOf(
  network: Network,
  dataset: Dataset,
  split: 'validation' | 'test',
  quantAware?: QuantAware,
): Promise<number> {
  const model = new Inference(network);
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const { policy, ranges } = quantAware ?? { policy: uniformPolicy(network, FLOAT, FLOAT), ranges: new Map() };
  model.configure(policy, quantAware?.scheme ?? scheme, ranges);
  const to = dataset[split].length;
  const { correct } = await finish(evaluate(model, dataset, dataset[split], { from: 0, to, batchSize: BATCH }));
  model.dispose();
  return correct / to;
}
