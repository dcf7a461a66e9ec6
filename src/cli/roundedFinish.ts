// The finish that every choice of a race gets alike: rounded by the scheme, with codes that make up for the layers before, and
// trained from there if epochs are asked for.
import { answersAsMeasured } from '../core/accuracy';
import { alone } from '../core/turn';
import type { BitPolicy } from '../graph/policy';
import { choosesCodes, type QuantScheme, withCalibration } from '../quant/registry';
import { FINE_TUNING } from './finish';
import { number } from './flags';
import { hitsAfterTraining } from './follow';
import type { RunInputs } from './setting';
import { trainingDefaults } from './trainingDefaults';

/** Settings of the finish, besides the policy. */
export function readFinish({ scheme, dataset }: Pick<RunInputs, 'scheme' | 'dataset'>, epochs: number) {
  const images = number('finish-images', dataset.train.length);
  const chosen = choosesCodes(scheme);
  const own: QuantScheme = chosen ? withCalibration(scheme, { independent: false }) : scheme;
  const rounding = chosen ? 'error feedback' : 'rounded';
  const words = epochs > 0 ? `${rounding}, then ${epochs} epochs of ${images} images` : rounding;
  const defaults = { ...(chosen ? trainingDefaults['--qat --rounding'] : FINE_TUNING), epochs };
  return { scheme: own, epochs, words, defaults };
}

export type Finish = ReturnType<typeof readFinish>;

/** For each of the first `--test-images` test images, 1 if the finished network is right. */
export async function finished(inputs: RunInputs, policy: BitPolicy, { scheme, epochs, defaults }: Finish) {
  if (epochs > 0) return hitsAfterTraining(inputs, { policy, scheme }, defaults);
  const { dataset, session } = inputs;
  const images = { dataset, split: 'test', images: number('test-images', dataset.test.length) } as const;
  return (await answersAsMeasured(session.model.calibrated, images, { policy, scheme }, alone)).right;
}
