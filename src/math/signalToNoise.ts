/** 10 log10 of the energy of `values` over that of their error in `rounded`, in decibels; infinite without an error. */
export function signalToNoise(values: ArrayLike<number>, rounded: ArrayLike<number>): number {
  let [signal, noise] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    signal += values[i] * values[i];
    noise += (values[i] - rounded[i]) ** 2;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
