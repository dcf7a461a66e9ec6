// The rounding that the flags ask for, calibrated: ranges of activations, and what is done about the shift that rounding
// causes (`--correct`).
import type { Network } from '../../src/graph/network';
import { type BitPolicy, FLOAT } from '../../src/graph/policy';
import type { RangeChoice } from '../../src/quant/quantizer';
import type { Rounding } from '../../src/rounding/rounding';
import { reestimateBatchNorm } from '../../src/train/batchNorm';
import { correctBiases } from '../../src/train/biasCorrection';
import { calibrateAs, rangesFor } from '../../src/train/calibrate';
import { choice, flags, number, UsageError } from './flags';
import type { RunInputs } from './setting';

/** Images a batch. */
export const BATCH = 64;

/** What is done to a network for a policy, without training. */
export const CORRECTIONS = { none: 1, bias: 1, 'batch-norm': 1 } as const;
export type Correction = keyof typeof CORRECTIONS;

/** Training images, the first ones, that calibration looks at. */
export function calibrationImages(): number {
  return number('calibration-images', 256);
}

/** A policy with the ranges it needs: none where it leaves activations float, the file's own for the policy that it states. */
export async function roundingOf(
  { network, dataset, scheme, stated }: RunInputs,
  policy: BitPolicy,
): Promise<Rounding> {
  const range = choice<RangeChoice>('activation-range', { minMax: 1, percentile: 1, mse: 1 }, 'minMax');
  const own = policy === stated?.policy ? stated.ranges : [];
  const ranges = await rangesFor(
    policy,
    scheme,
    async () => new Map([...(await calibrateAs(range, network, dataset, calibrationImages(), policy)), ...own]),
  );
  return { policy, scheme, ranges };
}

function roundsNothing(policy: BitPolicy): boolean {
  return Object.values(policy).every(({ weights, activations }) => weights === FLOAT && activations === FLOAT);
}

/** The rounding of the first policy, which must round something. */
export async function firstRounding(setting: RunInputs): Promise<Rounding> {
  const { policy } = setting.policies[0];
  if (roundsNothing(policy))
    throw new UsageError('Nothing is rounded under this policy; say --policy uniform:3, for example.');
  return roundingOf(setting, policy);
}

/** Which correction the flags ask for. */
export function readCorrection(): Correction {
  const correction = choice<Correction>('correct', CORRECTIONS, 'none');
  if (correction === 'batch-norm' && flags['batch-norm'] === 'fold')
    throw new UsageError('--correct batch-norm needs batch norms; leave out --batch-norm fold, or correct biases.');
  return correction;
}

/** The network corrected for a rounding; as it is when nothing is rounded. */
export async function correctedFor(
  correction: Correction,
  { network, dataset }: RunInputs,
  rounding: Rounding,
): Promise<Network> {
  if (roundsNothing(rounding.policy)) return network;
  const images = calibrationImages();
  if (correction === 'bias') return correctBiases(network, dataset, { images, batchSize: BATCH }, rounding);
  return correction === 'batch-norm' ? reestimateBatchNorm(network, dataset, rounding, images) : network;
}
