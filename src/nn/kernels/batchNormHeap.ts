// Batch norm for training as loops over the heap: batch statistics, and the gradient. Two passes over the activations
// each, where composed operations take about fifteen. Sums are kept in double precision.
import type { HeapKernel } from './heap';

/** Mean and (biased) variance of each channel: x [..., c] -> [c], [c]. */
export const batchMoments: HeapKernel = {
  name: 'BitmixerBatchMoments',
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
};

/**
 * Gradient of `gamma (x - mean) r + beta`, `r = 1 / sqrt(variance + epsilon)`, with mean and variance functions of x:
 * dx = gamma r (dy - mean(dy) - (x - mean) r^2 mean(dy (x - mean))).
 * Reference: S. Ioffe, C. Szegedy, arXiv 1502.03167, section 3.
 */
export const batchNormGrad: HeapKernel = {
  name: 'BitmixerBatchNormGrad',
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
};
