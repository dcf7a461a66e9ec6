// Layers that a policy does not use at the moment but whose numbers stay on the device, so that moving a fader back costs
// nothing.
import type { LayerBits } from '../graph/policy';
import type { PreparedLayer } from './preparedLayer';

/** 64 MB: every width of every layer of ResNet-20 several times over. */
const BUDGET_BYTES = 64e6;

/** Layers under one scheme, the last ones put down first to stay. Only those with a table are kept. */
export class LayerShelf {
  private readonly layers = new Map<string, PreparedLayer>();
  private bytes = 0;

  /** Takes the layer `id` at these bits from the shelf, if it is there. */
  take(id: string, bits: LayerBits): PreparedLayer | undefined {
    const key = keyOf(id, bits);
    const layer = this.layers.get(key);
    if (layer !== undefined) this.remove(key, layer);
    return layer;
  }

  /** Puts a layer down, which it disposes if there is no room; the oldest ones make room. */
  put(id: string, layer: PreparedLayer): void {
    const size = layer.table?.bytes ?? Number.POSITIVE_INFINITY;
    if (size > BUDGET_BYTES) {
      layer.dispose();
      return;
    }
    const key = keyOf(id, layer.bits);
    const same = this.layers.get(key);
    if (same !== undefined) this.drop(key, same);
    this.layers.set(key, layer);
    this.bytes += size;
    for (const [oldest, old] of this.layers) if (this.bytes > BUDGET_BYTES) this.drop(oldest, old);
  }

  clear(): void {
    for (const [key, layer] of this.layers) this.drop(key, layer);
  }

  private drop(key: string, layer: PreparedLayer): void {
    this.remove(key, layer);
    layer.dispose();
  }

  private remove(key: string, layer: PreparedLayer): void {
    this.layers.delete(key);
    this.bytes -= layer.table?.bytes ?? 0;
  }
}

function keyOf(id: string, { weights, activations }: LayerBits): string {
  return `${id}/${weights}/${activations}`;
}
