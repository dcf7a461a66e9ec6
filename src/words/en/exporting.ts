// The dialog that exports the network: what the files state, and a row for each format.
import { count, fixed, percent, sizeInWords } from '../numbers';
import { words } from '../words';

interface Interval {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

/** What a file holds otherwise than the config says; `decibels` is the smallest signal-to-noise ratio of weights. */
interface Loss {
  readonly of: 'weights' | 'activations';
  readonly layers: readonly string[];
  readonly decibels?: number;
}

const named = (layers: readonly string[]) => (layers.length > 3 ? `${count(layers.length)} layers` : layers.join(', '));

export const exporting = words('exporting', {
  title: 'Export',
  /** After the name of the network. */
  stated: (images: string, config: string, quantizer: string, bytes: number) =>
    ` on ${images}: ${config}, ${quantizer}. Model size ${sizeInWords(bytes)} (${count(bytes)} bytes).`,
  accuracy: ({ value, lower, upper, n }: Interval, whole: boolean) =>
    `Every file states these bits, the quantizer, its ranges and the measured accuracy: ${percent(value)} % (${percent(lower)} to ${percent(upper)}) of ${count(n)} test images${whole ? '' : ' so far; the files are updated when all are measured'}.`,
  unmeasured: 'This config is not measured yet, and the files say so. They are updated when it is.',
  writing: 'Writing…',
  bytes: (n: number) => `${count(n)} bytes`,
  statesNothing: 'States no accuracy yet; an update follows.',
  states: (n: number) => `States the accuracy on ${count(n)} images; an update follows.`,
  loss: ({ of, layers, decibels }: Loss) =>
    of === 'weights'
      ? `Weights of ${named(layers)}: rounded again to 8 bits per channel, because this format cannot hold them as they are${decibels === undefined ? '' : ` (signal-to-noise ratio at least ${fixed(decibels, 0)} dB)`}.`
      : `Activations read by ${named(layers)}: 8 bits in this file, over their measured range.`,
  loader: 'Python loader (load.py)',
  copy: 'Copy',
  copied: 'Copied.',
  ready: 'All files are ready.',
  notLoaded: 'The network is not loaded yet.',
});
