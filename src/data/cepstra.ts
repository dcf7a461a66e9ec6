// Sound to an image that a keyword spotter reads: 49 spectra of a second, 10 mel-frequency cepstral coefficients of each, as
// MLPerf Tiny's keyword spotting computes them (arXiv 2106.07597): windows of 30 ms every 20 ms at 16 kHz, magnitudes of 40 mel
// bands from 20 to 4,000 Hz, logarithm, cosine transform.

/** Samples per second. */
export const RATE = 16_000;
const WINDOW = 480;
const HOP = 320;
const SIZE = 512;
const BANDS = 40;
const LOWEST = 20;
const HIGHEST = 4_000;
/** Added to each band before the logarithm. */
const FLOOR = 1e-6;

/** Spectra of a second of sound, the rows of its image. */
export const FRAMES = 1 + Math.floor((RATE - WINDOW) / HOP);
/** Coefficients of each, the columns. */
export const COEFFICIENTS = 10;

const hann = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
const cosines = Float64Array.from({ length: SIZE / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / SIZE));
const sines = Float64Array.from({ length: SIZE / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / SIZE));
const reversed = Uint16Array.from({ length: SIZE }, (_, i) => {
  let bits = 0;
  for (let b = 1; b < SIZE; b *= 2) bits = 2 * bits + (i & b ? 1 : 0);
  return bits;
});

/** Fourier transform of `SIZE` complex numbers in place (Cooley and Tukey, decimation in time). */
function transform(re: Float64Array, im: Float64Array): void {
  for (let i = 0; i < SIZE; i++) {
    const j = reversed[i];
    if (j <= i) continue;
    [re[i], re[j], im[i], im[j]] = [re[j], re[i], im[j], im[i]];
  }
  for (let half = 1; half < SIZE; half *= 2) {
    const stride = SIZE / (2 * half);
    for (let start = 0; start < SIZE; start += 2 * half)
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const c = cosines[k * stride];
        const s = sines[k * stride];
        const x = re[b] * c - im[b] * s;
        const y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
  }
}

const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
const hertz = (mels: number) => 700 * (10 ** (mels / 2595) - 1);

interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Triangles over frequencies, evenly spaced in mel; each begins and ends at the centers of its neighbors. */
const bands: readonly Band[] = Array.from({ length: BANDS }, (_, band) => {
  const spacing = (mel(HIGHEST) - mel(LOWEST)) / (BANDS + 1);
  const [from, center, to] = [0, 1, 2].map((k) => hertz(mel(LOWEST) + (band + k) * spacing));
  const weights: number[] = [];
  const first = Math.ceil((from * SIZE) / RATE);
  for (let bin = first; (bin * RATE) / SIZE < to; bin++) {
    const at = (bin * RATE) / SIZE;
    weights.push(Math.min((at - from) / (center - from), (to - at) / (to - center)));
  }
  return { first, weights: Float64Array.from(weights) };
});

/** `[COEFFICIENTS, BANDS]`: rows of the orthonormal cosine transform (DCT-II). */
const basis = Float64Array.from({ length: COEFFICIENTS * BANDS }, (_, i) => {
  const [row, band] = [Math.floor(i / BANDS), i % BANDS];
  return Math.sqrt((row === 0 ? 1 : 2) / BANDS) * Math.cos((Math.PI * row * (2 * band + 1)) / (2 * BANDS));
});

/**
 * The mel-frequency cepstral coefficients of a second of sound.
 *
 * @param sound `RATE` samples, -1 ... 1
 * @returns `[FRAMES, COEFFICIENTS]`; NaN in the spectra that a NaN of the sound reaches, and in the one computed with it
 */
export function cepstra(sound: Float64Array): Float64Array {
  const result = new Float64Array(FRAMES * COEFFICIENTS);
  const [re, im] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  const logarithms = new Float64Array(BANDS);
  const put = (frame: number, magnitude: (bin: number) => number) => {
    for (const [band, { first, weights }] of bands.entries()) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * magnitude(first + i);
      logarithms[band] = Math.log(sum + FLOOR);
    }
    for (let row = 0; row < COEFFICIENTS; row++) {
      let sum = 0;
      for (let band = 0; band < BANDS; band++) sum += basis[row * BANDS + band] * logarithms[band];
      result[frame * COEFFICIENTS + row] = sum;
    }
  };
  // Two spectra of real sounds by one complex transform: the second in the imaginary part.
  for (let frame = 0; frame < FRAMES; frame += 2) {
    const next = frame + 1 < FRAMES;
    re.fill(0);
    im.fill(0);
    for (let i = 0; i < WINDOW; i++) {
      re[i] = hann[i] * sound[frame * HOP + i];
      if (next) im[i] = hann[i] * sound[(frame + 1) * HOP + i];
    }
    transform(re, im);
    const half = (bin: number, sign: number) => {
      const mirror = (SIZE - bin) % SIZE;
      const x = re[bin] + sign * re[mirror];
      const y = im[bin] - sign * im[mirror];
      return Math.sqrt(x * x + y * y) / 2;
    };
    put(frame, (bin) => half(bin, 1));
    if (next) put(frame + 1, (bin) => half(bin, -1));
  }
  return result;
}
