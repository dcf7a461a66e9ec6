// The candidates of a surrogate, and their inputs: policies as points of a unit cube. Widths follow a curve over depth,
// or vary per layer. Only policies within the limits, without duplicates.
import type { LayerBits } from '../../graph/policy';
import { type Rng, shuffle } from '../../math/rng';
import { keyOf, randomFeasible, repair } from '../../optim/feasible';
import { gather, spread } from '../../optim/groups';
import { feasibleSetOf, fits, type Space } from '../space';
import { type Curve, sampleCurve } from './curves';

/** A policy, as choice indices and as a surrogate's input in [0, 1]. */
export interface Candidate {
  readonly vector: readonly number[];
  readonly input: readonly number[];
}

/** The source of a surrogate's candidates. */
export interface Encoding {
  /** At most `most` distinct candidates, including `best` (vectors, best first) and more candidates near these. */
  candidates(best: readonly (readonly number[])[], most: number, rng: Rng): Candidate[];
  /** The candidate of a vector; undefined if the encoding has no input for the vector. */
  encode(vector: readonly number[]): Candidate | undefined;
}

/**
 * A width as a coordinate: 0 for 1 bit, 1 for float; every further bit halves the remaining distance, as it halves the
 * rounding error (docs/decisions/0015-mtgp.md).
 */
const coordinate = (bits: number): number => 1 - 2 ** (1 - bits);

/** Coordinates of all variable widths, once for a group; activation widths only where the weights do not fix them. */
export function layerInput({ layers, groups }: Space): (vector: readonly number[]) => number[] {
  const axes = groups.flatMap(([l]) => {
    const { choices } = layers[l];
    const widths = new Set(choices.map(({ weights }) => weights)).size;
    const weights = choices.map((bits) => coordinate(bits.weights));
    const activations = choices.map((bits) => coordinate(bits.activations));
    return [...(widths > 1 ? [weights] : []), ...(choices.length > widths ? [activations] : [])].map((coordinates) => ({
      l,
      coordinates,
    }));
  });
  return (vector) => axes.map(({ l, coordinates }) => coordinates[vector[l]]);
}

/** Choice indices of a layer, [weight width][activation width], each from the narrowest. */
function gridOf(choices: readonly LayerBits[]): number[][] {
  const rows = new Map<number, number[]>();
  for (const [c, { weights }] of choices.entries()) rows.set(weights, [...(rows.get(weights) ?? []), c]);
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([, row]) => row.sort((a, b) => choices[a].activations - choices[b].activations));
}

/** Grid points of all curve parameters together, at most. */
const GRID_POINTS = 8192;
/** Grid points of one parameter, at most: as in the released code. */
const AXIS_POINTS = 30;

/** The widest of the released code: it has 1 to 7 bits. */
const RELEASED_WIDEST = 7;

/**
 * Policies whose widths follow a curve over depth, a group counting as one layer; if activations vary independently, they follow
 * a second curve. If several curves give the same policy, the first of the grid represents the policy. As `released`, the input
 * is the curve's parameters, widths are selected by the released map among those up to 7 bits, and layers with a fixed width have
 * no place on the curve; otherwise the input is that of `layerEncoding`, and curves run over all layers.
 */
export function curveEncoding(space: Space, curve: Curve, released: boolean): Encoding {
  const grids = gather(space.groups, space.layers).map(({ choices }) => {
    const grid = gridOf(choices);
    const narrow = grid.filter(([c]) => choices[c].weights <= RELEASED_WIDEST);
    return released && narrow.length > 0 ? narrow : grid;
  });
  const two = grids.some((grid) => grid.some((row) => row.length > 1));
  const dimensions = curve.dimensions * (two ? 2 : 1);
  const axis = Math.min(AXIS_POINTS, Math.floor(GRID_POINTS ** (1 / dimensions)));
  const inputOf = layerInput(space);
  const isOn = (grid: readonly (readonly number[])[]) => !released || grid.flat().length > 1;
  const onCurve = grids.flatMap((grid, g) => (isOn(grid) ? [g] : []));
  /** The index for each group that a curve selects, of `counts` by group. */
  const selected = (parameters: readonly number[], counts: readonly number[]) => {
    const own = onCurve.map((g) => counts[g]);
    const found = sampleCurve(curve, parameters, own, released ? 'released' : 'even');
    const all = counts.map(() => 0);
    for (const [i, g] of onCurve.entries()) all[g] = found[i];
    return all;
  };
  const known = new Map<string, Candidate>();
  for (let i = 0; i < axis ** dimensions; i++) {
    const point = Array.from({ length: dimensions }, (_, d) => (Math.floor(i / axis ** d) % axis) / (axis - 1));
    const counts = grids.map((grid) => grid.length);
    const rows = selected(point, counts).map((row, g) => grids[g][row]);
    const columns = selected(
      point.slice(-curve.dimensions),
      rows.map((row) => row.length),
    );
    const vector = spread(
      space.groups,
      rows.map((row, g) => row[columns[g]]),
    );
    if (!known.has(keyOf(vector)) && fits(space, vector))
      known.set(keyOf(vector), { vector, input: released ? point : inputOf(vector) });
  }
  const all = [...known.values()];
  const encode = (vector: readonly number[]) =>
    known.get(keyOf(vector)) ?? (released ? undefined : { vector, input: inputOf(vector) });
  return {
    encode,
    candidates: (best, most, rng) => {
      const others = shuffle(
        all.map((_, i) => i),
        rng,
      ).map((i) => all[i].vector);
      return distinct([...best, ...others], most).flatMap((vector) => encode(vector) ?? []);
    },
  };
}

/** The first `most` distinct ones. */
function distinct(vectors: readonly (readonly number[])[], most: number): (readonly number[])[] {
  return [...new Map(vectors.map((vector) => [keyOf(vector), vector])).values()].slice(0, most);
}

/** Draws per wanted candidate: small spaces hold fewer. */
const DRAWS = 4;

/**
 * Any policy; the input has one coordinate per width. Half of the candidates are random policies, half are neighbors of
 * the best: one layer, with its group, up or down a choice, or one up and another down, repaired to the limits.
 */
export function layerEncoding(space: Space): Encoding {
  const set = feasibleSetOf(space);
  const inputOf = layerInput(space);
  const grids = space.layers.map(({ choices }) => gridOf(choices));
  const open = space.groups.flatMap(([l]) => (grids[l].flat().length > 1 ? [l] : []));
  const move = (vector: number[], direction: 1 | -1, rng: Rng): void => {
    const l = open[rng.integer(open.length)];
    const row = grids[l].findIndex((choices) => choices.includes(vector[l]));
    const column = grids[l][row].indexOf(vector[l]);
    const moves = [grids[l][row][column + direction], grids[l][row + direction]?.[column]];
    const possible = moves.filter((choice) => choice !== undefined);
    if (possible.length > 0) vector[l] = possible[rng.integer(possible.length)];
  };
  const neighbor = (vector: readonly number[], rng: Rng): number[] => {
    const moved = [...vector];
    const kind = rng.integer(3);
    if (kind !== 1) move(moved, 1, rng);
    if (kind !== 0) move(moved, -1, rng);
    return repair(set, moved, rng);
  };
  return {
    encode: (vector) => ({ vector, input: inputOf(vector) }),
    candidates: (best, most, rng) => {
      const found = new Map(best.slice(0, most).map((vector) => [keyOf(vector), vector]));
      for (let i = 0; i < DRAWS * most && found.size < most; i++) {
        const near = best.length > 0 && open.length > 0 && i % 2 === 1;
        const vector = near ? neighbor(best[rng.integer(best.length)], rng) : randomFeasible(set, rng);
        found.set(keyOf(vector), vector);
      }
      return [...found.values()].map((vector) => ({ vector, input: inputOf(vector) }));
    },
  };
}
