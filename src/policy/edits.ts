// Pure edits of a `BitPolicy`: fader stops, one layer, many layers, presets. Nothing here depends on the store or the
// page. Every function returns a new policy, or the same object when nothing changed.
import { branchesOf, branchOf } from '../graph/branches';
import { type Architecture, layersOf } from '../graph/network';
import {
  BIT_WIDTHS,
  type BitPolicy,
  type BitWidth,
  FLOAT,
  type LayerBits,
  SKIPPED,
  samePolicy,
  uniformPolicy,
} from '../graph/policy';
import { closeSkips } from '../graph/skips';
import { isInRange, type WidthRange } from './widths';

export type RoundedPart = keyof LayerBits;
/** What the faders show and the presets set. */
export type TensorMode = RoundedPart | 'both';

/** Stops of a fader, from the bottom. Policies may also have 7 bits, which lies between two stops. */
export const STOPS = [1, 2, 3, 4, 5, 6, 8, 32] as const satisfies readonly BitWidth[];

/** Position of a bit width on the fader: 0 (1 bit, or skipped) to 7 (float); 7 bits is 5.5. */
export function stopOf(bits: BitWidth): number {
  if (bits === SKIPPED) return 0;
  const index = (STOPS as readonly BitWidth[]).indexOf(bits);
  return index >= 0 ? index : 5.5;
}

/** Place of float on a fader that is linear in bits: apart from 8, but on the same rail. */
export const FLOAT_POSITION = 9.2;

/** Place of a width on a fader that is linear in bits, from 0 (skipped) to `FLOAT_POSITION`. */
export function positionOf(bits: BitWidth): number {
  return bits === FLOAT ? FLOAT_POSITION : bits;
}

/** The stop in range that is nearest to a place; of two as near the lower. */
export function bitsAtPosition(position: number, range: WidthRange): BitWidth {
  const away = (bits: BitWidth) => Math.abs(positionOf(bits) - position);
  return STOPS.filter((bits) => isInRange(bits, range)).reduce((best, bits) => (away(bits) < away(best) ? bits : best));
}

/** Lowest stop of a tensor: activations have no 1-bit setting. */
function lowestStop(tensor: RoundedPart): number {
  return tensor === 'weights' ? 0 : 1;
}

/** Bit width at a fader position, clamped to the ends; exactly 5.5 is 7 bits. */
export function bitsAt(stop: number, tensor: RoundedPart): BitWidth {
  if (stop === 5.5) return 7;
  return STOPS[Math.max(lowestStop(tensor), Math.min(STOPS.length - 1, Math.round(stop)))];
}

/** `by` stops up (or down, if negative) among float and the widths in range, up to the last. One from 7 bits is 8 or 6. */
export function nudged(bits: BitWidth, by: number, range: WidthRange): BitWidth {
  const stops = STOPS.filter((stop) => isInRange(stop, range));
  const ahead = by > 0 ? stops.filter((stop) => stop > bits) : stops.filter((stop) => stop < bits).reverse();
  return ahead[Math.min(Math.abs(by), ahead.length) - 1] ?? bits;
}

/** The bit width for a typed key: digits 1-8, `0` and `f` for float; undefined for other keys. */
export function bitsOfKey(key: string, tensor: RoundedPart): BitWidth | undefined {
  if (key === '0' || key === 'f' || key === 'F') return FLOAT;
  const bits = BIT_WIDTHS.find((width) => String(width) === key);
  return bits === 1 && tensor === 'activations' ? 2 : bits;
}

/** The policy with `changes` applied to one tensor, a width per layer id. Unknown layers are ignored. */
export function withBits(policy: BitPolicy, tensor: RoundedPart, changes: ReadonlyMap<string, BitWidth>): BitPolicy {
  let next: Record<string, LayerBits> | undefined;
  for (const [id, bits] of changes) {
    const old = policy[id];
    if (old === undefined || old[tensor] === bits) continue;
    next ??= { ...policy };
    next[id] = { ...old, [tensor]: bits };
  }
  return next ?? policy;
}

/**
 * Moves `layer` to `bits`, and all other members of `selection` by as many stops, each from its position in `base`.
 * Members stop at the ends and return when the move is reversed. Skipped members stay skipped.
 */
export function movedTogether(
  base: BitPolicy,
  tensor: RoundedPart,
  layer: string,
  bits: BitWidth,
  selection: readonly string[],
): BitPolicy {
  const members = selection.includes(layer) ? selection : [layer];
  const by = stopOf(bits) - stopOf(base[layer][tensor]);
  const changes = new Map<string, BitWidth>();
  for (const id of members) {
    if (id === layer) changes.set(id, bits);
    else if (base[id] !== undefined && base[id][tensor] !== SKIPPED)
      changes.set(id, bitsAt(Math.round(stopOf(base[id][tensor]) + by), tensor));
  }
  return withBits(base, tensor, changes);
}

/** All `layers` moved by `by` places from `base`, each to the nearest stop in range. Skipped layers stay skipped. */
export function movedBy(
  base: BitPolicy,
  tensor: RoundedPart,
  layers: readonly string[],
  by: number,
  range: WidthRange,
): BitPolicy {
  const present = layers.filter((id) => base[id][tensor] !== SKIPPED);
  const moved = (id: string) => bitsAtPosition(positionOf(base[id][tensor]) + by, range);
  return withBits(base, tensor, new Map(present.map((id) => [id, moved(id)])));
}

/** `wanted`, except that some layers keep the widths that they have in `now`. */
export function keeping(wanted: BitPolicy, now: BitPolicy, layers: readonly string[]): BitPolicy {
  const kept = layers.filter((id) => wanted[id] !== undefined && now[id] !== undefined);
  return kept.length === 0 ? wanted : { ...wanted, ...Object.fromEntries(kept.map((id) => [id, now[id]])) };
}

/**
 * A stroke across the faders from strip `from` at stop `fromStop` to strip `to` at `toStop`: every layer in between
 * goes to the stop on the straight line, as on a graphic equalizer. Skipped layers on the way stay skipped.
 */
export function swept(
  policy: BitPolicy,
  tensor: RoundedPart,
  layers: readonly string[],
  [from, fromStop]: readonly [number, number],
  [to, toStop]: readonly [number, number],
): BitPolicy {
  const changes = new Map<string, BitWidth>();
  const steps = Math.abs(to - from);
  for (let k = steps === 0 ? 0 : 1; k <= steps; k++) {
    const at = from + Math.sign(to - from) * k;
    const share = steps === 0 ? 1 : k / steps;
    if (steps > 0 && policy[layers[at]][tensor] === SKIPPED) continue;
    changes.set(layers[at], bitsAt(Math.round(fromStop + (toStop - fromStop) * share), tensor));
  }
  return withBits(policy, tensor, changes);
}

/**
 * `wanted` with every branch skipped as a whole or not at all: where one layer of a branch is newly skipped since `before`,
 * all are; where one is back, the others come back at its width.
 */
export function settledSkips(architecture: Architecture, before: BitPolicy, wanted: BitPolicy): BitPolicy {
  const branches = branchesOf(architecture);
  const back = new Map<string, BitWidth>();
  for (const { layers } of branches) {
    const first = layers.find((id) => before[id]?.weights === SKIPPED && wanted[id].weights !== SKIPPED);
    if (first === undefined) continue;
    for (const id of layers) if (wanted[id].weights === SKIPPED) back.set(id, wanted[first].weights);
  }
  return closeSkips(branches, withBits(wanted, 'weights', back));
}

/**
 * The policy with a layer's branch skipped, or back at the widths that `back` gives if it was skipped; undefined if the
 * layer is on no branch.
 */
export function withSkipToggled(
  architecture: Architecture,
  policy: BitPolicy,
  layer: string,
  back: (layer: string) => BitWidth,
): BitPolicy | undefined {
  const branch = branchOf(architecture, layer);
  const skipped = policy[layer].weights === SKIPPED;
  return branch && withBits(policy, 'weights', new Map(branch.layers.map((id) => [id, skipped ? back(id) : SKIPPED])));
}

export const PRESETS = ['float', '8', '6', '4', '3', '2', 'ends'] as const;
export type PresetId = (typeof PRESETS)[number];

/**
 * A preset as a whole policy. In `weights` mode the activations go to 8 bits (float for `float`), in `both` they
 * follow the weights, in `activations` mode the weights stay as they are. The image stays float.
 */
export function presetPolicy(
  architecture: Architecture,
  id: PresetId,
  mode: TensorMode,
  current: BitPolicy,
): BitPolicy {
  const layers = layersOf(architecture);
  const bits: BitWidth = id === 'float' ? FLOAT : id === 'ends' ? 4 : (Number(id) as BitWidth);
  const activations: BitWidth = mode === 'weights' && id !== 'float' ? 8 : bits;
  const preset: Record<string, LayerBits> = { ...uniformPolicy(architecture, bits, activations) };
  if (id === 'ends')
    for (const layer of [layers[0], layers[layers.length - 1]]) {
      const old = preset[layer.id];
      preset[layer.id] = { weights: 8, activations: old.activations === FLOAT ? FLOAT : 8 };
    }
  if (mode === 'activations')
    for (const { id: layer } of layers)
      preset[layer] = { weights: current[layer].weights, activations: preset[layer].activations };
  return samePolicy(preset, current) ? current : preset;
}

/** The widths of a policy, each once, narrowest first; float activations are not among them. */
export interface PolicyWidths {
  readonly weights: readonly BitWidth[];
  readonly activations: readonly BitWidth[];
  /** How many layers are skipped. */
  readonly skipped: number;
}

/** What names a policy in lists. */
export function widthsOf(policy: BitPolicy): PolicyWidths {
  const layers = Object.values(policy);
  const distinct = (widths: readonly BitWidth[]) => [...new Set(widths)].sort((a, b) => a - b);
  const weights = layers.map((bits) => bits.weights);
  return {
    weights: distinct(weights.filter((bits) => bits !== SKIPPED)),
    activations: distinct(layers.map((bits) => bits.activations).filter((bits) => bits !== FLOAT)),
    skipped: weights.filter((bits) => bits === SKIPPED).length,
  };
}
