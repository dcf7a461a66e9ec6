// A `BitPolicy` gives every layer a bit width for its weights and one for its input activations.
import { type Architecture, layersOf } from './network';

/** Bit widths of weights; 32 means float. Activations take 2-8 or 32. */
export const BIT_WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 32] as const;
export type BitWidth = (typeof BIT_WIDTHS)[number];
/** 32-bit float: not quantized. */
export const FLOAT: BitWidth = 32;

export interface LayerBits {
  readonly weights: BitWidth;
  /** Bit width of the activations that the layer reads. */
  readonly activations: BitWidth;
}

/** Bit widths by layer id; every layer of the network has an entry. */
export type BitPolicy = Readonly<Record<string, LayerBits>>;

/** A policy that does not fit its network, or a bit width that does not exist. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** True for a number that is one of `BIT_WIDTHS` (and at least 2 for activations). */
export function isBitWidth(bits: number, tensor: 'weights' | 'activations'): bits is BitWidth {
  return (BIT_WIDTHS as readonly number[]).includes(bits) && (tensor === 'weights' || bits >= 2);
}

/**
 * The same widths for all layers. The first layer reads the image, which stays float.
 * Activations have no 1-bit setting: 1 becomes 2.
 */
export function uniformPolicy(architecture: Architecture, weights: BitWidth, activations: BitWidth): BitPolicy {
  const image = architecture.nodes[0]?.id;
  const width: BitWidth = activations === 1 ? 2 : activations;
  const entries = layersOf(architecture).map((layer) => [
    layer.id,
    { weights, activations: layer.inputs[0] === image ? FLOAT : width },
  ]);
  return Object.fromEntries(entries);
}

/**
 * Checks that a policy names exactly the network's layers with widths that exist, and returns it typed.
 * @throws PolicyError naming the layer at fault and what it may be.
 */
export function checkPolicy(architecture: Architecture, policy: unknown): BitPolicy {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy))
    throw new PolicyError('A policy is an object with {weights, activations} for each layer.');
  const given = new Map<string, unknown>(Object.entries(policy));
  const layers = layersOf(architecture);
  const checked = layers.map(({ id }) => {
    const bits = given.get(id) as Partial<LayerBits> | null | undefined;
    if (bits === undefined || bits === null)
      throw new PolicyError(
        `The policy has no entry for layer "${id}" of ${architecture.name}; it needs one for each of: ${layers.map((l) => l.id).join(', ')}.`,
      );
    given.delete(id);
    const { weights, activations } = bits;
    if (typeof weights !== 'number' || !isBitWidth(weights, 'weights'))
      throw new PolicyError(`Layer "${id}" asks for ${String(weights)} weight bits; possible are 1-8 and 32 (float).`);
    if (typeof activations !== 'number' || !isBitWidth(activations, 'activations'))
      throw new PolicyError(
        `Layer "${id}" asks for ${String(activations)} activation bits; possible are 2-8 and 32 (float).`,
      );
    return [id, { weights, activations }] as const;
  });
  const stranger = given.keys().next();
  if (!stranger.done)
    throw new PolicyError(`The policy names a layer "${stranger.value}" that ${architecture.name} does not have.`);
  return Object.fromEntries(checked);
}
