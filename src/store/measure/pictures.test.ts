// Fetches only missing pictures, one request at a time, the latest next, and none for another network.
import { expect, test } from 'vitest';
import type { Params } from '../../engine/protocol/commands';
import { eachFollowing } from '../inspect/follower.testing';
import { desk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { wishPictures } from './pictures';

const withImages = () => ({
  ...loadedDesk(),
  dataset: { id: 'emoji10', label: '', classes: [], train: 9, validation: 9, test: 900, notes: [] } as const,
});
const { asked, nextFrame } = eachFollowing(
  () => () => {},
  withImages,
  ({ indices }: Params<'pictures'>) =>
    indices.map((index) => ({ index, width: 1, height: 1, pixels: new Uint8ClampedArray(4), label: 0 })),
);
const questions = () => asked.map(({ question }) => question.indices);
const cached = () => Object.keys(desk.getState().pictures).map(Number);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('after a request, only the missing pictures of the latest wish are requested', async () => {
  wishPictures([1, 2]);
  for (const wish of [[3], [4], [2, 5, 950]]) wishPictures(wish);
  expect(questions()).toEqual([[1, 2]]);
  asked[0].answer();
  await nextFrame();
  expect(questions()).toEqual([[1, 2], [5]]);
  asked[1].answer();
  await nextFrame();
  expect(cached()).toEqual([1, 2, 5]);
  wishPictures([1, 5]);
  expect(asked).toHaveLength(2);
});

test('drops pictures for a network no longer in use', async () => {
  wishPictures([1]);
  desk.setState(withImages());
  asked[0].answer();
  await nextFrame();
  expect(cached()).toEqual([]);
  expect(questions()).toEqual([[1], [1]]);
});

test('reports a failure once, and retries with the next wish', async () => {
  wishPictures([1]);
  asked[0].fail('Error');
  await nextFrame();
  expect(desk.getState().problems).toMatchObject([{ text: expect.stringContaining('could not be read: cannot') }]);
  expect(asked).toHaveLength(1);
  wishPictures([1, 2]);
  expect(questions()[1]).toEqual([1, 2]);
});

test('when there are too many pictures, keeps those in view', async () => {
  wishPictures(range(0, 590));
  asked[0].answer();
  await nextFrame();
  wishPictures(range(580, 600));
  asked[1].answer();
  await nextFrame();
  expect(cached()).toHaveLength(600);
  wishPictures([0, 700]);
  asked[2].answer();
  await nextFrame();
  expect(cached()).toEqual([0, 700]);
});
