// Finds the layers that read binary activations: plus or minus one number, which take 1 bit whatever a policy says.
import { isLayer, type NetworkNode } from './network';
import { perArchitecture } from './perArchitecture';

/** Operations whose output has no other values than their input. */
const VALUE_KEEPING: ReadonlySet<NetworkNode['op']> = new Set([
  ...(['maxPool', 'subsample', 'channelSlice', 'channelShuffle', 'upsample', 'flatten'] as const),
]);

/** Ids of the layers that read the two values of a `sign`. */
export const binaryInputs = perArchitecture((architecture): ReadonlySet<string> => {
  const binary = new Set<string>();
  const readers = new Set<string>();
  for (const node of architecture.nodes) {
    const [input] = node.inputs;
    if (node.op === 'sign' || (VALUE_KEEPING.has(node.op) && binary.has(input))) binary.add(node.id);
    if (isLayer(node) && binary.has(input)) readers.add(node.id);
  }
  return readers;
});
