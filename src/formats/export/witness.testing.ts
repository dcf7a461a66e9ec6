// Shared by tests of exports: a network under a policy in our own forward pass, and ONNX Runtime as the reference.
import { readFileSync } from 'node:fs';
import { floatRounding } from '../../rounding/rounding';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web/wasm';
import { layersOf, type Network } from '../../graph/network';
import { type BitPolicy, FLOAT } from '../../graph/policy';
import { createRng, type Rng } from '../../math/rng';
import { Inference } from '../../nn/inference';
import type { QuantScheme } from '../../quant/registry';
import type { ActivationRange } from '../../rounding/activationRounding';
import { type NetworkId, networks } from '../../zoo/registry';
import { readCheckpoint } from '../checkpoint';
import type { ExportContext } from './context';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export type Optimization = 'disabled' | 'all';

/** The shipped float network of a data set with ten classes and 32x32 images. */
export function shippedNetwork(id: NetworkId, dataset: 'emoji10' | 'cifar10'): Network {
  const url = new URL(`../../../public/weights/${id}-${dataset}.safetensors`, import.meta.url);
  return readCheckpoint(networks[id].build([32, 32, 3], 10), readFileSync(url));
}

/** Images [n, size, size, 3] of blurred noise with the statistics of normalized photographs. */
export function noiseImages(n: number, size: number, seed: number): Float32Array {
  const rng = createRng(seed);
  const images = new Float32Array(n * size * size * 3);
  for (let image = 0; image < n; image++) {
    const waves = Array.from({ length: 6 }, () => [rng.normal(), rng.normal(), 6 * rng.uniform(), rng.integer(3)]);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        for (let c = 0; c < 3; c++) {
          let v = 0.3 * rng.normal();
          for (const [fx, fy, phase, color] of waves)
            v += Math.sin((fx * x + fy * y) / 3 + phase + (color === c ? 1 : 0));
          images[((image * size + y) * size + x) * 3 + c] = Math.fround(v / 2);
        }
  }
  return images;
}

/** [n, h, w, c] as [n, c, h, w]. */
export function toNchw(images: Float32Array, size: number): Float32Array {
  const pixels = size * size;
  return images.map((_, to) => {
    const image = Math.floor(to / (3 * pixels));
    const channel = Math.floor(to / pixels) % 3;
    return images[(image * pixels + (to % pixels)) * 3 + channel];
  });
}

/** Random widths for every layer: weights of `weights` bits, activations of `activations` bits, the image float. */
export function mixedPolicy(
  network: Network,
  weights: readonly [number, number],
  activations: readonly [number, number],
  rng: Rng,
) {
  const draw = ([low, high]: readonly [number, number]) => low + rng.integer(high - low + 1);
  const image = network.nodes[0].id;
  return Object.fromEntries(
    layersOf(network).map(({ id, inputs }) => [
      id,
      { weights: draw(weights), activations: inputs[0] === image ? FLOAT : draw(activations) },
    ]),
  ) as BitPolicy;
}

/** Ranges of all activations on some images. */
export function rangesOn(network: Network, images: Float32Array, size: number): ExportContext['ranges'] {
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const ranges = new Map<string, ActivationRange>();
  const { logits } = model.run(
    () => tf.tensor4d(images, [images.length / (size * size * 3), size, size, 3]),
    undefined,
    ({ id }, x) => {
      const [min, max, meanMagnitude] = tf.tidy(() =>
        [tf.min(x), tf.max(x), tf.mean(tf.abs(x))].map((t) => t.dataSync()[0]),
      );
      ranges.set(id, { min, max, meanMagnitude, choice: 'minMax' });
    },
  );
  logits.dispose();
  model.dispose();
  return ranges;
}

/** A context with made-up provenance. */
export function contextOf(
  network: Network,
  policy: BitPolicy,
  scheme: QuantScheme,
  ranges: ExportContext['ranges'],
): ExportContext {
  return {
    network,
    policy,
    scheme,
    ranges,
    normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    classes: ['ant', 'bee'],
    provenance: { dataset: 'Noise', split: 'test', seed: 1, version: '0.0.0', backend: 'wasm' },
  };
}

/** Our own logits [n, classes] of images [n, size, size, 3]. */
export function ourLogits(
  { network, policy, scheme, ranges }: ExportContext,
  images: Float32Array,
  size: number,
): Float32Array {
  const model = new Inference(network);
  model.configure({ policy, scheme, ranges });
  const { logits } = model.run(() => tf.tensor4d(images, [images.length / (size * size * 3), size, size, 3]));
  const values = Float32Array.from(logits.dataSync());
  logits.dispose();
  model.dispose();
  return values;
}

/** All outputs of a file in ONNX Runtime for images [n, size, size, 3]. */
export async function onnxRun(
  file: Uint8Array,
  images: Float32Array,
  size: number,
  level: Optimization,
): Promise<Record<string, ort.Tensor>> {
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: level,
  });
  const n = images.length / (size * size * 3);
  const input = new ort.Tensor('float32', toNchw(images, size), [n, 3, size, size]);
  const outputs = await session.run({ [session.inputNames[0]]: input });
  const first = outputs[session.outputNames[0]];
  await session.release();
  return { ...outputs, first };
}

/** ONNX Runtime's logits [n, classes] for images [n, size, size, 3]. */
export async function onnxLogits(file: Uint8Array, images: Float32Array, size: number, level: Optimization) {
  const { first } = await onnxRun(file, images, size, level);
  return Float32Array.from(first.data as Float32Array);
}

/** Largest difference between two sets of logits [n, classes], and how many of the n argmaxes differ. */
export function compare(ours: Float32Array, theirs: Float32Array, classes: number) {
  let largest = 0;
  let flips = 0;
  let above = 0;
  for (let i = 0; i < ours.length; i += classes) {
    const [a, b] = [ours.subarray(i, i + classes), theirs.subarray(i, i + classes)];
    if (a.indexOf(Math.max(...a)) !== b.indexOf(Math.max(...b))) flips++;
    const worst = a.reduce((most, v, c) => Math.max(most, Math.abs(v - b[c])), 0);
    if (!(worst <= 1e-3)) above++;
    largest = Math.max(largest, worst);
  }
  return { largest, flips, above };
}
