// The policies that a search may propose: the allowed bits of every layer, with their costs under every limit. A policy
// is a vector of choice indices here; locks and allowed widths just reduce the choices. Plain numbers.
import type { ImageFacts } from '../formats/export/tflite/layout';
import { type Branch, branchesOf } from '../graph/branches';
import type { Architecture } from '../graph/network';
import { type BitPolicy, FLOAT, type LayerBits, SKIPPED } from '../graph/policy';
import { sizeInWords } from '../graph/size';
import { closeSkips } from '../graph/skips';
import { createFeasibleSet, type FeasibleSet } from '../optim/feasible';
import { type Groups, spread, summedCosts, ungrouped } from '../optim/groups';
import { InfeasibleError } from '../optim/knapsack';
import { solveWithinLimits } from '../optim/knapsackLimits';
import type { QuantScheme } from '../quant/registry';
import { type Allowed, layersWithChoices } from './choices';
import { type ExactCost, limitCost, type SearchLimit } from './limitCosts';
import { SettingsError } from './settingsError';
import { alike, groupsOf, type Ties } from './ties';

export type { Allowed } from './choices';
export type { LimitMeasure, SearchLimit } from './limitCosts';

export interface SpaceLayer {
  readonly id: string;
  /** Numbers in the kernel, and multiply-accumulates per image. */
  readonly weights: number;
  readonly macs: number;
  readonly choices: readonly LayerBits[];
  /** [choice][limit], integers. */
  readonly costs: readonly (readonly number[])[];
}

export interface Space {
  readonly layers: readonly SpaceLayer[];
  /** Layers that share a choice, as indices: they have as many choices, of the same widths in the same order. */
  readonly groups: Groups;
  readonly limits: readonly SearchLimit[];
  /** Room of each limit for the layers; for files a lower bound of it. */
  readonly room: readonly number[];
  /** By limit: the exact cost where the layers' costs only bound it. */
  readonly exact: readonly (ExactCost | undefined)[];
  /**
   * The branches that may be skipped. A vector that skips one layer of a branch skips the whole branch, and costs no more
   * than stated.
   */
  readonly branches: readonly Branch[];
}

/** Thrown for limits that no policy of the space keeps. */
export class LimitError extends SettingsError {
  override readonly name = 'LimitError';
}

/** A limit's number in words, e.g. "64.0 KB", or "16.0x": the compression of all weights against float. */
export function limitInWords({ measure }: SearchLimit, value: number, weights: number): string {
  if (measure === 'latency') return `${(value / 1000).toPrecision(3)} ms`;
  if (measure === 'energy') return `${(value / 1000).toPrecision(3)} mJ`;
  if (measure === 'bitOps') return `${(value / 1e9).toPrecision(3)} G BitOps`;
  return measure === 'weights' ? `${((FLOAT * weights) / value).toFixed(1)}x` : sizeInWords(value);
}

/**
 * The policies within `limits` (all hold at once; an empty list sets none). Limits of flash and RAM need what a .tflite file
 * states of its `images`.
 * @throws LimitError if there are none, stating the reachable range; SettingsError if no width is allowed, or for a device
 * whose costs are not known.
 */
export function createSpace(
  architecture: Architecture,
  scheme: QuantScheme,
  allowed: Allowed,
  limits: readonly SearchLimit[],
  images?: ImageFacts,
): Space {
  const branches = branchesOf(architecture);
  const { ties = [] } = allowed;
  const layers = layersWithChoices(architecture, branches, allowed);
  const without = layers.find(({ choices }) => choices.length === 0);
  if (without) throw new SettingsError(`No width is allowed for layer "${without.id}"; allow at least one.`);
  const costs = limits.map((limit) => limitCost({ architecture, scheme, images }, layers, limit));
  const space: Space = {
    layers: layers.map((layer) => ({
      ...layer,
      costs: layer.choices.map((bits) => costs.map((cost) => cost.of(layer.id, bits))),
    })),
    groups: ungrouped(layers.length),
    limits,
    room: costs.map(({ room }) => room),
    exact: costs.map(({ exact }) => exact),
    branches,
  };
  const reached = tied(space, ties);
  if (limits.length > 1) checkTogether(reached);
  return reached;
}

/**
 * The space with these groups of layers, of one width each. @throws SettingsError for groups that have none, LimitError if no
 * policy keeps a limit.
 */
export function tied(space: Space, ties: Ties): Space {
  const groups = groupsOf(space.layers, ties);
  const kept = alike(space.layers, groups);
  return withinReach(withChoices({ ...space, groups }, kept));
}

/** The space with some of the choices of each layer, by their indices. */
function withChoices(space: Space, kept: readonly (readonly number[])[]): Space {
  const layers = space.layers.map((layer, l) => ({
    ...layer,
    choices: kept[l].map((c) => layer.choices[c]),
    costs: kept[l].map((c) => layer.costs[c]),
  }));
  return { ...space, layers };
}

/** Limits may exclude each other: INT4 saves flash and takes RAM. @throws LimitError */
function checkTogether(space: Space): void {
  const groups = groupedCosts(space).map((costs) => costs.map((cost) => ({ costs: cost, penalty: 0 })));
  inUnits(space, () => solveWithinLimits(groups, space.room));
}

const NAMES: Readonly<Record<SearchLimit['measure'], string>> = {
  ...{ memory: 'packed file', weights: 'compression of the weights', bitOps: 'bit operations' },
  ...{ flash: 'flash', ram: 'RAM', latency: 'latency', energy: 'energy' },
};

/**
 * What `solve` gives within the room of a space.
 * @throws LimitError, in units and with the least that each limit could be, if no policy keeps all limits.
 */
export function inUnits<T>(space: Space, solve: () => T): T {
  try {
    return solve();
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    const { layers, limits } = space;
    const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
    const words = limits.map((limit, k) => {
      const least = sizeOf(space, k, extremeBy(space, k, Math.min));
      return `${NAMES[limit.measure]} ${limitInWords(limit, limit.most, weights)} (at best ${limitInWords(limit, least, weights)})`;
    });
    throw new LimitError(
      `No config keeps ${limits.length > 1 ? 'all limits' : 'the limit'}: ${words.join(', ')}. Raise one, or allow other bits.`,
    );
  }
}

/** The vector whose layers cost least, or most, under a limit. */
function extremeBy(space: Space, limit: number, pick: (...numbers: number[]) => number): number[] {
  const choices = groupedCosts(space).map((costs) =>
    costs.findIndex((cost) => cost[limit] === pick(...costs.map((other) => other[limit]))),
  );
  return spread(space.groups, choices);
}

/** What a vector costs under a limit: exactly, where it is known. */
function sizeOf(space: Space, limit: number, vector: readonly number[]): number {
  const { exact, limits, room } = space;
  const sum = () => costsOfVector(space, vector)[limit] + (limits[limit].most - room[limit]);
  return exact[limit]?.of(policyOf(space, vector)) ?? sum();
}

/**
 * The space, with enough room for the smallest file if that file just keeps its limit.
 * @throws LimitError if no policy keeps a limit.
 */
function withinReach(space: Space): Space {
  const { layers, limits } = space;
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
  const room = limits.map((limit, k) => {
    const smallest = extremeBy(space, k, Math.min);
    const cost = costsOfVector(space, smallest)[k];
    if (cost <= space.room[k]) return space.room[k];
    const least = sizeOf(space, k, smallest);
    if (least <= limit.most) return cost;
    const rounded = (value: number) => limitInWords(limit, value, weights);
    const words =
      space.exact[k] && rounded(least) === rounded(limit.most)
        ? (value: number) => `${value.toLocaleString('en-US')} bytes`
        : rounded;
    const of = limit.measure === 'weights' ? ' (compression of the weights)' : '';
    const [from, to] = [words(least), words(sizeOf(space, k, extremeBy(space, k, Math.max)))];
    const range = from === to ? from : `${from} to ${to}`;
    throw new LimitError(
      `The limit of ${words(limit.most)} cannot be met: with the allowed bits and locks this network takes ${range}${of}. Raise the limit, allow fewer bits or unlock layers.`,
    );
  });
  return { ...space, room };
}

/** The least cost under the first limit of the policies within all others. @throws LimitError if there are none */
export function leastWithin(space: Space): number {
  const groups = groupedCosts(space).map((costs) => costs.map((cost) => ({ costs: cost, penalty: cost[0] })));
  const { choices } = inUnits(space, () => solveWithinLimits(groups, space.room));
  return sizeOf(space, 0, spread(space.groups, choices));
}

/** The policy of a vector of choice indices; a skipped layer skips its branch. */
export function policyOf({ layers, branches }: Space, vector: readonly number[]): BitPolicy {
  return closeSkips(branches, Object.fromEntries(layers.map(({ id, choices }, l) => [id, choices[vector[l]]])));
}

/** The vector of a policy; undefined if the bits of a layer are not among its choices, or those of a group are not alike. */
export function vectorOf({ layers, groups }: Space, policy: BitPolicy): number[] | undefined {
  const is = ({ id, choices }: SpaceLayer, c: number) => {
    const { weights, activations } = choices[c];
    return weights === policy[id].weights && (weights === SKIPPED || activations === policy[id].activations);
  };
  const chosen = groups.map((group) =>
    layers[group[0]].choices.findIndex((_, c) => group.every((l) => is(layers[l], c))),
  );
  return chosen.includes(-1) ? undefined : spread(groups, chosen);
}

/** The cost of a vector, one number per limit. */
export function costsOfVector({ layers, limits }: Space, vector: readonly number[]): number[] {
  return limits.map((_, k) => layers.reduce((sum, { costs }, l) => sum + costs[vector[l]][k], 0));
}

/** The cost of the choices of each group, [group][choice][limit]. */
const groupedCosts = ({ layers, groups }: Space) =>
  summedCosts(
    groups,
    layers.map(({ costs }) => costs),
  );

/** The vectors of a space, for searches by trial. */
export function feasibleSetOf({ layers, groups, room }: Space): FeasibleSet {
  return createFeasibleSet(
    layers.map(({ costs }) => costs),
    room,
    groups,
  );
}

/** The same space with only the choices that pass a test in all layers of their group. */
export function reduced(space: Space, passes: (layer: SpaceLayer, choice: number, l: number) => boolean): Space {
  const kept = space.groups.map((group) =>
    space.layers[group[0]].choices.flatMap((_, c) => (group.every((l) => passes(space.layers[l], c, l)) ? [c] : [])),
  );
  return withChoices(space, spread(space.groups, kept));
}

/** The same space without skipping, except in layers locked to 0 bits, for methods that cannot assess skipping. */
export function withoutSkips(space: Space): Space {
  return withinReach(reduced(space, ({ choices }, c) => choices[c].weights !== SKIPPED || choices.length === 1));
}

/** True if a vector keeps all limits; files and memory plans count exactly. */
export function fits(space: Space, vector: readonly number[]): boolean {
  const { limits, room, exact } = space;
  return costsOfVector(space, vector).every((cost, k) => {
    const own = exact[k];
    if (own === undefined || (own.bounded && cost <= room[k])) return cost <= room[k];
    return cost <= room[k] + own.slack && own.of(policyOf(space, vector)) <= limits[k].most;
  });
}
