// Layers that belong together: the stages of a network and layers of the same shape, for gaps in the rack and for selecting.
import type { LayerCost } from '../graph/cost';

/** Between the parts of a name: "layer1.0.conv1", "model/block_2/conv". */
const SEPARATOR = /(?<=[./_:-])/;

/** What all names begin with, up to a separator. */
export function commonPrefix(names: readonly string[]): string {
  const parts = names.map((name) => name.split(SEPARATOR));
  let shared = 0;
  while (parts.every((one) => one.length > shared + 1 && one[shared] === parts[0][shared])) shared++;
  return parts[0].slice(0, shared).join('');
}

/** Splits a name at its separators, which stay at the ends of the parts. */
export function partsOf(name: string): string[] {
  return name.split(SEPARATOR);
}

/** The part of a name that layers of a stage share: "2" of 2a, "layer1." of layer1.0.conv1. */
function stageName(name: string): string {
  const [first, ...others] = partsOf(name);
  return others.length > 0 ? first : (/^\d+(?=\D)/.exec(first)?.[0] ?? first);
}

/** The stages of a network by the names of its layers: neighbors whose names begin alike, in their order. */
export function stagesOf(layers: readonly string[]): string[][] {
  const prefix = layers.length > 1 ? commonPrefix(layers).length : 0;
  const stages: string[][] = [];
  let last: string | undefined;
  for (const id of layers) {
    const name = stageName(id.slice(prefix)).replace(/[./_:-]$/, '');
    if (name === last) stages[stages.length - 1].push(id);
    else stages.push([id]);
    last = name;
  }
  return stages;
}

export type LayerKind = 'stage' | 'shape' | 'convs' | 'all';

/** Layers of a kind like one of `like`: of its stage, with its operation, kernel and channels, all convolutions, or all. */
export function layersLike(kind: LayerKind, like: readonly string[], costs: readonly LayerCost[]): string[] {
  const ids = costs.map(({ id }) => id);
  if (kind === 'all') return ids;
  if (kind === 'convs') return costs.flatMap(({ id, op }) => (op === 'dense' ? [] : [id]));
  if (kind === 'stage') return stagesOf(ids).flatMap((stage) => (stage.some((id) => like.includes(id)) ? stage : []));
  const shapeOf = ({ op, kernelSize, inputChannels, outputChannels }: LayerCost) =>
    [op, ...kernelSize, inputChannels, outputChannels].join();
  const shapes = new Set(costs.flatMap((cost) => (like.includes(cost.id) ? [shapeOf(cost)] : [])));
  return costs.flatMap((cost) => (shapes.has(shapeOf(cost)) ? [cost.id] : []));
}
