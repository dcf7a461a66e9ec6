// The wide view "Speed": what this machine computes per second.
import { count, significant } from '../numbers';
import { words } from '../words';

export const speed = words('speed', {
  title: 'Speed',
  open: 'Measure the speed of this machine',
  close: 'Close',
  about:
    'Measures how many images per second this browser evaluates and trains, at 32x32 pixels, in float, with random weights. It takes up to half a minute. Other tabs and a nearly empty battery slow it down.',
  start: 'Measure',
  again: 'Measure again',
  stop: 'Stop',
  caption: 'Images per second',
  network: 'Network',
  evaluation: 'Evaluation',
  training: 'Training',
  rate: (imagesPerSecond: number) => (imagesPerSecond < 100 ? significant(imagesPerSecond, 2) : count(imagesPerSecond)),
  batch: (images: number) => `batches of ${count(images)}`,
  waits: 'not measured',
  running: (done: number, of: number) => `Measuring ${count(done + 1)} of ${count(of)}…`,
  done: (done: number, of: number) =>
    done < of ? `Measured ${count(done)} of ${count(of)}.` : 'Everything is measured.',
  row: 'Row for the table of devices',
  copy: 'Copy',
  copied: 'Copied.',
  rowHint: 'For docs/performance.md, or an issue on GitHub.',
  failed: (why: string) => `The measurement failed: ${why}`,
});
