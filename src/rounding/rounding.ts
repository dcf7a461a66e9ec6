// How a network is rounded: one value that inference, training, calibration and files take.
import type { Architecture } from '../graph/network';
import { type BitPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import type { ActivationRange } from './activationRounding';

/** What calibration says of the activations that each layer reads, by layer id. */
export type ActivationRanges = ReadonlyMap<string, ActivationRange>;

/** The bits of every layer, the quantizers, and the ranges of the activations that the policy rounds. */
export interface Rounding {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly ranges: ActivationRanges;
}

/** Nothing is rounded: the float network. */
export function floatRounding(architecture: Architecture): Rounding {
  return {
    policy: uniformPolicy(architecture, FLOAT, FLOAT),
    scheme: { quantizer: 'symmetric', granularity: 'channel' },
    ranges: new Map(),
  };
}
