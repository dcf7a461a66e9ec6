// How a network is rounded: one value, shared by inference, training, calibration and files.
import type { Architecture } from '../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import type { ActivationRange } from './activationRounding';

/** Calibrated statistics of the input of each layer, by layer id. */
export type ActivationRanges = ReadonlyMap<string, ActivationRange>;

/** The bit widths of every layer, the quantizers, and the ranges of the activations that the policy rounds. */
export interface Rounding {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly ranges: ActivationRanges;
}

/** The rounding of the float network: none. */
export function floatRounding(architecture: Architecture): Rounding {
  return {
    policy: uniformPolicy(architecture, FLOAT, FLOAT),
    scheme: { quantizer: 'symmetric', granularity: 'channel' },
    ranges: new Map(),
  };
}
