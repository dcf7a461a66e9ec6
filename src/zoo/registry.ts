// All networks that can be trained from scratch. To add one:
// 1. write `src/zoo/<name>.ts` exporting a `NetworkDefinition`;
// 2. add it to this table;
// 3. put its weights, if it has any, into `public/weights/` (scripts/convertZoo.ts for PyTorch ones, `npm run headless -- train`
//    for ours).
import type { Architecture } from '../graph/network';
import type { NetworkDefinition } from './definition';
import { dsCnn } from './dscnn';
import { resnet8, resnet20 } from './resnet';
import { tiny } from './tiny';
import { lenet5, mobilenet, mobilenet96, resnet14, resnet32, resnet56, wrn20x2 } from './untrained';
import { vgg16, vggSmall } from './vgg';

/**
 * The networks of the zoo, by id.
 *
 * @example
 * const architecture = networks.resnet20.build([32, 32, 3], 10);
 * console.log(architecture.nodes.length, networks.resnet20.label);
 */
export const networks = {
  tiny,
  resnet8,
  resnet20,
  'vgg-small': vggSmall,
  vgg16,
  lenet5,
  resnet14,
  resnet32,
  resnet56,
  'wrn-20-2': wrn20x2,
  'mobilenet-025': mobilenet,
  'mobilenet-025-96': mobilenet96,
  'ds-cnn': dsCnn,
} as const satisfies Record<string, NetworkDefinition>;

/** What the networks of the page read unless they say otherwise: 32 x 32 color images. Images of other sizes are scaled to it. */
export const ZOO_INPUT = [32, 32, 3] as const;

export type NetworkId = keyof typeof networks;

/** A network of this table, for images of its size. */
export function zooArchitecture(id: NetworkId, classes: number): Architecture {
  const definition: NetworkDefinition = networks[id];
  return definition.build(definition.input ?? ZOO_INPUT, classes);
}

/** Id of an imported network: `own-` plus letters, digits and hyphens derived from its file name. */
export type OwnNetworkId = `own-${string}`;

export type AnyNetworkId = NetworkId | OwnNetworkId;

/** True for the networks of this table, false for imported ones. */
export function isZooNetwork(id: AnyNetworkId): id is NetworkId {
  return Object.hasOwn(networks, id);
}
