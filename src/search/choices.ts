// The bits that a search may choose: those of each layer, by what a person allows, locks and ties.
import type { Branch } from '../graph/branches';
import { layerCosts } from '../graph/cost';
import type { Architecture } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, type LayerBits, SKIPPED } from '../graph/policy';
import { type Ties, tiedLocks } from './ties';

/** Bits that a search may choose. */
export interface Allowed {
  /** 0 skips a layer, with its branch, where another path leads around it. */
  readonly weights: readonly BitWidth[];
  /** `asWeights`: the width of the layer's weights, 2 for 1; the layer that reads the image stays float. */
  readonly activations: readonly BitWidth[] | 'asWeights';
  /** Layers with fixed bits. */
  readonly locks: Readonly<Partial<BitPolicy>>;
  /**
   * In place of any width with any: these pairs of widths only. The layer that reads the image has their weights.
   * `weights` and `activations` then hold the widths that occur in them.
   */
  readonly pairs?: readonly LayerBits[];
  /** Groups of layers that share one width; none by default. */
  readonly ties?: Ties;
}

/** A skipped layer reads nothing. */
const LEFT_OUT: LayerBits = { weights: SKIPPED, activations: FLOAT };

function choicesOf(
  id: string,
  keepsActivations: boolean,
  branch: Branch | undefined,
  { weights, activations, pairs, locks }: Allowed,
): readonly LayerBits[] {
  const locked = locks[id];
  if (locked?.weights === SKIPPED && branch === undefined)
    throw new RangeError(`Layer "${id}" is locked at 0 bits, but cannot be skipped: no shortcut leads around it.`);
  if (locked !== undefined) return [locked];
  const others = branch?.layers.flatMap((other) => locks[other] ?? []) ?? [];
  if (others.some((bits) => bits.weights === SKIPPED)) return [LEFT_OUT];
  return weights.flatMap((w) => {
    if (w === SKIPPED) return branch !== undefined && others.length === 0 ? [LEFT_OUT] : [];
    if (keepsActivations) return [{ weights: w, activations: FLOAT }];
    if (pairs !== undefined) return pairs.filter((bits) => bits.weights === w);
    if (activations === 'asWeights') return [{ weights: w, activations: w === 1 ? 2 : w } as LayerBits];
    return activations.map((a) => ({ weights: w, activations: a }));
  });
}

/** Every layer with its choices, maybe none: numbers in the kernel, and multiply-accumulates per image. */
export function layersWithChoices(architecture: Architecture, branches: readonly Branch[], allowed: Allowed) {
  const readers = new Set(
    architecture.nodes.filter((node) => node.inputs.includes(architecture.nodes[0].id)).map(({ id }) => id),
  );
  const costs = layerCosts(architecture);
  const keeping = new Set(costs.flatMap(({ id, readsSigns }) => (readers.has(id) || readsSigns ? [id] : [])));
  const locks = tiedLocks(allowed.ties ?? [], allowed.locks, (id, { weights, activations }) => ({
    weights,
    activations: keeping.has(id) ? FLOAT : activations,
  }));
  return costs.map(({ id, weights, macs }) => {
    const branch = branches.find(({ layers }) => layers.includes(id));
    return { id, weights, macs, choices: choicesOf(id, keeping.has(id), branch, { ...allowed, locks }) };
  });
}
