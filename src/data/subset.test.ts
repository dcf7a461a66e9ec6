import { expect, test } from 'vitest';
import { byteSet } from './byteSet';
import { shuffledDataset, splitSet, subset } from './subset';

const set = byteSet(
  Uint8Array.from({ length: 10 * 3 }, (_, i) => i),
  Uint8Array.from({ length: 10 }, (_, i) => i),
);
const labels = (part: typeof set) => Array.from({ length: part.length }, (_, i) => part.label(i));

test('a subset has the images and labels of its indices', () => {
  const part = subset(set, Uint32Array.of(7, 2));
  const bytes = new Uint8Array(4);
  part.read(1, bytes, 1);
  expect([part.length, part.label(0), [...bytes]]).toEqual([2, 7, [0, 6, 7, 8]]);
});

test('two parts share no image and cover all of them; equal seeds give equal parts', () => {
  const [a, b] = splitSet(set, 0.8, 1);
  expect([a.length, b.length]).toEqual([8, 2]);
  expect([...labels(a), ...labels(b)].sort((x, y) => x - y)).toEqual(labels(set));
  expect(labels(splitSet(set, 0.8, 1)[0])).toEqual(labels(a));
  expect(labels(splitSet(set, 0.8, 2)[0])).not.toEqual(labels(a));
  expect(splitSet(set, 0.999, 1)[1].length).toBe(1);
});

test('a shuffled data set keeps its splits, each in an order of the seed; test images keep theirs', () => {
  const dataset = { train: set, validation: set, test: set, fingerprint: 'f' } as never;
  const shuffled = shuffledDataset(dataset, 1);
  expect(labels(shuffled.train)).not.toEqual(labels(set));
  expect([...labels(shuffled.train)].sort((x, y) => x - y)).toEqual(labels(set));
  expect(labels(shuffled.validation)).not.toEqual(labels(shuffled.train));
  expect(labels(shuffled.test)).toEqual(labels(set));
  expect(labels(shuffledDataset(dataset, 1).train)).toEqual(labels(shuffled.train));
  expect(labels(shuffledDataset(dataset, 2).train)).not.toEqual(labels(shuffled.train));
  expect(shuffled.fingerprint).not.toBe(shuffledDataset(dataset, 2).fingerprint);
});
