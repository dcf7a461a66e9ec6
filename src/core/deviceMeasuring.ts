// Accuracy as a device computes it: the policy's .tflite file, run in integers with the rounding of the program that runs it
// there.
import { composeBatch, evaluationPlan } from '../data/batch';
import { deviceModel } from '../device/interpreter';
import { DeviceError } from '../device/preparing';
import type { DeviceRounding } from '../device/requantize';
import type { Loss } from '../formats/export/context';
import { arenaBytes } from '../formats/tfliteArena';
import { FLOAT } from '../graph/policy';
import { type Proportion, wilson } from '../math/statistics';
import { type ExportParams, exportNetwork } from './exporting';
import type { LoadedModel } from './loadedModel';
import type { MeasuredSplit } from './measurement';
import type { Turn } from './turn';

/** A policy as a file for a device, and the first images of a split. */
export interface DeviceParams extends Pick<ExportParams, 'policy' | 'scheme'> {
  readonly split: MeasuredSplit;
  readonly images: number;
  readonly rounding: DeviceRounding;
  /** Activations of 16 bits instead of 8. */
  readonly int16?: boolean;
}

/** A policy measured as a device computes it. */
export interface DeviceMeasured {
  readonly accuracy: Proportion;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Predicted class of each image, in the split's order. */
  readonly predictions: Uint8Array;
  /** Bytes of the .tflite file. */
  readonly fileBytes: number;
  /** Working memory that TFLM plans for it, in bytes. */
  readonly arenaBytes: number;
  /** What the file holds otherwise than the policy says. */
  readonly losses: readonly Loss[];
}

/** Images between two turns. */
const BATCH = 8;

/**
 * Measures the .tflite file of a policy in integers. Yields the accuracy so far after every few images.
 * @throws ExportError if the file cannot hold the network, DeviceError if its operations cannot be computed so, or if the
 * policy leaves activations in float.
 */
export async function* measureOnDevice(
  model: LoadedModel,
  { policy, scheme, split, images, rounding, int16 = false }: DeviceParams,
  origin: Parameters<typeof exportNetwork>[2],
  turn: Turn,
): AsyncGenerator<Proportion, DeviceMeasured, void> {
  if (!int16 && Object.values(policy).every(({ activations }) => activations === FLOAT))
    throw new DeviceError(
      'This config leaves activations in float, and devices compute in integers: give layers activations of 8 bits, for example uniform:8/8.',
    );
  const params = { format: 'tflite', options: { int16 }, policy, scheme, points: [] } as const;
  const [{ content, losses = [] }] = (await exportNetwork(model, params, origin, turn)).files;
  const file = content as Uint8Array;
  const device = deviceModel(file, rounding);
  const { dataset } = model;
  const set = dataset[split];
  const predictions = new Uint8Array(Math.min(images, set.length));
  let [correct, entropy] = [0, 0];
  for (let from = 0; from < predictions.length; from += BATCH) {
    await turn();
    const count = Math.min(BATCH, predictions.length - from);
    const batch = composeBatch(set, evaluationPlan(from, count), dataset);
    const pixels = batch.images.length / count;
    for (let i = 0; i < count; i++) {
      const codes = device.run(device.encode(batch.images.subarray(i * pixels, (i + 1) * pixels)));
      const best = codes.indexOf(Math.max(...codes));
      const scores = device.decode(codes);
      predictions[from + i] = best;
      if (best === batch.labels[i]) correct++;
      entropy += scores[best] - scores[batch.labels[i]];
      entropy += Math.log(scores.reduce((sum, score) => sum + Math.exp(score - scores[best]), 0));
    }
    if (from + count < predictions.length) yield wilson(correct, from + count);
  }
  const { length } = predictions;
  return {
    accuracy: wilson(correct, length),
    loss: entropy / length,
    predictions,
    fileBytes: file.length,
    arenaBytes: arenaBytes(file),
    losses,
  };
}
