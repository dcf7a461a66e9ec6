// Every quantizer of activations. Files never store activations, so these only round (`ActivationQuantizer`). A weight
// quantizer names its partner in `activations`. To add one: write it, add its id to the type in quantizer.ts, list it
// here.
import { uniformActivations } from './affine';
import { bfp } from './bfp';
import { lsqActivations } from './lsq';
import { lsqPlus } from './lsqPlus';
import { pact } from './pact';
import type { ActivationQuantizer, ActivationQuantizerId } from './quantizer';

export const activationQuantizers = {
  uniform: uniformActivations,
  bfp,
  pact,
  lsq: lsqActivations,
  lsqPlus,
} as const satisfies Readonly<Record<ActivationQuantizerId, ActivationQuantizer<unknown>>>;

/** The quantizer with this id, with its parameter type erased. */
export function activationQuantizerOf(id: ActivationQuantizerId): ActivationQuantizer<unknown> {
  return activationQuantizers[id];
}
