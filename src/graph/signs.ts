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

/** True for a node that can give negative numbers, where `negative` holds the ids of those before it that can. */
export function canBeNegative({ op, inputs }: NetworkNode, negative: ReadonlySet<string>): boolean {
  if (NEVER_NEGATIVE.has(op)) return false;
  return !SIGN_KEEPING.has(op) || inputs.some((input) => negative.has(input));
}

/** Ids of the layers that can read negative numbers: those of the image, of a layer, or of a batch norm without ReLU. */
export function signedInputs(architecture: Architecture): ReadonlySet<string> {
  const negative = new Set<string>();
  for (const node of architecture.nodes) if (canBeNegative(node, negative)) negative.add(node.id);
  return new Set(
    layersOf(architecture)
      .filter(({ inputs: [input] }) => negative.has(input))
      .map(({ id }) => id),
  );
}
