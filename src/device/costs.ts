// What a policy takes on a device: its .tflite file in flash memory, and the working memory of its tensors.
import { type ImageFacts, tfliteLayout } from '../formats/export/tflite/layout';
import { arenaBytes, type Kernels } from '../formats/tfliteArena';
import type { Architecture } from '../graph/network';
import { type BitPolicy, FLOAT, SKIPPED } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';

/** Memory that a policy takes on a device, in bytes. */
export interface DeviceMemory {
  /** The exported .tflite file. The runtime's own code comes on top: tens of KB. */
  readonly flash: number;
  /** Tensors and scratch memory at their peak, as TFLM plans them with the kernels of the device. */
  readonly ram: number;
  /** The layers whose weights are stored as INT4. */
  readonly int4: ReadonlySet<string>;
}

const plans = new WeakMap<Architecture, Map<string, number>>();

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
  kernels: Kernels = 'reference',
): DeviceMemory {
  const { bytes, int4 } = tfliteLayout(architecture, policy, scheme, images);
  const known = plans.get(architecture) ?? new Map<string, number>();
  plans.set(architecture, known);
  // Nothing else of a policy is in the plan.
  const widths = Object.entries(policy);
  const skipped = widths.filter(([, { weights }]) => weights === SKIPPED).map(([id]) => id);
  const isFloat = widths.every(([, { activations }]) => activations === FLOAT);
  const key = JSON.stringify([kernels, int4, skipped, isFloat && widths.map(([, { weights }]) => weights)]);
  const ram = known.get(key) ?? arenaBytes(bytes, kernels);
  known.set(key, ram);
  return { flash: bytes.length, ram, int4: new Set(int4) };
}
