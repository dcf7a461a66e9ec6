// Gradient of max pooling as a loop over the heap. tfjs-backend-wasm 4.22 sends it to a window's first element if the
// maximum is not positive; here the first maximum in reading order gets it, as in PyTorch and TensorFlow.
import * as tf from '@tensorflow/tfjs-core';
import type { HeapCall, HeapKernel } from './heap';

interface Attributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function poolInfo({ attrs, shapes }: HeapCall): tf.backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  const shape = shapes[1] as [number, number, number, number];
  return tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
}

export const maxPoolGrad: HeapKernel = {
  name: tf.MaxPoolGrad,
  inputs: ['dy', 'input'],
  outputs: ({ shapes }) => [shapes[1]],
  loop([dy, x], [dx], call) {
    const pool = poolInfo(call);
    const { inHeight, inWidth, outHeight, outWidth, inChannels: channels, padInfo } = pool;
    dx.fill(0);
    let output = 0;
    for (let n = 0; n < pool.batchSize; n++)
      for (let oy = 0; oy < outHeight; oy++)
        for (let ox = 0; ox < outWidth; ox++) {
          const top = oy * pool.strideHeight - padInfo.top;
          const left = ox * pool.strideWidth - padInfo.left;
          const rows = [Math.max(0, top), Math.min(inHeight, top + pool.filterHeight)];
          const columns = [Math.max(0, left), Math.min(inWidth, left + pool.filterWidth)];
          for (let c = 0; c < channels; c++, output++) {
            let best = ((n * inHeight + rows[0]) * inWidth + columns[0]) * channels + c;
            for (let y = rows[0]; y < rows[1]; y++)
              for (let xx = columns[0]; xx < columns[1]; xx++) {
                const i = ((n * inHeight + y) * inWidth + xx) * channels + c;
                if (x[i] > x[best]) best = i;
              }
            dx[best] += dy[output];
          }
        }
  },
  wasm: {
    run({ maxPoolGrad }, [dy, x], [dx], call) {
      const pool = poolInfo(call);
      const { top, left } = pool.padInfo;
      maxPoolGrad(
        ...[dy, x, dx, pool.batchSize, pool.inHeight, pool.inWidth, pool.inChannels, pool.outHeight, pool.outWidth],
        ...[pool.filterHeight, pool.filterWidth, pool.strideHeight, pool.strideWidth, top, left],
      );
    },
  },
};
