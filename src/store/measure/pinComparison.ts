// Two measured policies, image by image.
import { type PairedDifference, pairedDifference } from '../../math/statistics';
import type { PinnedMeasurement } from '../state/pins';

/** An image that two policies see differently; classes by number. */
export interface Disagreement {
  readonly index: number;
  readonly label: number;
  readonly float: number;
  readonly first: number;
  readonly second: number;
}

/** Two policies on the same images. */
export interface PinComparison {
  readonly n: number;
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
  /** Accuracy of the second minus that of the first. */
  readonly difference: PairedDifference;
  /** Where one of the two is right first, then the others; each part in the split's order. */
  readonly disagreements: readonly Disagreement[];
}

/** Label and float class of the images that one of two policies sees differently than the float network. */
function knownOf(measurements: readonly PinnedMeasurement[]): Map<number, { label: number; float: number }> {
  const known = new Map<number, { label: number; float: number }>();
  for (const { flips } of measurements)
    flips.index.forEach((index, i) => {
      known.set(index, { label: flips.label[i], float: flips.float[i] });
    });
  return known;
}

/** Compares two measurements of one context on the images that both have. */
export function comparePins(a: PinnedMeasurement, b: PinnedMeasurement): PinComparison {
  const n = Math.min(a.predictions.length, b.predictions.length);
  // Where two policies differ, one of them differs from float, so that its flips have the label.
  const known = knownOf([a, b]);
  const disagreements: Disagreement[] = [];
  let [onlyFirst, onlySecond] = [0, 0];
  for (let index = 0; index < n; index++) {
    const [first, second] = [a.predictions[index], b.predictions[index]];
    const image = known.get(index);
    if (first === second || image === undefined) continue;
    disagreements.push({ index, ...image, first, second });
    if (first === image.label) onlyFirst++;
    if (second === image.label) onlySecond++;
  }
  const bothRight = Math.floor(a.accuracy.value * a.accuracy.n + 0.5) - onlyFirst;
  const decided = ({ label, first, second }: Disagreement) => first === label || second === label;
  return {
    n,
    bothRight,
    onlyFirst,
    onlySecond,
    bothWrong: n - bothRight - onlyFirst - onlySecond,
    difference: pairedDifference(onlySecond, onlyFirst, n),
    disagreements: [...disagreements.filter(decided), ...disagreements.filter((each) => !decided(each))],
  };
}
