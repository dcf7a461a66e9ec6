// Batch norm for training as loops over the heap: batch statistics, normalization, and the gradient. Two passes over
// the activations each, where composed operations take about fifteen. Sums are in double precision.
import { type HeapCall, type HeapKernel, sizeOf } from './heap';

/** Numbers of x per channel, and channels. */
function rowsAndChannels({ shapes: [x] }: HeapCall): [rows: number, channels: number] {
  const channels = x[x.length - 1];
  return [sizeOf(x) / channels, channels];
}

/** Mean and (biased) variance of each channel: x [..., c] -> [c], [c]. */
export const batchMoments: HeapKernel = {
  name: 'FewbitsBatchMoments',
  inputs: ['x'],
  outputs: ({ shapes: [x] }) => [[x[x.length - 1]], [x[x.length - 1]]],
  loop([x], [mean, variance]) {
    const channels = mean.length;
    const count = x.length / channels;
    const sum = new Float64Array(channels);
    const squares = new Float64Array(channels);
    for (let i = 0; i < x.length; i += channels)
      for (let c = 0; c < channels; c++) {
        const v = x[i + c];
        sum[c] += v;
        squares[c] += v * v;
      }
    for (let c = 0; c < channels; c++) {
      const m = sum[c] / count;
      mean[c] = m;
      variance[c] = Math.max(0, squares[c] / count - m * m);
    }
  },
  wasm: {
    scratchBytes: ({ shapes: [x] }) => 16 * x[x.length - 1],
    run: ({ batchMoments }, [x], [mean, variance], call, scratch) =>
      batchMoments(x, mean, variance, scratch, ...rowsAndChannels(call)),
  },
};

/**
 * gamma (x - mean) / sqrt(variance + epsilon) + beta, channels last; one pass, unlike tfjs-backend-wasm's slow kernel.
 */
export const batchNormalize: HeapKernel = {
  name: 'FewbitsBatchNormalize',
  inputs: ['x', 'mean', 'variance', 'gamma', 'beta'],
  outputs: ({ shapes: [x] }) => [x],
  loop([x, mean, variance, gamma, beta], [y], { attrs }) {
    const channels = gamma.length;
    const scale = gamma.map((g, c) => g / Math.sqrt(variance[c] + (attrs.epsilon as number)));
    for (let i = 0; i < x.length; i += channels)
      for (let c = 0; c < channels; c++) y[i + c] = (x[i + c] - mean[c]) * scale[c] + beta[c];
  },
  wasm: {
    scratchBytes: ({ shapes: [x] }) => 4 * x[x.length - 1],
    run: ({ batchNormalize }, inputs, [y], call, scratch) =>
      batchNormalize(...inputs, y, scratch, ...rowsAndChannels(call), call.attrs.epsilon as number),
  },
};

/**
 * Gradient of `gamma (x - mean) r + beta`, `r = 1 / sqrt(variance + epsilon)`, with mean and variance functions of x:
 * dx = gamma r (dy - mean(dy) - (x - mean) r^2 mean(dy (x - mean))).
 * Reference: S. Ioffe, C. Szegedy, arXiv 1502.03167, section 3.
 */
export const batchNormGrad: HeapKernel = {
  name: 'FewbitsBatchNormGrad',
  inputs: ['x', 'dy', 'gamma', 'mean', 'variance'],
  outputs: ({ shapes: [x, , gamma] }) => [x, gamma, gamma],
  loop([x, dy, gamma, mean, variance], [dx, dGamma, dBeta], { attrs }) {
    const channels = gamma.length;
    const count = x.length / channels;
    const sum = new Float64Array(channels);
    const product = new Float64Array(channels);
    for (let i = 0; i < x.length; i += channels)
      for (let c = 0; c < channels; c++) {
        const g = dy[i + c];
        sum[c] += g;
        product[c] += g * (x[i + c] - mean[c]);
      }
    const scale = new Float64Array(channels);
    const slope = new Float64Array(channels);
    const shift = new Float64Array(channels);
    for (let c = 0; c < channels; c++) {
      const r = 1 / Math.sqrt(variance[c] + (attrs.epsilon as number));
      dGamma[c] = product[c] * r;
      dBeta[c] = sum[c];
      scale[c] = gamma[c] * r;
      slope[c] = (-scale[c] * r * r * product[c]) / count;
      shift[c] = (-scale[c] * sum[c]) / count - slope[c] * mean[c];
    }
    for (let i = 0; i < x.length; i += channels)
      for (let c = 0; c < channels; c++) dx[i + c] = scale[c] * dy[i + c] + slope[c] * x[i + c] + shift[c];
  },
  wasm: {
    scratchBytes: ({ shapes: [x] }) => (16 + 12) * x[x.length - 1],
    run: ({ batchNormGrad }, inputs, outputs, call, scratch) =>
      batchNormGrad(...inputs, ...outputs, scratch, ...rowsAndChannels(call), call.attrs.epsilon as number),
  },
};
