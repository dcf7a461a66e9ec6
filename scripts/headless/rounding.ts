// The rounding of a policy under the calibration that the flags ask for.
import type { Network } from '../../src/graph/network';
import { type BitPolicy, roundsNothing } from '../../src/graph/policy';
import { withCalibration } from '../../src/quant/registry';
import type { Rounding } from '../../src/rounding/rounding';
import type { Correction } from './calibrationFlags';
import { UsageError } from './flags';
import type { RunInputs } from './setting';

/** A policy with the ranges it needs: none where it leaves activations float, the file's own for the policy that it states. */
export async function roundingOf({ session, scheme }: RunInputs, policy: BitPolicy): Promise<Rounding> {
  return { policy, scheme, ranges: await session.model.calibrated.rangesFor(policy, scheme) };
}

/** The rounding of the first policy, which must round something. */
export async function firstRounding(setting: RunInputs): Promise<Rounding> {
  const { policy } = setting.policies[0];
  if (roundsNothing(policy))
    throw new UsageError('Nothing is rounded under this policy; say --policy uniform:3, for example.');
  return roundingOf(setting, policy);
}

/** The network corrected for the policy of a rounding; as it is when nothing is rounded. */
export function correctedFor(
  correction: Correction,
  { session }: RunInputs,
  { policy, scheme }: Rounding,
): Promise<Network> {
  return session.model.calibrated.networkFor(policy, withCalibration(scheme, { correction }));
}
