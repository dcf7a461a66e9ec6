// The measuring commands: accuracy of policies, and the sensitivity table.
import { shareOf } from '../core/accuracy';
import { measureOnDevice } from '../core/deviceMeasuring';
import { alone, resultOf } from '../core/turn';
import { DEVICE_ROUNDINGS } from '../device/requantize';
import { packedBytes } from '../formats/packed';
import { policyCost } from '../graph/cost';
import type { Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import { sizeInWords } from '../graph/size';
import type { Proportion } from '../math/statistics';
import { UsageError } from '../node/usageError';
import { EXPORTING } from '../options/exporting';
import { calibrationOf } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { correctionWord } from './calibrationFlags';
import { activationWords, choice, flags, number, optionFlag } from './flags';
import { sayLosses } from './losses';
import { ownCosts, readOwnCosts } from './ownCosts';
import { followJob } from './progress';
import type { RunInputs } from './setting';

/** Accuracy of a network on the first test images, in float or under a policy's rounding. */
export async function accuracyOf(
  { session, dataset }: RunInputs,
  network: Network,
  rounding?: Rounding,
  images = dataset.test.length,
): Promise<Proportion> {
  return shareOf(await session.hits(network, { split: 'test', images }, rounding));
}

/** A policy measured as the page does, or with `--as` as a device does. */
async function measured(
  { session, scheme }: RunInputs,
  policy: BitPolicy,
  images: number,
  tell: (done: number) => Promise<unknown>,
) {
  const params = { policy, scheme, split: 'test' } as const;
  const int16 = optionFlag(EXPORTING.int16, false);
  if (int16 && flags.as === undefined)
    throw new UsageError('--int16 is for --as: 16-bit activations, as a device has them.');
  if (flags.as === undefined)
    return resultOf(session.measure({ ...params, stages: [images] }), async ({ accuracy }) => {
      await tell(accuracy.n);
    });
  const as = choice('as', DEVICE_ROUNDINGS);
  const start = performance.now();
  const origin = { seed: session.images.seed, backend: session.backend };
  const device = measureOnDevice(session.model, { ...params, images, rounding: as, int16 }, origin, alone);
  const { accuracy, loss, fileBytes, arenaBytes, losses } = await resultOf(device, async ({ n }) => {
    await tell(n);
  });
  sayLosses(losses);
  const imagesPerSecond = (1000 * accuracy.n) / (performance.now() - start);
  return {
    accuracy,
    loss,
    imagesPerSecond,
    onDevice: { as, ...(int16 && { int16 }), tfliteBytes: fileBytes, arenaBytes },
  };
}

/** Accuracy of each policy on the first test images, with its costs. */
export async function runEvaluate(setting: RunInputs) {
  const { session, dataset, network, scheme, backend, policies, networkId, datasetId } = setting;
  const { calibration: _, ...plain } = scheme;
  const { range, batchNorm, images: calibrationImages, correction } = calibrationOf(scheme);
  const images = Math.min(number('images', dataset.test.length), dataset.test.length);
  const results = [];
  const table = await readOwnCosts(network);
  // Before anything is measured.
  const priced = policies.map((named) => ({ ...named, costs: ownCosts(table, named.policy) }));
  const progress = followJob(session, 'evaluate', 'images');
  for (const { name, policy, costs } of priced) {
    const result = await measured(setting, policy, images, (done) =>
      progress.tell(results.length * images + done, policies.length * images),
    );
    const { value: accuracy, lower, upper, n } = result.accuracy;
    const { loss, imagesPerSecond } = result;
    const onDevice = 'onDevice' in result ? result.onDevice : undefined;
    const { weightBytes, bitOps } = policyCost(network, policy);
    const fileBytes = packedBytes(network, policy, scheme);
    const inWords = Object.entries(costs).map(([unit, cost]) => `, ${cost.toPrecision(3)} ${unit}`);
    results.push({
      network: networkId,
      dataset: datasetId,
      accuracy,
      lower,
      upper,
      n,
      loss,
      ...onDevice,
      ...costs,
      weightBytes,
      fileBytes,
      bitOps,
      imagesPerSecond,
      backend: backend.name,
      device: backend.device,
      policyName: name,
      policy,
      ...plain,
      batchNorm,
      activationRange: range,
      correction: correctionWord(correction),
      calibrationImages,
    });
    console.log(
      `${networkId} ${name}${flags['weights-only'] ? ' (weights only)' : activationWords(scheme, policy)}: ${(accuracy * 100).toFixed(2)} % (${(lower * 100).toFixed(2)} to ${(upper * 100).toFixed(2)}), n = ${n}, ${onDevice ? `as ${onDevice.as} computes it${onDevice.int16 ? ' with 16-bit activations' : ''}, ${sizeInWords(onDevice.tfliteBytes)} as .tflite, ${sizeInWords(onDevice.arenaBytes)} of working memory` : sizeInWords(fileBytes)}${inWords.join('')}, ${Math.round(imagesPerSecond)} images/s on ${onDevice ? 'one core' : backend.name}`,
    );
  }
  progress.stop();
  return results.length === 1 ? results[0] : results;
}

/** The cost of each width of each layer while all other layers stay float. */
export async function runSensitivity({ session, dataset, scheme, backend }: RunInputs) {
  const images = Math.min(number('images', 512), dataset.validation.length);
  const progress = followJob(session, 'sensitivity', 'cells');
  const table = session.sensitivity({ scheme, images, activations: !flags['weights-only'] });
  const {
    network,
    dataset: datasetId,
    ...measured
  } = await resultOf(table, async ({ done, total, entries, of }) => {
    await progress.tell(of === 'cells' ? done : 0, total);
    for (const { layer, tensor, bits, lossIncrease } of entries)
      console.log(
        `${done}/${total} ${layer} ${tensor} ${bits} bits: loss ${lossIncrease >= 0 ? '+' : ''}${lossIncrease.toFixed(4)}`,
      );
  });
  progress.stop();
  return { network, dataset: datasetId, backend: backend.name, ...measured };
}
