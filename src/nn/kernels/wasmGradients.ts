// The convolution gradients that tfjs-backend-wasm lacks or computes slowly: by our WebAssembly functions, or if these
// cannot run, composed of fast tfjs convolutions (XNNPACK). There the filter gradient is one convolution of the
// transposed input with the transposed output gradient, and the input gradient a convolution of the (zero-upsampled)
// output gradient with the flipped kernel.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { convolutionInfo, dimensions, frameShape } from './convolutionInfo';
import { runFunctions, sizeOf, type WasmWork } from './heap';
import { kernelFunctions } from './wasm/module';

type Pads = [[number, number], [number, number], [number, number], [number, number]];

function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

/** Zero-pads, or crops where a pad is negative, rows and columns of [n, h, w, c]. */
function padOrCut(x: tf.Tensor4D, pads: readonly number[]): tf.Tensor4D {
  const [above, below, before, after] = pads.map((pad) => Math.max(0, pad));
  const border: Pads = [
    [0, 0],
    [above, below],
    [before, after],
    [0, 0],
  ];
  // Pad first: the padding may be cropped again on the other side.
  const padded = above + below + before + after > 0 ? tf.pad(x, border) : x;
  const [top, bottom, left, right] = pads.map((pad) => Math.max(0, -pad));
  if (top + bottom + left + right === 0) return padded;
  const [n, h, w, c] = padded.shape;
  return tf.slice(padded, [0, top, left, 0], [n, h - top - bottom, w - left - right, c]);
}

/** Inserts `stride - 1` zero rows and columns after each row and column: [n, h, w, c] -> [n, h s, w s, c]. */
function upsampleWithZeros(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return x;
  const [n, h, w, c] = x.shape;
  const wide = tf.pad(tf.reshape(x, [n, h, w, c]), [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, (stride - 1) * c],
  ]);
  const tall = tf.pad(tf.reshape(wide, [n, h, 1, w * stride * c]), [
    [0, 0],
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  return tf.reshape(tall, [n, h * stride, w * stride, c]);
}

const filterGradient: tf.KernelFunc = ({ inputs, attrs }) => {
  const x = inputs.x as tf.Tensor4D;
  const dy = inputs.dy as tf.Tensor4D;
  const info = convolutionInfo(attrs, x.shape, (attrs as unknown as tf.Conv2DBackpropFilterAttrs).filterShape);
  const { filterHeight, filterWidth, strideHeight, strideWidth, outHeight, outWidth, inChannels, outChannels } = info;
  const { top, left } = info.padInfo;
  return tf.tidy(() => {
    if (filterHeight * filterWidth * strideHeight * strideWidth === 1) {
      const columns = tf.reshape(x, [-1, inChannels]);
      return tf.reshape(tf.matMul(columns, tf.reshape(dy, [-1, outChannels]), true), [1, 1, inChannels, outChannels]);
    }
    const bottom = (outHeight - 1) * strideHeight + filterHeight - info.inHeight - top;
    const right = (outWidth - 1) * strideWidth + filterWidth - info.inWidth - left;
    const images = tf.transpose(padOrCut(x, [top, bottom, left, right]), [3, 1, 2, 0]); // [cin, h, w, n]
    const kernel = tf.transpose(dy, [1, 2, 0, 3]); // [hout, wout, n, cout]
    const gradient = tf.conv2d(images, kernel, 1, 'valid', 'NHWC', [strideHeight, strideWidth]); // [cin, kh, kw, cout]
    return tf.transpose(gradient, [1, 2, 0, 3]);
  });
};

const inputGradient: tf.KernelFunc = ({ inputs, attrs }) => {
  const dy = inputs.dy as tf.Tensor4D;
  const filter = inputs.filter as tf.Tensor4D;
  const info = convolutionInfo(attrs, (attrs as unknown as tf.Conv2DBackpropInputAttrs).inputShape, filter.shape);
  const { filterHeight, filterWidth, strideHeight, inHeight, inWidth } = info;
  if (strideHeight !== info.strideWidth)
    throw new Error(`wasm input gradient: strides ${strideHeight} and ${info.strideWidth} differ; use equal ones.`);
  return tf.tidy(() => {
    const spread = upsampleWithZeros(dy, strideHeight);
    const top = filterHeight - 1 - info.padInfo.top;
    const left = filterWidth - 1 - info.padInfo.left;
    const bottom = inHeight + filterHeight - 1 - spread.shape[1] - top;
    const right = inWidth + filterWidth - 1 - spread.shape[2] - left;
    const flipped = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(padOrCut(spread, [top, bottom, left, right]), flipped, 1, 'valid');
  });
};

function filterGradientWork(info: tf.backend_util.Conv2DInfo): WasmWork {
  return {
    scratchBytes: () => 4 * sizeOf(frameShape(info)),
    run: ({ convFilterGrad }, inputs, outputs, _call, scratch) =>
      convFilterGrad(...inputs, ...outputs, scratch, ...dimensions(info)),
  };
}

function inputGradientWork(info: tf.backend_util.Conv2DInfo): WasmWork {
  const { filterHeight, filterWidth, outChannels } = info;
  const panels = [filterHeight, filterWidth, outChannels, 8 * Math.ceil(info.inChannels / 8)];
  /** Rows (or columns) of output gradient that one image's input gradient reads, including the border. */
  const extent = (kernel: number, stride: number, output: number, input: number, before: number) =>
    Math.floor((kernel - 1) / stride) + Math.max(output, Math.floor((input - 1 + before) / stride) + 1);
  const { top, left } = info.padInfo;
  const frame = [
    extent(filterHeight, info.strideHeight, info.outHeight, info.inHeight, top),
    extent(filterWidth, info.strideWidth, info.outWidth, info.inWidth, left),
    outChannels,
  ];
  return {
    scratchBytes: () => 4 * (32 + sizeOf(panels) + sizeOf(frame)),
    run: ({ convInputGrad }, inputs, outputs, _call, scratch) =>
      convInputGrad(...inputs, ...outputs, scratch, ...dimensions(info)),
  };
}

/** A gradient by our functions if they can run, otherwise by `composed`. */
function direct(
  names: readonly [string, string],
  infoOf: (attrs: tf.NamedAttrMap | undefined, first: number[], second: number[]) => tf.backend_util.Conv2DInfo,
  shapeOf: (attrs: tf.NamedAttrMap | undefined) => number[],
  workOf: (info: tf.backend_util.Conv2DInfo) => WasmWork,
  composed: tf.KernelFunc,
): tf.KernelFunc {
  return (params) => {
    const backend = params.backend as BackendWasm;
    const functions = kernelFunctions(backend);
    const inputs = names.map((name) => params.inputs[name] as tf.TensorInfo);
    if (functions === undefined) return composed(params);
    const info = infoOf(params.attrs, inputs[0].shape, inputs[1].shape);
    const output = backend.makeOutput(shapeOf(params.attrs), 'float32');
    const call = { shapes: inputs.map((t) => t.shape), attrs: {} };
    runFunctions(workOf(info), backend, functions, inputs, [output], call);
    return output;
  };
}

const filterShapeOf = (attrs: tf.NamedAttrMap | undefined) =>
  (attrs as unknown as tf.Conv2DBackpropFilterAttrs).filterShape;
const inputShapeOf = (attrs: tf.NamedAttrMap | undefined) =>
  (attrs as unknown as tf.Conv2DBackpropInputAttrs).inputShape;

/** Registers the convolution gradients on the wasm backend. */
export function registerWasmGradients(): void {
  replaceKernel(
    tf.Conv2DBackpropFilter,
    direct(
      ['x', 'dy'],
      (attrs, x) => convolutionInfo(attrs, x, filterShapeOf(attrs)),
      filterShapeOf,
      filterGradientWork,
      filterGradient,
    ),
  );
  replaceKernel(
    tf.Conv2DBackpropInput,
    direct(
      ['dy', 'filter'],
      (attrs, _dy, filter) => convolutionInfo(attrs, inputShapeOf(attrs), filter),
      inputShapeOf,
      inputGradientWork,
      inputGradient,
    ),
  );
}
