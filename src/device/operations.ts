// Each operation of an int8 or int16 .tflite file as a function of codes, in the arithmetic of the programs that run such files.
import { roundHalfToEven } from '../math/rounding';
import { layer } from './layers';
import {
  bounds,
  DeviceError,
  gridOf,
  integers,
  isWide,
  output,
  type Preparing,
  type Run,
  sizeOf,
  tensorAt,
  windowShape,
} from './preparing';
import { clamp, multiplied, multiplierOf, roundAway } from './requantize';
import { addAsLiteRt, addAsTflm, meanAsLiteRt, meanAsTflm } from './sums';

/** Both operands are brought to a common scale, added, and brought to the output's. */
function add(preparing: Preparing): Run {
  const { operation, rounding } = preparing;
  const [a, b, y] = [gridOf(tensorAt(preparing, 0)), gridOf(tensorAt(preparing, 1)), gridOf(output(preparing))];
  const [low, high] = bounds(preparing, y);
  const wide = isWide(output(preparing));
  const sum = rounding === 'litert' && !wide ? addAsLiteRt(a, b, y) : addAsTflm(a, b, y, wide ? 15 : 20);
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
  const isXnnpack = rounding === 'litert' && !isWide(output(preparing));
  const average = isXnnpack ? meanAsLiteRt(x, y, places) : meanAsTflm(x, y, places);
  return (values) => {
    const sums = new Int32Array(channels);
    values[operation.inputs[0] as number].forEach((code, i) => {
      sums[i % channels] += code;
    });
    const result = y.codes(channels);
    sums.forEach((sum, c) => {
      result[c] = clamp(average(sum - places * x.zero) + y.zero, y.low, y.high);
    });
    return result;
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
    const grid = gridOf(output(preparing));
    const [low, high] = bounds(preparing, grid);
    return (values) => {
      const codes = values[operation.inputs[0] as number];
      const result = grid.codes(size);
      for (let at = 0; at < size; at++) {
        const channel = at % c;
        const top = Math.floor(at / (c * out[1])) * strides[0] - before[0];
        const left = (Math.floor(at / c) % out[1]) * strides[1] - before[1];
        let [sum, most, count] = [0, grid.low, 0];
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
  const { zero, codes: blank } = gridOf(output(preparing));
  const size = sizeOf(output(preparing));
  return (values) => {
    const codes = values[operation.inputs[0] as number];
    const result = blank(size).fill(zero);
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
  const { codes: blank } = gridOf(output(preparing));
  return (values) => {
    const result = blank(size);
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
    const { operation } = preparing;
    const [x, y] = [gridOf(tensorAt(preparing, 0)), gridOf(output(preparing))];
    const factor = multiplierOf(x.scale / y.scale);
    const low = Math.max(y.low, y.zero);
    const high = Math.min(y.high, y.zero + roundAway(Math.fround(most / y.scale)));
    return (values) =>
      values[operation.inputs[0] as number].map((code) => clamp(multiplied(code - x.zero, factor) + y.zero, low, high));
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
  const wide = [tensorAt(preparing, 0), output(preparing)].some(isWide);
  const change =
    rounding === 'litert' && !wide
      ? (code: number) => Math.floor((code * ratio + 128) / 256)
      : (code: number) => multiplied(code, factor);
  return (values) => {
    const result = y.codes(values[operation.inputs[0] as number].length);
    values[operation.inputs[0] as number].forEach((code, i) => {
      result[i] = clamp(change(code - x.zero) + y.zero, y.low, y.high);
    });
    return result;
  };
}

/** Probabilities, in steps of 1/256: float32 exponentials, which programs look up in tables. */
function softmax(preparing: Preparing): Run {
  const { operation } = preparing;
  const [x, y] = [gridOf(tensorAt(preparing, 0)), gridOf(output(preparing))];
  if (isWide(output(preparing)))
    throw new DeviceError(
      `"${operation.name}" is SOFTMAX of 16 bits, which devices look up in tables; measure on the page instead.`,
    );
  return (values) => {
    const codes = values[operation.inputs[0] as number];
    const most = Math.max(...codes);
    const odds = Array.from(codes, (code) => Math.exp((code - most) * x.scale));
    const sum = odds.reduce((total, v) => total + v, 0);
    return Int8Array.from(odds, (v) => clamp(roundAway(v / sum / y.scale) + y.zero, y.low, y.high));
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
