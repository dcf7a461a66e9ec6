// Finds the layers that can read negative numbers. This follows from the architecture, so that files do not depend on data.
import { layersOf, type NetworkNode } from './network';
import { perArchitecture } from './perArchitecture';

/** Operations whose output is never negative. */
const NEVER_NEGATIVE: ReadonlySet<NetworkNode['op']> = new Set([
  ...(['relu', 'relu6', 'sigmoid', 'hardSigmoid', 'softmax'] as const),
]);
/** Operations whose output is negative only if an input is. */
const SIGN_KEEPING: ReadonlySet<NetworkNode['op']> = new Set([
  ...(['leakyRelu', 'prelu', 'elu', 'gelu', 'geluTanh', 'silu', 'hardSwish', 'tanh'] as const),
  ...(['mul', 'channelSlice', 'channelShuffle', 'upsample'] as const),
  'maxPool',
  'avgPool',
  'globalAvgPool',
  'pad',
  'subsample',
  'flatten',
  'add',
  'concat',
]);

/** True if a node can output negative numbers; `negative` holds the ids of the earlier nodes that can. */
export function canBeNegative({ op, inputs }: NetworkNode, negative: ReadonlySet<string>): boolean {
  if (NEVER_NEGATIVE.has(op)) return false;
  return !SIGN_KEEPING.has(op) || inputs.some((input) => negative.has(input));
}

/** Ids of the layers that can read negative numbers: from the image, a layer, or a batch norm without a ReLU. */
export const signedInputs = perArchitecture((architecture): ReadonlySet<string> => {
  const negative = new Set<string>();
  for (const node of architecture.nodes) if (canBeNegative(node, negative)) negative.add(node.id);
  return new Set(
    layersOf(architecture)
      .filter(({ inputs: [input] }) => negative.has(input))
      .map(({ id }) => id),
  );
});
