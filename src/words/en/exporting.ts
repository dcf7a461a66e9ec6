// The dialog that exports the network: what the files state, and a row for each format.
import { count, percent, sizeInWords } from '../numbers';
import { words } from '../words';

interface Interval {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

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
  loader: 'Python loader (load.py)',
  copy: 'Copy',
  copied: 'Copied.',
  ready: 'All files are ready.',
  notLoaded: 'The network is not loaded yet.',
});
