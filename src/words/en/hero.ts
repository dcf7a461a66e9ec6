// The result: accuracy with its source and what it is compared with, model size, and what helps where accuracy is low.
import { count, fixed, percent, signed } from '../numbers';
import { words } from '../words';

/** What weights are compared with: see `Against` and `isFloatNetwork` in the store. */
const reference = (kind: 'float' | 'unrounded', isFloat: boolean) => {
  if (kind === 'unrounded') return 'the same weights unquantized';
  return isFloat ? 'float' : 'float before training';
};

export const hero = words('hero', {
  accuracy: (source: string) => `Accuracy, ${source}`,
  modelSize: 'Model size',
  measured: (n: number) => `n = ${count(n)} test images`,
  precomputed: (n: number) => `precomputed (${count(n)} test images)`,
  estimated: 'estimated',
  measuring: 'measuring…',
  unmeasured: 'not measured yet',
  noImages: 'no images yet',
  noWeights: 'no weights yet',
  /** Heard with the number. */
  measuredAloud: (n: number) => `measured, n = ${count(n)} test images`,
  bytes: (n: number) => `${count(n)} bytes`,
  compression: (times: number, averageBits: number) =>
    `${fixed(times, 1)}× smaller than float · ${fixed(averageBits, 2)} bits per weight`,
  /** A paired difference in [-1, 1] with its 95 % interval, and how many images it is of. */
  difference: (
    kind: 'float' | 'unrounded',
    isFloat: boolean,
    { difference, lower, upper, n }: { difference: number; lower: number; upper: number; n: number },
  ): string => {
    const name = reference(kind, isFloat);
    const points = percent(Math.abs(difference));
    const side = difference < 0 ? 'below' : 'above';
    // Without a flip the interval is a point, which few images do not prove.
    if (lower === 0 && upper === 0) return `Same as ${name}: none of ${count(n)} images lost or gained`;
    if (fixed(difference * 100, 1) === '0.0' && lower <= 0 && upper >= 0)
      return `Same as ${name} (±${percent(upper - difference)} points, n = ${count(n)})`;
    if (lower <= 0 && upper >= 0)
      return `${points} points ${side} ${name}, not significant (${signed(lower * 100, 1)} to ${signed(upper * 100, 1)})`;
    const [near, far] = difference < 0 ? [upper, lower] : [lower, upper];
    return `${points} points ${side} ${name} (${percent(Math.abs(near))} to ${percent(Math.abs(far))})`;
  },
  typicalError: (error: number) =>
    Number.isNaN(error) ? 'typical error not known yet' : `two of three estimates are within ${percent(error)} points`,
  untrained: 'No pretrained weights for this data set: accuracy is at chance until you train.',
  goToTraining: 'Go to training',
  needsTraining: (quantizer: string) =>
    `${quantizer} needs quantization-aware training; expect low accuracy until you train.`,
  trainQuantized: 'Set up quantization-aware training',
});
