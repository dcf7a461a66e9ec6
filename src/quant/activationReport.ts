// What rounding does to a layer's output for one image, in numbers: errors, zeros, and the ends of the scales that a
// picture needs. Channels are the last dimension: number i belongs to channel i % channels.

/** Squared error and signal of one channel. */
export interface ChannelReport {
  /** Mean of (x - x')^2. */
  readonly mse: number;
  /** Signal-to-noise ratio in dB, as for the whole report. */
  readonly sqnr: number;
}

export interface ActivationReport {
  /** Smallest and largest number of both, so that the two pictures share one scale. 0 and 0 for no numbers. */
  readonly min: number;
  readonly max: number;
  /** Largest magnitude of x' - x: the scale of the difference picture. */
  readonly reach: number;
  /** Mean of (x - x')^2. NaN for no numbers. */
  readonly mse: number;
  /** `10 log10(sum x^2 / sum (x - x')^2)` in dB; Infinity without error. */
  readonly sqnr: number;
  /** Shares of zeros, in [0, 1]: numbers that a ReLU silenced. NaN for no numbers. */
  readonly zeros: { readonly float: number; readonly rounded: number };
  readonly channels: readonly ChannelReport[];
}

const decibels = (signal: number, noise: number) =>
  noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);

const zeroShare = (x: Float32Array) => x.reduce((zeros, v) => zeros + Number(v === 0), 0) / x.length;

/** Compares a layer's float output with its rounded output; both have the same length, `channels` interleaved. */
export function activationReport(float: Float32Array, rounded: Float32Array, channels: number): ActivationReport {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let reach = 0;
  const signal = new Float64Array(channels);
  const noise = new Float64Array(channels);
  for (let i = 0; i < float.length; i++) {
    const difference = rounded[i] - float[i];
    min = Math.min(min, float[i], rounded[i]);
    max = Math.max(max, float[i], rounded[i]);
    reach = Math.max(reach, Math.abs(difference));
    signal[i % channels] += float[i] * float[i];
    noise[i % channels] += difference * difference;
  }
  const sum = (of: Float64Array) => of.reduce((total, v) => total + v, 0);
  return {
    min: min > max ? 0 : min,
    max: min > max ? 0 : max,
    reach,
    mse: sum(noise) / float.length,
    sqnr: decibels(sum(signal), sum(noise)),
    zeros: { float: zeroShare(float), rounded: zeroShare(rounded) },
    channels: Array.from(noise, (error, c) => ({
      mse: (error * channels) / float.length,
      sqnr: decibels(signal[c], error),
    })),
  };
}
