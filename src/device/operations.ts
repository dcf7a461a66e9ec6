// Each operation of an int8 .tflite file as a function of codes, in the arithmetic of the programs that run such files.
import { readConstant } from '../formats/import/tflite/constants';
import type { TfliteModel, TfliteOperation, TfliteTensor } from '../formats/import/tflite/model';
import { FUSED, SAME_PADDING, TENSOR_TYPES } from '../formats/tfliteSchema';
import { roundHalfToEven } from '../math/rounding';
import { convolve, convolveDepthwise, type WindowShape } from './convolution';
import {
  clamp,
  type DeviceRounding,
  multiplied,
  multipliedOnce,
  multiplierOf,
  requantizer,
  roundAway,
} from './requantize';
import { addAsLiteRt, addAsTflm, meanAsLiteRt, meanAsTflm } from './sums';

/** Something that cannot be computed as a device does. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** Codes of the output from those of all tensors, by position. */
type Run = (values: readonly Int8Array[]) => Int8Array;

/** What an operation is prepared from. */
interface Preparing {
  readonly model: TfliteModel;
  readonly operation: TfliteOperation;
  readonly rounding: DeviceRounding;
}

const LOW = -128;
const HIGH = 127;

/** Scale and zero point of a tensor. @throws DeviceError for another type than codes of 8 bits. */
export function gridOf({ name, type, grid }: TfliteTensor): { readonly scale: number; readonly zero: number } {
  if (type !== TENSOR_TYPES.INT8 || grid === undefined)
    throw new DeviceError(
      `"${name}" holds no codes of 8 bits; only files of int8 alone can be computed as a device does.`,
    );
  return { scale: grid.scales[0], zero: grid.zeros[0] };
}

const tensorAt = ({ model, operation }: Preparing, i: number): TfliteTensor =>
  model.tensors[operation.inputs[i] as number];
const output = ({ model, operation }: Preparing): TfliteTensor => model.tensors[operation.outputs[0]];
const sizeOf = ({ shape }: TfliteTensor) => shape.reduce((product, d) => product * d, 1);
const integers = ({ data }: TfliteTensor) => new Int32Array((data as Uint8Array).slice().buffer);

/** Ends of the codes after a fused activation. */
function bounds({ operation }: Preparing, { scale, zero }: { readonly scale: number; readonly zero: number }) {
  const kind = operation.options.fusedActivation ?? FUSED.NONE;
  const code = (value: number) => zero + roundAway(Math.fround(value / scale));
  const rectifies = kind === FUSED.RELU || kind === FUSED.RELU6;
  return [rectifies ? Math.max(LOW, code(0)) : LOW, kind === FUSED.RELU6 ? Math.min(HIGH, code(6)) : HIGH] as const;
}

function windowShape(preparing: Preparing, size: readonly [number, number]): WindowShape {
  const [, h, w, c] = tensorAt(preparing, 0).shape;
  const [, rows, columns, channels] = output(preparing).shape;
  const { strideH = 1, strideW = 1, padding = SAME_PADDING } = preparing.operation.options;
  const before = (out: number, stride: number, k: number, side: number) =>
    padding === SAME_PADDING ? Math.max((out - 1) * stride + k - side, 0) >> 1 : 0;
  return {
    ...{ input: [h, w, c], output: [rows, columns, channels], size, strides: [strideH, strideW] },
    before: [before(rows, strideH, size[0], h), before(columns, strideW, size[1], w)],
  };
}

const layer =
  (kind: 'conv' | 'depthwise' | 'dense') =>
  (preparing: Preparing): Run => {
    const { model, operation, rounding } = preparing;
    const [x, kernel, y] = [tensorAt(preparing, 0), tensorAt(preparing, 1), output(preparing)];
    const [from, to] = [gridOf(x), gridOf(y)];
    const { dilationW = 1, dilationH = 1 } = operation.options;
    if (dilationW * dilationH > 1 || (kind === 'conv' && kernel.shape[3] !== x.shape[3]))
      throw new DeviceError(
        `"${operation.name}" has dilation or groups, whose codes on a device are not computed here; measure on the page instead.`,
      );
    const { coded } = readConstant(kernel, model.file);
    if (coded === undefined) throw new DeviceError(`The kernel "${kernel.name}" is not stored as codes.`);
    const channels = y.shape.at(-1) as number;
    const filter = sizeOf(kernel) / channels;
    // Filters of zeros make the number of filters a multiple of four.
    const codes = new Int8Array(Math.ceil(channels / 4) * 4 * filter);
    codes.set(coded.codes);
    const bias = operation.inputs[2] === undefined ? new Int32Array(channels) : integers(tensorAt(preparing, 2));
    const isInt4 = kind !== 'dense' && kernel.type === TENSOR_TYPES.INT4;
    const requantize = requantizer(rounding, from.scale, coded.scales, to.scale, channels, isInt4);
    const [low, high] = bounds(preparing, to);
    const inputs = sizeOf(x);
    const shape: WindowShape =
      kind === 'dense'
        ? { input: [1, 1, inputs], output: [1, 1, channels], size: [1, 1], strides: [1, 1], before: [0, 0] }
        : windowShape(preparing, [kernel.shape[1], kernel.shape[2]]);
    const multiply = kind === 'depthwise' ? convolveDepthwise : convolve;
    const size = sizeOf(y);
    return (values) => {
      const result = new Int8Array(size);
      multiply(values[operation.inputs[0] as number], from.zero, codes, bias, shape, (at, sum, c) => {
        result[at] = clamp(requantize(sum, c) + to.zero, low, high);
      });
      return result;
    };
  };

/** Both operands are brought to a common scale, added, and brought to the output's. */
function add(preparing: Preparing): Run {
  const { operation, rounding } = preparing;
  const [a, b, y] = [gridOf(tensorAt(preparing, 0)), gridOf(tensorAt(preparing, 1)), gridOf(output(preparing))];
  const [low, high] = bounds(preparing, y);
  const sum = rounding === 'litert' ? addAsLiteRt(a, b, y) : addAsTflm(a, b, y);
  return (values) => {
    const [left, right] = operation.inputs.map((i) => values[i as number]);
    return left.map((code, i) => clamp(sum(code, right[i]) + y.zero, low, high));
  };
}

/** The average of each channel, brought to the output's scale. */
function mean(preparing: Preparing): Run {
  const { operation, rounding } = preparing;
  const [x, y] = [gridOf(tensorAt(preparing, 0)), gridOf(output(preparing))];
  const channels = output(preparing).shape.at(-1) as number;
  const places = sizeOf(tensorAt(preparing, 0)) / channels;
  const average = rounding === 'litert' ? meanAsLiteRt(x, y, places) : meanAsTflm(x, y, places);
  return (values) => {
    const sums = new Int32Array(channels);
    values[operation.inputs[0] as number].forEach((code, i) => {
      sums[i % channels] += code;
    });
    return Int8Array.from(sums, (sum) => clamp(average(sum - places * x.zero) + y.zero, LOW, HIGH));
  };
}

const pool =
  (kind: 'max' | 'average') =>
  (preparing: Preparing): Run => {
    const { operation } = preparing;
    const { filterHeight = 1, filterWidth = 1 } = operation.options;
    const { input, output: out, strides, before } = windowShape(preparing, [filterHeight, filterWidth]);
    const [h, w, c] = input;
    const size = out[0] * out[1] * out[2];
    const [low, high] = bounds(preparing, gridOf(output(preparing)));
    return (values) => {
      const codes = values[operation.inputs[0] as number];
      const result = new Int8Array(size);
      for (let at = 0; at < size; at++) {
        const channel = at % c;
        const top = Math.floor(at / (c * out[1])) * strides[0] - before[0];
        const left = (Math.floor(at / c) % out[1]) * strides[1] - before[1];
        let [sum, most, count] = [0, LOW, 0];
        for (let i = Math.max(0, top); i < Math.min(h, top + filterHeight); i++)
          for (let j = Math.max(0, left); j < Math.min(w, left + filterWidth); j++, count++) {
            const code = codes[(i * w + j) * c + channel];
            sum += code;
            if (code > most) most = code;
          }
        const average = Math.trunc((sum > 0 ? sum + (count >> 1) : sum - (count >> 1)) / count);
        result[at] = clamp(kind === 'max' ? most : average, low, high);
      }
      return result;
    };
  };

function pad(preparing: Preparing): Run {
  const { operation } = preparing;
  const [, h, w, c] = tensorAt(preparing, 0).shape;
  const [, , columns, channels] = output(preparing).shape;
  const [, , top, , left, , front] = integers(tensorAt(preparing, 1));
  const { zero } = gridOf(output(preparing));
  const size = sizeOf(output(preparing));
  return (values) => {
    const codes = values[operation.inputs[0] as number];
    const result = new Int8Array(size).fill(zero);
    for (let place = 0; place < h * w; place++) {
      const [y, x] = [Math.floor(place / w) + top, (place % w) + left];
      result.set(codes.subarray(place * c, (place + 1) * c), (y * columns + x) * channels + front);
    }
    return result;
  };
}

/** Joins channels; the levels are the same. */
function concatenate(preparing: Preparing): Run {
  const { model, operation } = preparing;
  const channels = output(preparing).shape.at(-1) as number;
  const size = sizeOf(output(preparing));
  return (values) => {
    const result = new Int8Array(size);
    let front = 0;
    for (const i of operation.inputs as readonly number[]) {
      const c = model.tensors[i].shape.at(-1) as number;
      for (let place = 0; place < size / channels; place++)
        result.set(values[i].subarray(place * c, (place + 1) * c), place * channels + front);
      front += c;
    }
    return result;
  };
}

/** Reference: tflite/kernels/activations.cc, QuantizedReluX. XNNPACK leaves it to that kernel unless the levels are the same. */
const rectify =
  (most: number) =>
  (preparing: Preparing): Run => {
    const { operation, rounding } = preparing;
    const [x, y] = [gridOf(tensorAt(preparing, 0)), gridOf(output(preparing))];
    const factor = multiplierOf(x.scale / y.scale);
    const multiply = rounding === 'litert' ? multipliedOnce : multiplied;
    const low = Math.max(LOW, y.zero);
    const high = Math.min(HIGH, y.zero + roundAway(Math.fround(most / y.scale)));
    return (values) =>
      values[operation.inputs[0] as number].map((code) => clamp(multiply(code - x.zero, factor) + y.zero, low, high));
  };

/** The same codes. */
function reshape({ operation }: Preparing): Run {
  return (values) => values[operation.inputs[0] as number];
}

/** Codes of other levels. */
function quantize(preparing: Preparing): Run {
  const { operation, rounding } = preparing;
  const [x, y] = [gridOf(tensorAt(preparing, 0)), gridOf(output(preparing))];
  const factor = multiplierOf(x.scale / y.scale);
  // Reference: XNNPACK, xnn_init_qs8_cvt_scalar_params: a ratio of 8 bits below the point, half up.
  const ratio = roundHalfToEven(256 * Math.fround(x.scale / y.scale));
  const change =
    rounding === 'litert'
      ? (code: number) => Math.floor((code * ratio + 128) / 256)
      : (code: number) => multiplied(code, factor);
  return (values) =>
    values[operation.inputs[0] as number].map((code) => clamp(change(code - x.zero) + y.zero, LOW, HIGH));
}

/** Probabilities, in steps of 1/256: float32 exponentials, which programs look up in tables. */
function softmax(preparing: Preparing): Run {
  const { operation } = preparing;
  const [x, y] = [gridOf(tensorAt(preparing, 0)), gridOf(output(preparing))];
  return (values) => {
    const codes = values[operation.inputs[0] as number];
    const most = Math.max(...codes);
    const odds = Array.from(codes, (code) => Math.exp((code - most) * x.scale));
    const sum = odds.reduce((total, v) => total + v, 0);
    return Int8Array.from(odds, (v) => clamp(roundAway(v / sum / y.scale) + y.zero, LOW, HIGH));
  };
}

const OPERATIONS: ReadonlyMap<string, (preparing: Preparing) => Run> = new Map([
  ['CONV_2D', layer('conv')],
  ['DEPTHWISE_CONV_2D', layer('depthwise')],
  ['FULLY_CONNECTED', layer('dense')],
  ['ADD', add],
  ['MEAN', mean],
  ['MAX_POOL_2D', pool('max')],
  ['AVERAGE_POOL_2D', pool('average')],
  ['PAD', pad],
  ['CONCATENATION', concatenate],
  ['QUANTIZE', quantize],
  ['RELU', rectify(Number.POSITIVE_INFINITY)],
  ['RELU6', rectify(6)],
  ['RESHAPE', reshape],
  ['SOFTMAX', softmax],
]);

/** @throws DeviceError for an operation, or a type, that is not computed here. */
export function prepare(preparing: Preparing): Run {
  const { op, name } = preparing.operation;
  const make = OPERATIONS.get(op);
  if (make === undefined)
    throw new DeviceError(
      `"${name}" is ${op}, whose codes on a device are not computed here; measure on the page instead.`,
    );
  return make(preparing);
}
