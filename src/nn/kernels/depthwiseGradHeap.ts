// Gradients of the depthwise convolution as loops over the heap; tfjs-backend-wasm has neither.
import * as tf from '@tensorflow/tfjs-core';
import type { HeapCall, HeapKernel } from './heap';

interface Attributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  inputShape: [number, number, number, number];
  filterShape: [number, number, number, number];
}

function info(attrs: HeapCall['attrs'], inputShape: readonly number[], filterShape: readonly number[]) {
  const { strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  return tf.backend_util.computeConv2DInfo(
    inputShape as Attributes['inputShape'],
    filterShape as Attributes['filterShape'],
    strides,
    1,
    pad,
    dimRoundingMode,
    true,
  );
}

/** Calls `visit(image index, filter index, output index)` for every place and tap of the convolution, at the first channel. */
function forEachProduct(conv: tf.backend_util.Conv2DInfo, visit: (x: number, f: number, y: number) => void): void {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, filterHeight, filterWidth } = conv;
  const { inChannels: c, outChannels } = conv;
  for (let n = 0; n < batchSize; n++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++)
        for (let fy = 0; fy < filterHeight; fy++) {
          const iy = oy * conv.strideHeight + fy - conv.padInfo.top;
          if (iy < 0 || iy >= inHeight) continue;
          for (let fx = 0; fx < filterWidth; fx++) {
            const ix = ox * conv.strideWidth + fx - conv.padInfo.left;
            if (ix < 0 || ix >= inWidth) continue;
            visit(
              ((n * inHeight + iy) * inWidth + ix) * c,
              (fy * filterWidth + fx) * outChannels,
              ((n * outHeight + oy) * outWidth + ox) * outChannels,
            );
          }
        }
}

export const depthwiseFilterGrad: HeapKernel = {
  name: tf.DepthwiseConv2dNativeBackpropFilter,
  inputs: ['x', 'dy'],
  outputs: ({ attrs }) => [(attrs as unknown as Attributes).filterShape],
  loop([x, dy], [df], { attrs, shapes }) {
    const conv = info(attrs, shapes[0], (attrs as unknown as Attributes).filterShape);
    const perChannel = conv.outChannels / conv.inChannels;
    df.fill(0);
    forEachProduct(conv, (xi, fi, yi) => {
      if (perChannel === 1) for (let c = 0; c < conv.inChannels; c++) df[fi + c] += x[xi + c] * dy[yi + c];
      else for (let o = 0; o < conv.outChannels; o++) df[fi + o] += x[xi + ((o / perChannel) | 0)] * dy[yi + o];
    });
  },
};

export const depthwiseInputGrad: HeapKernel = {
  name: tf.DepthwiseConv2dNativeBackpropInput,
  inputs: ['dy', 'filter'],
  outputs: ({ attrs }) => [(attrs as unknown as Attributes).inputShape],
  loop([dy, filter], [dx], { attrs, shapes }) {
    const conv = info(attrs, (attrs as unknown as Attributes).inputShape, shapes[1]);
    const perChannel = conv.outChannels / conv.inChannels;
    dx.fill(0);
    forEachProduct(conv, (xi, fi, yi) => {
      if (perChannel === 1) for (let c = 0; c < conv.inChannels; c++) dx[xi + c] += filter[fi + c] * dy[yi + c];
      else for (let o = 0; o < conv.outChannels; o++) dx[xi + ((o / perChannel) | 0)] += filter[fi + o] * dy[yi + o];
    });
  },
};
