// The policies that a search may propose: the allowed bits of every layer, with their costs under every limit. A policy
// is a vector of choice indices here; locks and allowed widths just reduce the choices. Plain numbers.
import { packedBytes, packedSizes } from '../formats/packed';
import { type Branch, branchesOf } from '../graph/branches';
import { activationBits, layerCosts } from '../graph/cost';
import { withBiases } from '../graph/folding';
import type { Architecture } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, type LayerBits, SKIPPED, uniformPolicy } from '../graph/policy';
import { sizeInWords } from '../graph/size';
import { closeSkips } from '../graph/skips';
import { calibrationOf, type QuantScheme } from '../quant/registry';
import { SettingsError } from './settingsError';

/**
 * The cost measured by a limit. `memory`: bytes of the packed file, the page's headline. `weights`: bits of all kernels,
 * as papers state compression. `bitOps`: `sum(MACs * weight bits * activation bits)` per image.
 */
export type LimitMeasure = 'memory' | 'weights' | 'bitOps';

/** No policy may cost more. */
export interface SearchLimit {
  readonly measure: LimitMeasure;
  readonly most: number;
}

/** Bits that a search may choose. */
export interface Allowed {
  /** 0 skips a layer, with its branch, where another path leads around it. */
  readonly weights: readonly BitWidth[];
  /** `asWeights`: the width of the layer's weights, 2 for 1; the layer that reads the image stays float. */
  readonly activations: readonly BitWidth[] | 'asWeights';
  /** Layers with fixed bits. */
  readonly locks: Readonly<Partial<BitPolicy>>;
}

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
  readonly limits: readonly SearchLimit[];
  /** Room of each limit for the layers: `most` without the constant cost; for files a lower bound of the room. */
  readonly room: readonly number[];
  /** For a memory limit: the exact check of a policy that fits by its costs or nearly does. */
  readonly file?: {
    /** Bytes by which costs may overstate a file. */
    readonly slack: number;
    /** Exact bytes of a policy's packed file. */
    readonly bytes: (policy: BitPolicy) => number;
  };
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
  if (measure === 'memory') return sizeInWords(value);
  if (measure === 'bitOps') return `${(value / 1e9).toPrecision(3)} G BitOps`;
  return `${((FLOAT * weights) / value).toFixed(1)}x`;
}

/** A skipped layer reads nothing. */
const LEFT_OUT: LayerBits = { weights: SKIPPED, activations: FLOAT };

function choicesOf(
  id: string,
  keepsActivations: boolean,
  branch: Branch | undefined,
  { weights, activations, locks }: Allowed,
): LayerBits[] {
  const locked = locks[id];
  if (locked?.weights === SKIPPED && branch === undefined)
    throw new RangeError(`Layer "${id}" is locked at 0 bits, but cannot be skipped: no shortcut leads around it.`);
  if (locked !== undefined) return [locked];
  const others = branch?.layers.flatMap((other) => locks[other] ?? []) ?? [];
  if (others.some((bits) => bits.weights === SKIPPED)) return [LEFT_OUT];
  return weights.flatMap((w) => {
    if (w === SKIPPED) return branch !== undefined && others.length === 0 ? [LEFT_OUT] : [];
    if (keepsActivations) return [{ weights: w, activations: FLOAT }];
    if (activations === 'asWeights') return [{ weights: w, activations: w === 1 ? 2 : w } as LayerBits];
    return activations.map((a) => ({ weights: w, activations: a }));
  });
}

/**
 * The policies within `limits` (all hold at once; an empty list sets none).
 * @throws LimitError if there are none, stating the reachable range; SettingsError if no width is allowed.
 */
export function createSpace(
  architecture: Architecture,
  scheme: QuantScheme,
  allowed: Allowed,
  limits: readonly SearchLimit[],
): Space {
  const readers = new Set(
    architecture.nodes.filter((node) => node.inputs.includes(architecture.nodes[0].id)).map(({ id }) => id),
  );
  const branches = branchesOf(architecture);
  const layers = layerCosts(architecture).map((cost) => ({
    ...cost,
    choices: choicesOf(
      cost.id,
      readers.has(cost.id) || cost.readsSigns,
      branches.find((branch) => branch.layers.includes(cost.id)),
      allowed,
    ),
  }));
  const without = layers.find(({ choices }) => choices.length === 0);
  if (without) throw new SettingsError(`No width is allowed for layer "${without.id}"; allow at least one.`);
  const asked = limits.some(({ measure }) => measure === 'memory');
  const bytes = asked ? layerBytes(architecture, scheme, layers) : undefined;
  const costs = (layer: (typeof layers)[number], bits: LayerBits, measure: LimitMeasure): number => {
    const { id, weights, macs } = layer;
    if (measure === 'memory') return bytes?.layers.get(id)?.get(bits.weights) as number;
    return bits.weights * (measure === 'weights' ? weights : macs * activationBits(layer, bits));
  };
  const space: Space = {
    layers: layers.map((layer) => ({
      id: layer.id,
      weights: layer.weights,
      macs: layer.macs,
      choices: layer.choices,
      costs: layer.choices.map((bits) => limits.map(({ measure }) => costs(layer, bits, measure))),
    })),
    limits,
    room: limits.map(({ measure, most }) => (measure === 'memory' && bytes ? most - bytes.rest : most)),
    ...(bytes && { file: { slack: bytes.slack, bytes: (policy) => packedBytes(architecture, policy, scheme) } }),
    branches,
  };
  return withinReach(space);
}

/**
 * Bytes of each layer at each width, and an upper bound of all other bytes: the header's length depends on the policy.
 */
function layerBytes(
  architecture: Architecture,
  scheme: QuantScheme,
  layers: readonly { readonly id: string; readonly choices: readonly LayerBits[] }[],
) {
  const widths = new Set(layers.flatMap(({ choices }) => choices.map(({ weights }) => weights)));
  // The sizes slightly overstate policies that round nothing, the only ones that need no biases.
  const corrected = calibrationOf(scheme).correction === 'bias' ? withBiases(architecture) : architecture;
  const sizes = new Map([...widths].map((w) => [w, packedSizes(corrected, widest(architecture, w, layers), scheme)]));
  const rests = [...sizes.values()].map(({ rest }) => rest);
  const rest = Math.max(...rests) + HEADER_SLACK;
  return {
    layers: new Map(
      layers.map(({ id }) => [id, new Map([...sizes].map(([w, size]) => [w, size.layers.get(id) as number]))]),
    ),
    rest,
    slack: rest - Math.min(...rests) + HEADER_SLACK,
  };
}

/** A policy of one weight width in all layers that allow it, with the choices' activations. */
function widest(
  architecture: Architecture,
  weights: BitWidth,
  layers: readonly { readonly id: string; readonly choices: readonly LayerBits[] }[],
): BitPolicy {
  const uniform = uniformPolicy(architecture, weights, FLOAT);
  const entries = layers.map(({ id, choices }) => [
    id,
    {
      weights: weights !== SKIPPED || choices.some((bits) => bits.weights === SKIPPED) ? weights : FLOAT,
      activations: choices.find((bits) => bits.activations !== FLOAT)?.activations ?? FLOAT,
    },
  ]);
  return { ...uniform, ...Object.fromEntries(entries) };
}

/** Digits that offsets and widths of a mixed policy may add to the file's header, which is padded to 8 bytes. */
const HEADER_SLACK = 16;

/**
 * The space, with enough room for the smallest file if that file just keeps its limit.
 * @throws LimitError if no policy keeps a limit.
 */
function withinReach(space: Space): Space {
  const { layers, limits } = space;
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
  const room = limits.map((limit, k) => {
    const vectorBy = (pick: (...numbers: number[]) => number) =>
      layers.map(({ costs }) => costs.findIndex((cost) => cost[k] === pick(...costs.map((other) => other[k]))));
    const [least, largest] = [vectorBy(Math.min), vectorBy(Math.max)];
    const cost = costsOfVector(space, least)[k];
    if (cost <= space.room[k]) return space.room[k];
    const sizeOf = (vector: readonly number[]) =>
      limit.measure === 'memory' && space.file
        ? space.file.bytes(policyOf(space, vector))
        : costsOfVector(space, vector)[k] + limit.most - space.room[k];
    if (sizeOf(least) <= limit.most) return cost;
    const rounded = (value: number) => limitInWords(limit, value, weights);
    const words =
      limit.measure === 'memory' && rounded(sizeOf(least)) === rounded(limit.most)
        ? (value: number) => `${value.toLocaleString('en-US')} bytes`
        : rounded;
    const of = limit.measure === 'weights' ? ' (compression of the weights)' : '';
    throw new LimitError(
      `The limit of ${words(limit.most)} cannot be met: with the allowed bits and locks this network takes ${words(sizeOf(least))} to ${words(sizeOf(largest))}${of}. Raise the limit, allow fewer bits or unlock layers.`,
    );
  });
  return { ...space, room };
}

/** The policy of a vector of choice indices; a skipped layer skips its branch. */
export function policyOf({ layers, branches }: Space, vector: readonly number[]): BitPolicy {
  return closeSkips(branches, Object.fromEntries(layers.map(({ id, choices }, l) => [id, choices[vector[l]]])));
}

/** The vector of a policy; undefined if the bits of a layer are not among its choices. */
export function vectorOf({ layers }: Space, policy: BitPolicy): number[] | undefined {
  const vector = layers.map(({ id, choices }) =>
    choices.findIndex(
      ({ weights, activations }) =>
        weights === policy[id].weights && (weights === SKIPPED || activations === policy[id].activations),
    ),
  );
  return vector.includes(-1) ? undefined : vector;
}

/** The cost of a vector, one number per limit. */
export function costsOfVector({ layers, limits }: Space, vector: readonly number[]): number[] {
  return limits.map((_, k) => layers.reduce((sum, { costs }, l) => sum + costs[vector[l]][k], 0));
}

/** The same space without skipping, except in layers locked to 0 bits, for methods that cannot assess skipping. */
export function withoutSkips(space: Space): Space {
  const layers = space.layers.map((layer) => {
    const kept = layer.choices.flatMap(({ weights }, c) =>
      weights === SKIPPED && layer.choices.length > 1 ? [] : [c],
    );
    return { ...layer, choices: kept.map((c) => layer.choices[c]), costs: kept.map((c) => layer.costs[c]) };
  });
  return withinReach({ ...space, layers });
}

/** True if a vector keeps all limits; a memory limit counts the packed file. */
export function fits(space: Space, vector: readonly number[]): boolean {
  const { limits, room, file } = space;
  return costsOfVector(space, vector).every((cost, k) => {
    if (cost <= room[k] || limits[k].measure !== 'memory' || file === undefined) return cost <= room[k];
    return cost <= room[k] + file.slack && file.bytes(policyOf(space, vector)) <= limits[k].most;
  });
}
