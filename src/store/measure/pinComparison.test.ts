// The comparison of two pins against counting all images with their labels.
import { expect, test } from 'vitest';
import type { Flips } from '../../engine/protocol/measuring';
import { createRng } from '../../math/rng';
import { wilson } from '../../math/statistics';
import type { PinnedMeasurement } from '../state/pins';
import { comparePins } from './pinComparison';

const N = 500;
const rng = createRng(3);
const labels = Uint8Array.from({ length: N }, () => rng.integer(4));
/** Predictions that equal `like` but for a share of random ones. */
const near = (like: Uint8Array, share: number) => like.map((value) => (rng.uniform() < share ? rng.integer(4) : value));
const float = near(labels, 0.2);

function measured(predictions: Uint8Array): PinnedMeasurement {
  const index = Uint32Array.from([...predictions.keys()].filter((i) => predictions[i] !== float[i]));
  const of = (values: Uint8Array) => Uint8Array.from(index, (i) => values[i]);
  const margins = new Float32Array(index.length);
  const flips: Flips = {
    index,
    label: of(labels),
    float: of(float),
    now: of(predictions),
    floatMargin: margins,
    margin: margins,
  };
  const correct = predictions.filter((value, i) => value === labels[i]).length;
  return { context: '', accuracy: wilson(correct, N), predictions, flips };
}

test('every count equals the count over all images', () => {
  const [a, b] = [near(float, 0.1), near(float, 0.3)];
  const found = comparePins(measured(a), measured(b));
  const count = (is: (i: number) => boolean) => [...labels.keys()].filter(is).length;
  const right = (of: Uint8Array, i: number) => of[i] === labels[i];
  expect(found).toMatchObject({
    n: N,
    bothRight: count((i) => right(a, i) && right(b, i)),
    onlyFirst: count((i) => right(a, i) && !right(b, i)),
    onlySecond: count((i) => !right(a, i) && right(b, i)),
    bothWrong: count((i) => !right(a, i) && !right(b, i)),
  });
  expect(found.disagreements).toHaveLength(count((i) => a[i] !== b[i]));
  expect(found.disagreements.every(({ index, label, first }) => labels[index] === label && a[index] === first)).toBe(
    true,
  );
  expect(found.difference.difference).toBeCloseTo(measured(b).accuracy.value - measured(a).accuracy.value, 12);
});

test('a policy does not differ from itself', () => {
  const same = measured(near(float, 0.2));
  expect(comparePins(same, same)).toMatchObject({ onlyFirst: 0, onlySecond: 0, disagreements: [] });
});
