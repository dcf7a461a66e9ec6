// What every layer of a float network reads on calibration images, as second moments: gathered in one walk on first use,
// the same for all schemes and widths.
import { isLayer, type LayerNode, type Network, parameterName } from '../graph/network';
import { type Seen, seenBy } from '../rounding/choosing/chooseKernel';
import type { ImageSource } from './calibrate';
import { columnMoments } from './columnMoments';
import { ownStatistics, walkLayers } from './layerWalk';
import { SharedResults, type Turn } from './sharedWork';

/** Moments and factors to keep, in bytes. Layers beyond that are walked to again whenever they are asked for. */
const MOST_BYTES = 256e6;

/** Bytes of a layer's moments and their factors. */
function bytesOf(network: Network, node: LayerNode): number {
  const { op } = node;
  const { shape } = network.parameters.get(parameterName(node.id, 'kernel')) ?? { shape: [0] };
  const rows = shape.slice(0, op === 'depthwiseConv2d' ? 2 : -1).reduce((product, n) => product * n, 1);
  const matrices = op === 'depthwiseConv2d' ? shape[2] * shape[3] : op === 'conv2d' ? (node.groups ?? 1) : 1;
  return matrices * 8 * rows * (rows + 1);
}

/** The moments of every layer's input in a float network. */
export class FloatMoments {
  private readonly kept = new Map<string, Seen>();
  private readonly keeps = new Set<string>();
  private readonly walks = new SharedResults<Seen>(0);

  constructor(
    private readonly network: Network,
    private readonly images: (turn: Turn) => Promise<ImageSource>,
    /** Layers whose moments are around the mean, because nothing but batch norms reads their output. */
    private readonly centered: ReadonlySet<string> = new Set(),
    mostBytes = MOST_BYTES,
  ) {
    let bytes = 0;
    for (const node of network.nodes.filter(isLayer)) {
      const own = bytesOf(network, node);
      if (bytes + own > mostBytes) continue;
      bytes += own;
      this.keeps.add(node.id);
    }
  }

  /** What a layer reads; the first call walks through the whole network and keeps what it may. */
  of(layer: string, turn: Turn): Promise<Seen> {
    const known = this.kept.get(layer);
    if (known !== undefined) return Promise.resolve(known);
    // One walk gathers all layers that are kept.
    return this.walks
      .of(this.keeps.has(layer) ? '' : layer, turn, (shared) => this.walk(layer, shared))
      .then((seen) => this.kept.get(layer) ?? seen);
  }

  private async walk(asked: string, turn: Turn): Promise<Seen> {
    const { network } = this;
    let found: Seen | undefined;
    const wanted = (id: string) => id === asked || (this.keeps.has(id) && !this.kept.has(id));
    await walkLayers(network, await this.images(turn), {
      turn,
      normalize: (node) => ownStatistics(network, node),
      ends: () => found !== undefined && [...this.keeps].every((id) => this.kept.has(id)),
      layer: async (node, inputs) => {
        if (wanted(node.id)) {
          const seen = seenBy(await columnMoments(node, inputs, { centered: this.centered.has(node.id) }));
          if (this.keeps.has(node.id)) this.kept.set(node.id, seen);
          if (node.id === asked) found = seen;
        }
        const { values } = network.parameters.get(parameterName(node.id, 'kernel')) ?? { values: new Float32Array() };
        return { kernel: values, reads: inputs };
      },
    });
    if (found === undefined) throw new Error(`${network.name} has no layer "${asked}".`);
    return found;
  }
}
