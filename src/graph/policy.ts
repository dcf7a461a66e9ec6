// A `BitPolicy` gives every layer a bit width for its weights and one for its input activations.
import { binaryInputs } from './binary';
import { branchOf } from './branches';
import { type Architecture, type LayerNode, layersOf } from './network';

/** Bit widths of weights that are not skipped; 32 means float. Activations have 2-8 or 32. */
export const BIT_WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 32] as const;
/** 0 weight bits mean that the layer is skipped together with its branch (skips.ts). */
export type BitWidth = 0 | (typeof BIT_WIDTHS)[number];
/** 32-bit float: not quantized. */
export const FLOAT: BitWidth = 32;
/** 0 bits: the layer is skipped. */
export const SKIPPED: BitWidth = 0;

/** True for widths that numbers are rounded to: neither float nor skipped. */
export function isRounded(bits: BitWidth): boolean {
  return bits !== FLOAT && bits !== SKIPPED;
}

export interface LayerBits {
  readonly weights: BitWidth;
  /** Bit width of the activations that the layer reads. */
  readonly activations: BitWidth;
}

/** Bit widths by layer id; every layer of the network has an entry. */
export type BitPolicy = Readonly<Record<string, LayerBits>>;

/** True when every layer stays float: a network under this policy is the float network. */
export function roundsNothing(policy: BitPolicy): boolean {
  return Object.values(policy).every(({ weights, activations }) => weights === FLOAT && activations === FLOAT);
}

/** A policy that does not fit its network, or a bit width that does not exist. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** A value from a file, short enough for an error message. */
const quoted = (value: unknown): string => String(value).slice(0, 200);

/** True for a number that is one of `BIT_WIDTHS`; weights may also have 0, activations at least 2. */
export function isBitWidth(bits: number, tensor: 'weights' | 'activations'): bits is BitWidth {
  if (tensor === 'weights' && bits === SKIPPED) return true;
  return (BIT_WIDTHS as readonly number[]).includes(bits) && (tensor === 'weights' || bits >= 2);
}

/**
 * The same widths for all layers, except that the image and binary activations stay as they are. Activations have no 1-bit setting: 1 becomes 2.
 *
 * @example
 * const architecture = networks.resnet8.build([32, 32, 3], 10);
 * console.log(uniformPolicy(architecture, 4, 8)); // { stem: { weights: 4, activations: 32 }, ... }
 */
export function uniformPolicy(architecture: Architecture, weights: BitWidth, activations: BitWidth): BitPolicy {
  const image = architecture.nodes[0]?.id;
  const width: BitWidth = activations === 1 ? 2 : activations;
  const kept = ({ id, inputs }: LayerNode) => inputs[0] === image || binaryInputs(architecture).has(id);
  const entries = layersOf(architecture).map((layer) => [
    layer.id,
    { weights, activations: kept(layer) ? FLOAT : width },
  ]);
  return Object.fromEntries(entries);
}

/** A short key, equal for equal policies of one network (`4.8-4.8-…`); with `part`, of its weights or activations only. */
export function policyKey(policy: BitPolicy, part?: keyof LayerBits): string {
  const text = ({ weights, activations }: LayerBits) => `${weights}.${activations}`;
  return Object.keys(policy)
    .sort()
    .map((id) => (part ? policy[id][part] : text(policy[id])))
    .join('-');
}

/** True when both policies give every layer the same widths. */
export function samePolicy(a: BitPolicy, b: BitPolicy): boolean {
  const layers = Object.keys(a);
  return (
    layers.length === Object.keys(b).length &&
    layers.every((id) => b[id]?.weights === a[id].weights && b[id]?.activations === a[id].activations)
  );
}

/**
 * Checks that a policy names exactly the network's layers, with valid widths, and returns it typed.
 *
 * @example
 * const architecture = networks.tiny.build([32, 32, 3], 10);
 * try {
 *   checkPolicy(architecture, JSON.parse('{"conv1": {"weights": 9, "activations": 32}}'));
 * } catch (error) {
 *   console.log(error.message); // Layer "conv1" asks for 9 weight bits; possible are 1-8 and 32 (float).
 * }
 * @throws PolicyError naming the layer at fault and its valid widths.
 */
export function checkPolicy(architecture: Architecture, policy: unknown): BitPolicy {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy))
    throw new PolicyError('A config is an object with {weights, activations} for each layer.');
  const entries = new Map<string, unknown>(Object.entries(policy));
  const layers = layersOf(architecture);
  const checked = layers.map(({ id }) => {
    const bits = entries.get(id) as Partial<LayerBits> | null | undefined;
    if (bits === undefined || bits === null)
      throw new PolicyError(
        `The config has no entry for layer "${id}" of ${architecture.name}; it needs one for each of: ${layers.map((l) => l.id).join(', ')}.`,
      );
    const { weights, activations } = bits;
    if (typeof weights !== 'number' || !isBitWidth(weights, 'weights'))
      throw new PolicyError(`Layer "${id}" asks for ${quoted(weights)} weight bits; possible are 1-8 and 32 (float).`);
    if (weights === SKIPPED) checkSkip(architecture, entries, id);
    if (typeof activations !== 'number' || !isBitWidth(activations, 'activations'))
      throw new PolicyError(
        `Layer "${id}" asks for ${quoted(activations)} activation bits; possible are 2-8 and 32 (float).`,
      );
    return [id, { weights, activations }] as const;
  });
  const known = new Set(layers.map(({ id }) => id));
  const unknown = [...entries.keys()].find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new PolicyError(`The config names a layer "${quoted(unknown)}" that ${architecture.name} does not have.`);
  return Object.fromEntries(checked);
}

/** Refuses 0 bits for a layer that cannot be skipped, or whose branch is not skipped as a whole. */
function checkSkip(architecture: Architecture, policy: ReadonlyMap<string, unknown>, id: string): void {
  const branch = branchOf(architecture, id);
  if (branch === undefined)
    throw new PolicyError(
      `Layer "${id}" cannot be skipped (0 weight bits): no shortcut bypasses it. Possible are 1-8 and 32 (float).`,
    );
  const rest = branch.layers.find((other) => (policy.get(other) as Partial<LayerBits> | null)?.weights !== SKIPPED);
  if (rest !== undefined)
    throw new PolicyError(
      `Layer "${id}" is skipped (0 weight bits), but "${rest}" of the same branch is not; give both 0 bits, or neither.`,
    );
}
