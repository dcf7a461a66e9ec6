// The command that shows the gain of calibration without training under a policy, and writes the network on request.

import { UsageError } from '../node/usageError';
import { percent } from '../node/words';
import { CALIBRATION } from '../options/calibration';
import { calibrationOf } from '../quant/registry';
import { type Correction, correctionWord, readCorrection } from './calibrationFlags';
import { flags, number } from './flags';
import { cardOf, writeWeights } from './follow';
import { accuracyOf } from './measure';
import { correctedFor, firstRounding } from './rounding';
import type { RunInputs } from './setting';

/** Accuracy in float, after rounding, and with each correction, or only the one of `--correct`. */
export async function runCalibrate(setting: RunInputs) {
  const { dataset, network, policies, scheme, backend } = setting;
  const { calibration: _, ...plain } = scheme;
  const { range, batchNorm, images: looked } = calibrationOf(scheme);
  const folded = batchNorm === 'fold';
  const one = flags.correct === undefined ? undefined : readCorrection();
  if (flags.out !== undefined && (one === undefined || folded))
    throw new UsageError('--out needs one --correct, and batch norms that are not folded.');
  const all = CALIBRATION.correction.choices.filter((id) => !(folded && id === 'batchNorm'));
  const images = Math.min(number('images', dataset.test.length), dataset.test.length);
  const float = await accuracyOf(setting, network, undefined, images);
  console.log(`float: ${percent(float)}`);
  const rounding = await firstRounding(setting);
  const corrections: Record<string, typeof float> = {};
  for (const correction of one === undefined ? all : [...new Set<Correction>(['none', one])]) {
    const corrected = await correctedFor(correction, setting, rounding);
    const accuracy = await accuracyOf(setting, corrected, rounding, images);
    const word = correctionWord(correction);
    corrections[word] = accuracy;
    console.log(`${policies[0].name}, correction ${word}: ${percent(accuracy)}`);
    if (correction === one)
      await writeWeights(
        corrected,
        cardOf(setting, accuracy, `${policies[0].name}, correction ${word} on ${looked} training images`),
      );
  }
  return {
    network: setting.networkId,
    dataset: setting.datasetId,
    policy: policies[0].policy,
    ...plain,
    batchNorm,
    activationRange: range,
    calibrationImages: looked,
    backend: backend.name,
    float,
    corrections,
  };
}
