// The rounding of a policy under the calibration set by flags.
import type { Network } from '../graph/network';
import { type BitPolicy, roundsNothing } from '../graph/policy';
import { UsageError } from '../node/usageError';
import { withCalibration } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import type { Correction } from './calibrationFlags';

import type { RunInputs } from './setting';

/** A policy with its ranges: none for float activations, the file's own for the file's stated policy. */
export async function roundingOf({ session, scheme }: RunInputs, policy: BitPolicy): Promise<Rounding> {
  return { policy, scheme, ranges: await session.model.calibrated.rangesFor(policy, scheme) };
}

/** The rounding of the first policy, which must round at least one layer. */
export async function firstRounding(setting: RunInputs): Promise<Rounding> {
  const { policy } = setting.policies[0];
  if (roundsNothing(policy))
    throw new UsageError('Nothing is rounded in this config; say --policy uniform:3, for example.');
  return roundingOf(setting, policy);
}

/** The network corrected for the policy of a rounding; unchanged if nothing is rounded. */
export function correctedFor(
  correction: Correction,
  { session }: RunInputs,
  { policy, scheme }: Rounding,
): Promise<Network> {
  return session.model.calibrated.networkFor(policy, withCalibration(scheme, { correction }));
}
