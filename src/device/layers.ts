// Convolutions, depthwise ones and dense layers of a .tflite file.
import { readConstant } from '../formats/import/tflite/constants';
import { TENSOR_TYPES } from '../formats/tfliteSchema';
import { convolve, convolveDepthwise, type WindowShape } from './convolution';
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
import { clamp, requantizer } from './requantize';

/** The bias of a layer: 64 bits beside activations of 16. */
function biases(preparing: Preparing): ArrayLike<number> {
  const bias = tensorAt(preparing, 2);
  if (!isWide(tensorAt(preparing, 0))) return integers(bias);
  if (bias.type !== TENSOR_TYPES.INT64)
    throw new DeviceError(
      `"${bias.name}" has no 64 bits, beside activations of 16, whose codes on a device are not computed here; measure on the page instead.`,
    );
  return Array.from(new BigInt64Array((bias.data as Uint8Array).slice().buffer), Number);
}

/** A layer with weights. @throws DeviceError for groups and dilation. */
export const layer =
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
    const bias = operation.inputs[2] === undefined ? new Int32Array(channels) : biases(preparing);
    const requantize = requantizer(rounding, from.scale, coded.scales, to.scale, channels, {
      isWide: isWide(x),
      isInt4: kernel.type === TENSOR_TYPES.INT4,
      isDense: kind === 'dense',
    });
    const [low, high] = bounds(preparing, to);
    const inputs = sizeOf(x);
    const shape: WindowShape =
      kind === 'dense'
        ? { input: [1, 1, inputs], output: [1, 1, channels], size: [1, 1], strides: [1, 1], before: [0, 0] }
        : windowShape(preparing, [kernel.shape[1], kernel.shape[2]]);
    const multiply = kind === 'depthwise' ? convolveDepthwise : convolve;
    const size = sizeOf(y);
    return (values) => {
      const result = to.codes(size);
      multiply(values[operation.inputs[0] as number], from.zero, codes, bias, shape, (at, sum, c) => {
        result[at] = clamp(requantize(sum, c) + to.zero, low, high);
      });
      return result;
    };
  };
