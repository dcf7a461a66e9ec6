// Which global averages a layer reads: nothing but a flatten may stand between.
import { type Architecture, isLayer } from './network';

/** The layer that reads each global average, by the average's id; averages that none reads are left out. */
export function readersOfAverages({ nodes }: Architecture): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const averageOf = new Map<string, string>();
  for (const node of nodes) {
    const { id, op } = node;
    const average = op === 'globalAvgPool' ? id : averageOf.get(node.inputs[0]);
    if (average === undefined) continue;
    if (op === 'globalAvgPool' || op === 'flatten') averageOf.set(id, average);
    else if (isLayer(node) && !found.has(average)) found.set(average, id);
  }
  return found;
}
