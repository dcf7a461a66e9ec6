// What a policy takes on a device: its .tflite file in flash memory, and the working memory of its tensors.
import { type ImageFacts, tfliteLayout } from '../formats/export/tflite/layout';
import { readModel } from '../formats/import/tflite/model';
import { TENSOR_TYPES } from '../formats/tfliteSchema';
import type { Architecture } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import { arenaBytes } from './arena';

/** Memory that a policy takes on a device, in bytes. */
export interface DeviceMemory {
  /** The exported .tflite file. The runtime's own code comes on top: tens of KB. */
  readonly flash: number;
  /** Tensors and scratch memory at their peak, as TFLM plans them with its reference kernels. */
  readonly ram: number;
  /** The layers whose weights are stored as INT4. */
  readonly int4: ReadonlySet<string>;
}

const KERNEL = '/kernel';

/**
 * Flash and RAM of a policy, to the byte, without its numbers; `images` are what the file states of its images. With weights (a
 * `Network`), layers are stored by their own codes; without, as their quantizer usually stores them.
 * @throws ExportError if a .tflite file cannot hold the network.
 */
export function deviceMemory(
  architecture: Architecture,
  policy: BitPolicy,
  scheme: QuantScheme,
  images: ImageFacts,
): DeviceMemory {
  const bytes = tfliteLayout(architecture, policy, scheme, images);
  const { tensors } = readModel({ name: 'the .tflite file', bytes });
  const halved = tensors.filter(({ name, type }) => type === TENSOR_TYPES.INT4 && name.endsWith(KERNEL));
  const int4 = new Set(halved.map(({ name }) => name.slice(0, -KERNEL.length)));
  return { flash: bytes.length, ram: arenaBytes(bytes), int4 };
}
