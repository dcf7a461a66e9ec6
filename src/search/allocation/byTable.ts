// What a method's table of harms says: of a policy, within other limits than its run had, over all limits at once. The
// policies are exact answers to the table, and predictions of the network.
import { type BitPolicy, type BitWidth, type LayerBits, SKIPPED } from '../../graph/policy';
import { fitDecreasing, interpolate } from '../../math/isotonic';
import type { HarmTable } from '../harmTable';
import type { SearchPoint } from '../method';
import { policyOf, type Space } from '../space';
import { exactlyWithin, programOf } from './program';

/** A policy that a table names, not measured. */
export interface TablePolicy {
  readonly policy: BitPolicy;
  readonly harm: number;
  /** True where no policy within the limits harms less by the table; false where the proof was given up. */
  readonly optimal: boolean;
}

/** Digits of a harm that are kept. */
const DIGITS = 7;
/** Policies of a front, from the narrowest to the widest. */
const FRONT_POINTS = 16;

/** The table of a space's harms, [layer][choice]; what is not finite is left out. */
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

/** What a table says of a policy; NaN where it lacks a layer or its bits. */
export function harmIn(table: HarmTable, policy: BitPolicy): number {
  return Object.entries(policy).reduce((sum, [id, bits]) => sum + harmAt(table, id, bits), 0);
}

/** The space with those choices only that a table knows, and their harms, [layer][choice]. */
function known(table: HarmTable, space: Space) {
  const rows = space.layers.map((layer) => layer.choices.map((bits) => harmAt(table, layer.id, bits)));
  const layers = space.layers.map((layer, l) => {
    const kept = layer.choices.flatMap((_, c) => (Number.isFinite(rows[l][c]) ? [c] : []));
    return { ...layer, choices: kept.map((c) => layer.choices[c]), costs: kept.map((c) => layer.costs[c]) };
  });
  const without = layers.find(({ choices }) => choices.length === 0);
  if (without) throw new RangeError(`The table knows no width of layer "${without.id}" that is allowed.`);
  return { space: { ...space, layers }, harms: rows.map((row) => row.filter(Number.isFinite)) };
}

/**
 * The policy of least harm within the limits of a space, e.g. of others than those that the table was made under.
 * @throws InfeasibleError when none keeps to them, RangeError when the table knows no choice of a layer.
 */
export function bestByTable(table: HarmTable, asked: Space): TablePolicy {
  const { space, harms } = known(table, asked);
  const program = programOf(space);
  const { choices, penalty, optimal } = exactlyWithin(program, harms, program.room);
  return { policy: policyOf(space, choices), harm: penalty, optimal };
}

/**
 * What a table answers to limits from the narrowest policy to the limits of the space, the narrowest first, each policy
 * once. With several limits they grow together. Errors are `bestByTable`'s.
 */
export function frontByTable(table: HarmTable, asked: Space): TablePolicy[] {
  const { space, harms } = known(table, asked);
  const program = programOf(space);
  const { least, room } = program;
  const front = new Map<string, TablePolicy>();
  for (let k = 0; k < FRONT_POINTS; k++) {
    const share = k / (FRONT_POINTS - 1);
    // Steps of the same ratio: a front is read over a logarithmic axis.
    const within = room.map((most, i) => least[i] * (most / Math.max(least[i], 1)) ** share);
    // What rounding has made a little too small would leave out the ends.
    const reached = within.map((cost, i) => Math.min(room[i], Math.max(least[i], Math.floor(cost + 1e-6 * cost))));
    const { choices, penalty, optimal } = exactlyWithin(program, harms, reached);
    front.set(choices.join(), { policy: policyOf(space, choices), harm: penalty, optimal });
  }
  return [...front.values()];
}

/** Measured policies that a prediction needs. */
const LEAST_MEASURED = 3;

/**
 * The accuracy that a table's harm stands for, a share in [0, 1]: on the monotone curve through the policies that the run
 * has measured. Undefined beyond the harms of those, where the curve says nothing, and for fewer than three.
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
