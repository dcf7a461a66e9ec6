// Reads a method's table of harms: the harm of a policy, the best policy within other limits than the run had, and a front
// over all limits. The policies are exact solutions for the table, but predictions for the network.
import { type BitPolicy, type BitWidth, type LayerBits, SKIPPED } from '../../graph/policy';
import { fitDecreasing, interpolate } from '../../math/isotonic';
import type { HarmTable } from '../harmTable';
import type { SearchPoint } from '../method';
import { inUnits, policyOf, reduced, type Space } from '../space';
import { exactlyWithin, programOf } from './program';

/** A policy found from a table, not measured. */
export interface TablePolicy {
  readonly policy: BitPolicy;
  readonly harm: number;
  /** True if the table has no less harmful policy within the limits; false if the proof was cut short. */
  readonly optimal: boolean;
}

/** Significant digits of a stored harm. */
const DIGITS = 7;
/** Policies of a front, from the narrowest to the widest. */
const FRONT_POINTS = 16;

/** The table of a space's harms, [layer][choice]; non-finite entries are left out. */
export function harmTable(label: string, { layers }: Space, harms: readonly (readonly number[])[]): HarmTable {
  return {
    label,
    layers: layers.map(({ id, choices }, l) => ({
      id,
      choices: choices.flatMap(({ weights, activations }, c) =>
        Number.isFinite(harms[l][c]) ? [[weights, activations, Number(harms[l][c].toPrecision(DIGITS))] as const] : [],
      ),
    })),
  };
}

function harmAt(table: HarmTable, id: string, { weights, activations }: LayerBits): number {
  const layer = table.layers.find((other) => other.id === id);
  const isSame = ([w, a]: readonly [BitWidth, BitWidth, number]) =>
    w === weights && (w === SKIPPED || a === activations);
  return layer?.choices.find(isSame)?.[2] ?? Number.NaN;
}

/** Harm of a policy by a table; NaN if the table lacks a layer or its bits. */
export function harmIn(table: HarmTable, policy: BitPolicy): number {
  return Object.entries(policy).reduce((sum, [id, bits]) => sum + harmAt(table, id, bits), 0);
}

/** The space reduced to the choices in the table, with their harms, [layer][choice]. */
function known(table: HarmTable, asked: Space) {
  const harmOf = ({ id, choices }: Space['layers'][number], c: number) => harmAt(table, id, choices[c]);
  const space = reduced(asked, (layer, c) => Number.isFinite(harmOf(layer, c)));
  const without = space.layers.find(({ choices }) => choices.length === 0);
  if (without) throw new RangeError(`The table knows no width of layer "${without.id}" that is allowed.`);
  return { space, harms: space.layers.map((layer) => layer.choices.map((_, c) => harmOf(layer, c))) };
}

/**
 * The policy of least harm within the limits of a space, which may differ from the limits of the run that made the table.
 * @throws LimitError if no policy keeps the limits, RangeError if the table has no choice of a layer.
 */
export function bestByTable(table: HarmTable, asked: Space): TablePolicy {
  const { space, harms } = known(table, asked);
  const program = programOf(space);
  const { choices, penalty, optimal } = inUnits(space, () => exactlyWithin(program, harms, program.room));
  return { policy: policyOf(space, choices), harm: penalty, optimal };
}

/**
 * The best policies by a table for `points` limits from the narrowest policy to the limits of the space, the narrowest first, without
 * repeats. Several limits grow together. Throws as `bestByTable`.
 */
export function frontByTable(table: HarmTable, asked: Space, points = FRONT_POINTS): TablePolicy[] {
  const { space, harms } = known(table, asked);
  const program = programOf(space);
  const { least, room } = program;
  const front = new Map<string, TablePolicy>();
  for (let k = 0; k < points; k++) {
    const share = k / (points - 1);
    // Equal ratios, for a front on a logarithmic axis.
    const within = room.map((most, i) => least[i] * (most / Math.max(least[i], 1)) ** share);
    // Rounding errors must not exclude the ends.
    const reached = within.map((cost, i) => Math.min(room[i], Math.max(least[i], Math.floor(cost + 1e-6 * cost))));
    const { choices, penalty, optimal } = exactlyWithin(program, harms, reached);
    front.set(choices.join(), { policy: policyOf(space, choices), harm: penalty, optimal });
  }
  return [...front.values()];
}

/** Measured policies needed for a prediction. */
const LEAST_MEASURED = 3;

/**
 * Predicted accuracy as a share in [0, 1] for a harm, read off the monotone curve through the policies that the run
 * measured. Undefined outside the range of their harms, and for fewer than three policies.
 */
export function accuracyByTable(
  table: HarmTable,
  points: readonly Pick<SearchPoint, 'policy' | 'steps' | 'accuracy'>[],
): (harm: number) => number | undefined {
  const measured = points
    .filter(({ steps }) => steps !== 'shared')
    .map(({ policy, accuracy }) => ({ x: harmIn(table, policy), y: accuracy.value, weight: 1 }))
    .filter(({ x }) => Number.isFinite(x));
  const [least, most] = [Math.min, Math.max].map((pick) => pick(...measured.map(({ x }) => x)));
  const curve = fitDecreasing(measured);
  return (harm) =>
    measured.length < LEAST_MEASURED || harm < least || harm > most ? undefined : interpolate(curve, harm);
}
