// Which layers can read negative numbers: a property of the architecture, so that what a file keeps does not depend on data.
import { type Architecture, layersOf, type NetworkNode } from './network';

/** Operations whose output is never below zero. */
const NEVER_NEGATIVE: ReadonlySet<NetworkNode['op']> = new Set(['relu', 'relu6', 'softmax']);
/** Operations that give no negative number when they read none. */
const SIGN_KEEPING: ReadonlySet<NetworkNode['op']> = new Set([
  'maxPool',
  'avgPool',
  'globalAvgPool',
  'pad',
  'subsample',
  'flatten',
  'add',
  'concat',
]);

/** Ids of the layers that can read negative numbers: those of the image, of a layer, or of a batch norm without ReLU. */
export function signedInputs(architecture: Architecture): ReadonlySet<string> {
  const negative = new Set<string>();
  for (const { id, op, inputs } of architecture.nodes) {
    if (NEVER_NEGATIVE.has(op)) continue;
    if (!SIGN_KEEPING.has(op) || inputs.some((input) => negative.has(input))) negative.add(id);
  }
  return new Set(
    layersOf(architecture)
      .filter(({ inputs: [input] }) => negative.has(input))
      .map(({ id }) => id),
  );
}
