// Cross-layer equalization: if two layers are connected through a ReLU without branches, a channel can be scaled down
// before it and up after it with the same result. Factors are chosen so that both layers' ranges of that channel are
// equal, which suits grids shared by channels. Reference: M. Nagel et al., arXiv 1906.04721, section 4.1.
import { batchNormLine } from './folding';
import { learnedNames, parseLearnedName } from './learned';
import {
  type BatchNormNode,
  isLayer,
  type LayerNode,
  type Network,
  type NetworkNode,
  type Parameter,
  parameterName,
} from './network';

/** Operations that compute each channel from the same channel and commute with positive factors. */
const PASSES: ReadonlySet<NetworkNode['op']> = new Set([
  ...(['relu', 'leakyRelu', 'prelu', 'maxPool', 'avgPool', 'globalAvgPool', 'subsample', 'upsample'] as const),
]);

/** Two connected layers: `norm` is the batch norm behind the first, if any. */
interface Meeting {
  readonly first: LayerNode;
  readonly norm: BatchNormNode | undefined;
  readonly second: LayerNode;
}

/** Pairs of layers connected without branches. */
export function meetings({ nodes }: Pick<Network, 'nodes'>): Meeting[] {
  const readers = new Map<string, NetworkNode[]>();
  for (const node of nodes) for (const id of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node]);
  const only = (id: string) => (readers.get(id)?.length === 1 ? readers.get(id)?.[0] : undefined);
  return nodes.filter(isLayer).flatMap((first): Meeting[] => {
    let next = only(first.id);
    const norm = next?.op === 'batchNorm' ? next : undefined;
    if (norm !== undefined) next = only(norm.id);
    while (next !== undefined && PASSES.has(next.op)) next = only(next.id);
    return next !== undefined && isLayer(next) ? [{ first, norm, second: next }] : [];
  });
}

/** Channel of the layer's input (`in`) or output (`out`) that each number of a kernel belongs to. */
function channelOf(layer: LayerNode, { shape }: Parameter, side: 'in' | 'out') {
  const [before, last] = shape.slice(-2);
  if (layer.op === 'depthwiseConv2d') return { channels: before, of: (i: number) => i % before };
  if (side === 'out') return { channels: last, of: (i: number) => i % last };
  const groups = layer.op === 'conv2d' ? (layer.groups ?? 1) : 1;
  const group = (i: number) => Math.floor(((i % last) * groups) / last);
  return { channels: before * groups, of: (i: number) => group(i) * before + (Math.floor(i / last) % before) };
}

/** Largest magnitude of each channel of a kernel. */
function ranges(layer: LayerNode, kernel: Parameter, side: 'in' | 'out'): Float64Array {
  const { channels, of } = channelOf(layer, kernel, side);
  const most = new Float64Array(channels);
  kernel.values.forEach((w, i) => {
    most[of(i)] = Math.max(most[of(i)], Math.abs(w));
  });
  return most;
}

/**
 * The same function with equal ranges of connected layers: channel c of the first's output is divided by `s_c =
 * sqrt(r1_c / r2_c)`, and the second's weights for it are multiplied by it. With a batch norm between, r1 is the range
 * of the kernel with it folded in, and the batch norm is scaled. Channels without weights on one side are unchanged.
 * Parameters learned or chosen for changed kernels are dropped.
 */
export function equalize(network: Network): Network {
  const parameters = new Map(network.parameters);
  const get = (id: string, name: string) => parameters.get(parameterName(id, name));
  const scale = (id: string, name: string, factor: (i: number) => number) => {
    const old = get(id, name);
    if (old !== undefined)
      parameters.set(parameterName(id, name), { ...old, values: old.values.map((v, i) => v * factor(i)) });
  };
  const changed = new Set<string>();
  for (const { first, norm, second } of meetings(network)) {
    const [kernel, behind] = [get(first.id, 'kernel') as Parameter, get(second.id, 'kernel') as Parameter];
    const [r1, r2] = [ranges(first, kernel, 'out'), ranges(second, behind, 'in')];
    if (norm !== undefined) {
      const { multiplier } = batchNormLine({ ...network, parameters }, norm);
      r1.forEach((r, c) => {
        r1[c] = r * Math.abs(multiplier[c]);
      });
    }
    const factors = r1.map((r, c) => (r > 0 && r2[c] > 0 ? Math.sqrt(r / r2[c]) : 1));
    if (norm === undefined) {
      const { of } = channelOf(first, kernel, 'out');
      scale(first.id, 'kernel', (i) => 1 / factors[of(i)]);
      scale(first.id, 'bias', (c) => 1 / factors[c]);
      changed.add(first.id);
    } else for (const name of ['gamma', 'beta']) scale(norm.id, name, (c) => 1 / factors[c]);
    const { of } = channelOf(second, behind, 'in');
    scale(second.id, 'kernel', (i) => factors[of(i)]);
    changed.add(second.id);
  }
  for (const name of learnedNames(network, parameters.keys()))
    if (changed.has(parseLearnedName(name)?.layer ?? '')) parameters.delete(name);
  return { ...network, parameters };
}
