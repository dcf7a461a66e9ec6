// Finds the layers that read a global average, directly or through a flatten.
import { type Architecture, isLayer } from './network';

/** The layer that reads each global average, by the id of the average; averages that no layer reads are omitted. */
export function readersOfAverages({ nodes }: Architecture): ReadonlyMap<string, string> {
  const readers = new Map<string, string>();
  const averageOf = new Map<string, string>();
  for (const node of nodes) {
    const { id, op } = node;
    const average = op === 'globalAvgPool' ? id : averageOf.get(node.inputs[0]);
    if (average === undefined) continue;
    if (op === 'globalAvgPool' || op === 'flatten') averageOf.set(id, average);
    else if (isLayer(node) && !readers.has(average)) readers.set(average, id);
  }
  return readers;
}
