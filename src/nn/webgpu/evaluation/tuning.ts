// Whether a device adds products of bytes, four per instruction (WGSL's `packed_4x8_integer_dot_product`), at least as
// fast as products of floats. Measured once per device, on a layer like those of ResNet-20, because some devices emulate
// them.
import * as tf from '@tensorflow/tfjs-core';
import type { RoundedLayer } from '../../../rounding/layers';
import { type EvaluationDevice, evaluationDevice, type TableBuffer } from './device';
import { convolutionKernel, type LayerGeometry } from './layerKernel';
import { type PackedLayer, packLayer } from './layerTable';

const FEATURE = 'packed_4x8_integer_dot_product';
const SIDE = 32;
const CHANNELS = 16;
/** Images of a measurement: the first number that takes long enough, or the last, repeated. */
const IMAGES = [2, 16, 64];
const LONG_ENOUGH_MS = 3;
const REPEATS = 8;
const ROUNDS = 5;

const shape = [SIDE, SIDE, CHANNELS] as const;
const geometry: LayerGeometry = { from: shape, to: shape, size: [3, 3], strides: [1, 1], before: [1, 1] };

/** A layer of integers whose codes take all values. */
function someLayer(): RoundedLayer {
  const codes = Float32Array.from({ length: 9 * CHANNELS ** 2 }, (_, i) => ((i * 89) % 255) - 127);
  const multiplier = new Float32Array(CHANNELS).fill(2 ** -12);
  const input = { scale: 1, offset: 0, minCode: 0, maxCode: 255 };
  const unused = { factor: undefined, bias: undefined, input: undefined, encoded: undefined, coded: undefined };
  return {
    ...unused,
    node: {
      op: 'conv2d',
      id: '',
      inputs: [],
      filters: CHANNELS,
      bias: false,
      size: [3, 3],
      strides: [1, 1],
      padding: [1, 1, 1, 1],
    },
    bits: { weights: 8, activations: 8 },
    shape: [3, 3, CHANNELS, CHANNELS],
    layout: { channels: CHANNELS, inputs: CHANNELS },
    values: codes,
    integers: { codes, multiplier, input },
  };
}

/** Runs the layer with and without bytes; milliseconds, and with `read` the results. */
class Trial {
  private readonly kernels = (['codes', 'bytes'] as const).map((arithmetic) =>
    convolutionKernel(geometry, arithmetic, { activation: 'relu' }),
  );
  private readonly tables: readonly TableBuffer[];

  constructor(private readonly device: EvaluationDevice) {
    const packed = [false, true].map((bytes) => packLayer(someLayer(), false, bytes) as PackedLayer);
    this.tables = packed.map(({ words }) => device.table(words));
  }

  private input(n: number): tf.Tensor {
    const values = Float32Array.from({ length: n * SIDE * SIDE * CHANNELS }, (_, i) => (i * 37) % 256);
    return tf.tensor(values, [n, ...shape]);
  }

  async time(which: 0 | 1, x: tf.Tensor, repeats: number): Promise<number> {
    const start = performance.now();
    this.run(which, x, repeats).dispose();
    await this.device.settle();
    return performance.now() - start;
  }

  private run(which: 0 | 1, x: tf.Tensor, repeats = 1): tf.Tensor {
    const pass = this.device.begin();
    let result: tf.Tensor | undefined;
    for (let i = 0; i < repeats; i++) {
      result?.dispose();
      result = pass.run(this.kernels[which], [x, this.tables[which]], x.shape);
    }
    pass.end();
    return result as tf.Tensor;
  }

  /** True if both give the same bits. */
  async agree(): Promise<boolean> {
    const x = this.input(1);
    const results = [this.run(0, x), this.run(1, x)];
    const [floats, bytes] = await Promise.all(results.map((result) => result.data()));
    tf.dispose([x, ...results]);
    return floats.every((value, i) => value === bytes[i]);
  }

  /** Milliseconds by floats and by bytes: medians of alternating rounds. */
  async medians(): Promise<[floats: number, bytes: number]> {
    let repeats = 1;
    let x = this.input(IMAGES[0]);
    for (const n of IMAGES.slice(1)) {
      if ((await this.time(0, x, 1)) >= LONG_ENOUGH_MS) break;
      x.dispose();
      x = this.input(n);
      if (n === IMAGES[IMAGES.length - 1]) repeats = REPEATS;
    }
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++)
      for (const which of [0, 1] as const) times[which].push(await this.time(which, x, repeats));
    x.dispose();
    const median = (values: number[]) => values.sort((a, b) => a - b)[ROUNDS >> 1];
    return [median(times[0]), median(times[1])];
  }

  dispose(): void {
    for (const table of this.tables) table.dispose();
  }
}

/** What was measured: milliseconds of both ways, and whether their results are equal bit for bit. */
export interface ByteTrial {
  readonly floats: number;
  readonly bytes: number;
  readonly equal: boolean;
}

/**
 * Measures both ways on the current backend, which is tfjs' WebGPU, and lets layers that are prepared from now on use bytes
 * where they are not slower. Undefined on a device that has no products of bytes.
 */
export async function tuneEvaluation(): Promise<ByteTrial | undefined> {
  if (!navigator.gpu.wgslLanguageFeatures?.has(FEATURE)) return undefined;
  const device = evaluationDevice();
  const trial = new Trial(device);
  try {
    const equal = await trial.agree();
    const [floats, bytes] = await trial.medians();
    device.addsBytes = equal && bytes <= floats;
    return { floats, bytes, equal };
  } finally {
    trial.dispose();
  }
}
