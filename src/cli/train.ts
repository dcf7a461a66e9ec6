// The learning commands: training, float or quantization-aware, and distillation without labels.
import { hitsAsMeasured, shareOf } from '../core/accuracy';
import { alone } from '../core/turn';
import type { Network } from '../graph/network';
import type { Proportion } from '../math/statistics';
import { UsageError } from '../node/usageError';
import { percent } from '../node/words';
import { TRAINING, type TrainingOptions } from '../options/training';
import { calibrationOf, choosesCodes, quantizerOf } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { Calibrated } from '../train/calibrated';
import { stagesOf } from '../train/stages';
import { flags, optionFlag } from './flags';
import { cardOf, follow, readDescent, recipeOf, writeWeights } from './follow';
import { accuracyOf } from './measure';
import { correctedFor, firstRounding } from './rounding';
import type { RunInputs } from './setting';
import { trainingDefaults } from './trainingDefaults';

/** Accuracy on the test images under the first policy, calibrated by the scheme: what `evaluate` prints for these weights. */
async function asEvaluated({ dataset, policies, scheme }: RunInputs, calibrated: Calibrated): Promise<Proportion> {
  const images = { dataset, split: 'test', images: dataset.test.length } as const;
  return shareOf(await hitsAsMeasured(calibrated, images, { policy: policies[0].policy, scheme }, alone));
}

/**
 * Prints the accuracy on the test images in float, and under the policy without training: as the scheme calibrates it, and with
 * re-estimated batch norms. Training ends with re-estimation too, so the gain of learning itself is the gain over the last one.
 */
async function startingPoints(setting: RunInputs, quantAware: Rounding) {
  const { network, policies, scheme, session } = setting;
  const float = await accuracyOf(setting, network);
  console.log(`float: ${percent(float)}`);
  const before = await asEvaluated(setting, session.model.calibrated);
  console.log(`${policies[0].name} post-training: ${percent(before)}`);
  if (calibrationOf(scheme).correction === 'batchNorm') return { float, before, calibrated: before };
  const reestimated = await correctedFor('batchNorm', setting, quantAware);
  const calibrated = await accuracyOf(setting, reestimated, quantAware);
  console.log(`${policies[0].name} post-training, batch norms re-estimated: ${percent(calibrated)}`);
  return { float, before, calibrated };
}

/** Prints the gain of training. */
async function outcome(
  setting: RunInputs,
  trained: Network,
  { float, before }: Awaited<ReturnType<typeof startingPoints>>,
) {
  const after = await asEvaluated(setting, new Calibrated(trained, setting.dataset));
  const gain = after.value - before.value;
  const lost = float.value - before.value;
  const share = lost > 0 ? `, ${Math.round((gain / lost) * 100)} % of what rounding lost` : '';
  console.log(`${setting.policies[0].name} after: ${percent(after)}`);
  console.log(`gain: ${(gain * 100).toFixed(2)} points${share}`);
  return after;
}

/** Refuses weights without batch norms: they belong to another network than `--network` and could not be read again. */
function refuseFolding({ scheme }: RunInputs): void {
  if (calibrationOf(scheme).batchNorm === 'fold')
    throw new UsageError('Training keeps batch norms; leave out --batch-norm fold, and say it when you measure.');
}

/** The target of quantization-aware training, and its damping if asked for. */
function readGoal({ learnFrom = 'labels', temperature = 2 }: Partial<TrainingOptions>) {
  const damping = flags.damping === undefined ? undefined : optionFlag(TRAINING.damping, 0);
  return {
    learnFrom: optionFlag(TRAINING.learnFrom, learnFrom),
    temperature: optionFlag(TRAINING.temperature, temperature),
    ...(damping !== undefined && { damping }),
  };
}

/** The stages of `--progressive`, printed; undefined without the flag. */
function readStages(quantAware: Rounding | undefined, epochs: number): string | undefined {
  if (!flags.progressive) return undefined;
  if (quantAware === undefined) throw new UsageError('--progressive comes down to a config; add --qat.');
  const stages = stagesOf(quantAware, epochs);
  if (stages.length === 1)
    throw new UsageError(
      `--progressive has no wider widths to come from: ${quantizerOf(quantAware.scheme.quantizer).label} at ${stages[0].bits} bits over ${epochs} epochs. Leave it out, or take 2 epochs or more and a quantizer of several widths.`,
    );
  const text = stages.map(({ from, to, bits }) => `${bits} bits for ${to - from}`).join(', ');
  console.log(`epochs in stages: ${text}`);
  return text;
}

/** What a run learns, for its recipe. */
function goalWords({ learnFrom, temperature, labelSmoothing }: Partial<Omit<TrainingOptions, 'shards'>>): string {
  return learnFrom === 'float'
    ? `answers of the float network at temperature ${temperature}`
    : `label smoothing ${labelSmoothing}`;
}

/** Trains, prints every epoch, and writes the weights with their card. */
export async function runTrain(setting: RunInputs) {
  refuseFolding(setting);
  const { dataset, networkId, policies, scheme, seed } = setting;
  const defaults = trainingDefaults[!flags.qat ? 'train' : choosesCodes(scheme) ? '--qat --rounding' : '--qat'];
  const settings = {
    ...readDescent(defaults, dataset, seed),
    labelSmoothing: optionFlag(TRAINING.labelSmoothing, defaults.labelSmoothing),
    progressive: flags.progressive ?? false,
    ...(flags.qat && readGoal(defaults)),
  };
  const quantAware = flags.qat ? await firstRounding(setting) : undefined;
  const stages = readStages(quantAware, settings.epochs);
  const points = quantAware && (await startingPoints(setting, quantAware));
  const options = { ...settings, fromScratch: false, ...(quantAware && { policy: quantAware.policy, scheme }) };
  const { network: trained, log } = await follow(setting, options);
  const test = quantAware && points ? await outcome(setting, trained, points) : await accuracyOf(setting, trained);
  console.log(`${networkId}: ${(test.value * 100).toFixed(2)} % on ${test.n} test images`);
  const recipe = `${recipeOf(settings, dataset)}, ${goalWords(settings)}${flags.qat ? `, quantization-aware ${policies[0].name}` : ''}${stages ? `, epochs in stages: ${stages}` : ''}`;
  const card = cardOf(setting, test, recipe);
  await writeWeights(trained, card);
  return { ...card, settings, ...points, ...(points && { after: test }), log };
}

/** Trains the rounded network to match the float network's predictions, on training images without labels. */
export async function runDistill(setting: RunInputs) {
  refuseFolding(setting);
  const { dataset, policies, scheme, seed } = setting;
  const settings = {
    ...readDescent(trainingDefaults.distil, dataset, seed),
    temperature: optionFlag(TRAINING.temperature, trainingDefaults.distil.temperature),
  };
  const quantAware = await firstRounding(setting);
  const points = await startingPoints(setting, quantAware);
  const { policy } = quantAware;
  const options = { ...settings, labelSmoothing: 0, fromScratch: false, policy, scheme, learnFrom: 'float' } as const;
  const { network: student, log } = await follow(setting, options);
  const after = await outcome(setting, student, points);
  const recipe = `${recipeOf(settings, dataset)}, distilled without labels at temperature ${settings.temperature}, ${policies[0].name}`;
  const card = cardOf(setting, after, recipe);
  await writeWeights(student, card);
  return { ...card, scheme, policy, settings, ...points, after, log };
}
