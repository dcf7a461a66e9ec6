// The convolution gradients that tfjs-backend-wasm lacks or does slowly, as convolutions it does fast (XNNPACK):
// the filter gradient is one convolution of the transposed input with the transposed output gradient, the input
// gradient a convolution of the (zero-upsampled) output gradient with the flipped kernel.
import * as tf from '@tensorflow/tfjs-core';

type Pads = [[number, number], [number, number], [number, number], [number, number]];

function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

function convolution(attrs: tf.NamedAttrMap | undefined, xShape: number[], filterShape: number[], depthwise = false) {
  const { strides, pad, dimRoundingMode, dilations } = attrs as unknown as tf.Conv2DBackpropFilterAttrs & {
    dilations?: [number, number];
  };
  return tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad as 'valid',
    dimRoundingMode,
    depthwise,
  );
}

/** Zero pads, or cuts where a pad is negative, rows and columns of [n, h, w, c]. */
function padOrCut(x: tf.Tensor4D, [top, bottom, left, right]: readonly number[]): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const cut = Math.min(bottom, right) < 0;
  const kept = cut ? tf.slice(x, [0, 0, 0, 0], [n, h + Math.min(0, bottom), w + Math.min(0, right), c]) : x;
  const pads: Pads = [
    [0, 0],
    [top, Math.max(0, bottom)],
    [left, Math.max(0, right)],
    [0, 0],
  ];
  return pads.some(([before, after]) => before > 0 || after > 0) ? tf.pad(kept, pads) : kept;
}

/** Puts `stride - 1` zero rows and columns after each row and column: [n, h, w, c] -> [n, h s, w s, c]. */
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
  const info = convolution(attrs, x.shape, (attrs as unknown as tf.Conv2DBackpropFilterAttrs).filterShape);
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
  const info = convolution(attrs, (attrs as unknown as tf.Conv2DBackpropInputAttrs).inputShape, filter.shape);
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

/** Registers the convolution gradients on the wasm backend. */
export function registerWasmGradients(): void {
  replaceKernel(tf.Conv2DBackpropFilter, filterGradient);
  replaceKernel(tf.Conv2DBackpropInput, inputGradient);
}
