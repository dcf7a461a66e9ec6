// The card of "Improve rounding": what runs, and what it changed.
import { count, fixed, percent, signed } from '../numbers';
import { words } from '../words';
import { units } from './units';

interface Difference {
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
}

const points = (share: number) => signed(share * 100, 1);

export const rounding = words('rounding', {
  nothing: 'Every layer is in float or skipped: there is nothing to round. Give a layer 2 to 8 bits first.',
  notLoaded: 'The network is not loaded yet.',
  learn: 'Learn rounding (slower)',
  learnTip: 'Learns by gradient descent, block by block, which codes to round up (AdaRound)',
  cancel: 'Cancel',
  back: (learned: boolean) => (learned ? 'Undo the learned rounding' : 'Back to nearest rounding'),
  measuring: 'Measuring the accuracy as it is',
  looking: (images: number, synthesized: boolean) =>
    synthesized ? `Synthesizing ${count(images)} images` : `Reading ${count(images)} training images`,
  layers: (done: number, total: number) => `Codes chosen for ${count(done)} of ${count(total)} layers`,
  steps: (done: number, total: number) => `Learning: step ${count(done)} of at most ${count(total)}`,
  seconds: (seconds: number) => units.duration(seconds),
  change: (before: number, after: number) => `${percent(before)} → ${percent(after)} %`,
  /** e.g. "+46.3 points (44.1 to 48.5), n = 2,000 test images". */
  difference: ({ difference, lower, upper }: Difference, n: number) =>
    `${points(difference)} points (95 %: ${points(lower)} to ${points(upper)}), n = ${count(n)} test images`,
  chance: 'Within chance: rounding to the nearest level already loses little at these bits.',
  waiting: 'The accuracy after it is being measured.',
  of: (config: string) => `Config: ${config}.`,
  how: (images: number, seconds: number, synthesized: boolean, learned: boolean) =>
    `${learned ? 'Rounding learned' : 'Levels and codes chosen'} on ${count(images)} ${
      synthesized ? 'images synthesized from batch-norm statistics' : 'training images without labels'
    }, in ${fixed(seconds, 1)} s.`,
  already: (images: number, synthesized: boolean, learned: boolean) =>
    `Rounding is ${learned ? 'learned' : 'improved'}: on ${count(images)} ${
      synthesized ? 'images synthesized from batch-norm statistics' : 'training images without labels'
    }.`,
  preparing: (done: number, total: number) =>
    `In the background: codes for other bit widths, ${count(done)} of ${total > 0 ? count(total) : '…'}. Drags need no new choice then.`,
  announced: (difference: number, after: number, n: number) =>
    `Rounding improved: ${percent(after)} percent of ${count(n)} test images, ${points(difference)} points.`,
  unchanged: 'Rounding is as before.',
  failed: (why: string) => `Rounding could not be improved and is as before: ${why}`,
});
