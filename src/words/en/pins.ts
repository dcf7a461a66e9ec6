// Pinned configs and their comparison.
import { count, fixed, percent, signed } from '../numbers';
import { words } from '../words';

export const pins = words('pins', {
  title: 'Pins',
  pin: 'Pin',
  pinned: (name: string) => `Pinned as ${name}`,
  isPinned: (name: string) => `Pinned as ${name}.`,
  /** In the menu of presets, with its key. */
  pinThis: 'Pin these bits',
  key: 'P',
  help: 'Pin the bit widths on the faders, change them, and compare.',
  /** What the bits on the faders changed of a pinned config. */
  differs: (steps: string) => `now ${steps}`,
  differsMuch: (layers: number) => `now ${count(layers)} layers differ`,
  load: (name: string) => `Load ${name}`,
  remove: (name: string) => `Remove ${name}`,
  /** The bit widths on the faders, as one of the two that are compared. */
  now: 'now',
  measured: (accuracy: number, size: string) => `${percent(accuracy)} %, ${size}`,
  notMeasured: (size: string) => `${size}, not measured yet: load it to measure it`,
  /** How the second of two compares with the first. */
  verdict: (points: number, lower: number, upper: number) =>
    lower > 0 || upper < 0
      ? `${fixed(Math.abs(points), 1)} points ${points > 0 ? 'above' : 'below'}`
      : 'accuracy within chance',
  interval: (lower: number, upper: number, n: number) =>
    `paired difference ${signed(lower, 1)} to ${signed(upper, 1)} points, n = ${count(n)} test images`,
  smaller: (size: string, difference: number) =>
    difference === 0 ? 'same size' : `${size} ${difference < 0 ? 'smaller' : 'larger'}`,
  against: (first: string, second: string, verdict: string, size: string) =>
    `${second === 'now' ? 'Now' : second} against ${first}: ${verdict}, ${size}`,
  differ: 'Where they differ',
  bothRight: 'both right',
  only: (name: string) => `only ${name} right`,
  bothWrong: 'both wrong',
  disagreements: (n: number) => (n === 1 ? '1 image is seen differently' : `${count(n)} images are seen differently`),
  truth: 'Class',
  float: 'float',
});
