// The measuring commands: accuracy of policies, and the sensitivity table.
import { shareOf } from '../core/accuracy';
import { resultOf } from '../core/turn';
import { packedBytes } from '../formats/packed';
import { policyCost } from '../graph/cost';
import type { Network } from '../graph/network';
import { sizeInWords } from '../graph/size';
import type { Proportion } from '../math/statistics';
import { calibrationOf } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { correctionWord } from './calibrationFlags';
import { activationWords, flags, number } from './flags';
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

/** Accuracy of each policy on the first test images, with its costs. */
export async function runEvaluate(setting: RunInputs) {
  const { session, dataset, network, scheme, backend, policies, networkId, datasetId } = setting;
  const { calibration: _, ...plain } = scheme;
  const { range, batchNorm, images: calibrationImages, correction } = calibrationOf(scheme);
  const images = Math.min(number('images', dataset.test.length), dataset.test.length);
  const results = [];
  const progress = followJob(session, 'evaluate', 'images');
  for (const { name, policy } of policies) {
    const run = session.measure({ policy, scheme, split: 'test', stages: [images] });
    const measured = await resultOf(run, async ({ accuracy }) => {
      await progress.tell(results.length * images + accuracy.n, policies.length * images);
    });
    const { value: accuracy, lower, upper, n } = measured.accuracy;
    const { loss, imagesPerSecond } = measured;
    const { weightBytes, bitOps } = policyCost(network, policy);
    const fileBytes = packedBytes(network, policy, scheme);
    results.push({
      network: networkId,
      dataset: datasetId,
      accuracy,
      lower,
      upper,
      n,
      loss,
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
      `${networkId} ${name}${flags['weights-only'] ? ' (weights only)' : activationWords(scheme, policy)}: ${(accuracy * 100).toFixed(2)} % (${(lower * 100).toFixed(2)} to ${(upper * 100).toFixed(2)}), n = ${n}, ${sizeInWords(fileBytes)}, ${Math.round(imagesPerSecond)} images/s on ${backend.name}`,
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
