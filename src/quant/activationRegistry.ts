// Every quantizer of activations. Files never hold activations, so these only round (`ActivationQuantizer`); which one
// goes with a quantizer of weights is its `activations`. To add one: write it, name it in quantizer.ts' id, list it here.
import { uniformActivations } from './affine';
import { bfp } from './bfp';
import { lsqActivations } from './lsq';
import { pact } from './pact';
import type { ActivationQuantizer, ActivationQuantizerId } from './quantizer';

export const activationQuantizers = {
  uniform: uniformActivations,
  bfp,
  pact,
  lsq: lsqActivations,
} as const satisfies Readonly<Record<ActivationQuantizerId, ActivationQuantizer<unknown>>>;

/** The quantizer of an id, with its parameters hidden. */
export function activationQuantizerOf(id: ActivationQuantizerId): ActivationQuantizer<unknown> {
  return activationQuantizers[id];
}
