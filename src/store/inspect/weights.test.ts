// Follows the weights: one request at a time, the latest first; prefetched widths are shown at once.
import { expect, test } from 'vitest';
import type { Params } from '../../engine/protocol/commands';
import { floatWeightReport } from '../../quant/weightReport';
import { setLayerBits } from '../policy/actions';
import { inspectLayer } from '../policy/selection';
import { desk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { eachFollowing } from './follower.testing';
import { followWeights, nextWidth, wishedInspection } from './weights';

const report = floatWeightReport(Float32Array.of(1, 2));
const following = eachFollowing(followWeights, loadedDesk, (question: Params<'inspectWeights'>, fingerprint) => ({
  ...question,
  fingerprint,
  report,
}));
const { asked, nextFrame } = following;
const questions = () => asked.map(({ question: { layer, bits } }) => [layer, bits]);
const shown = () => desk.getState().inspection;

test('requests the first layer, then prefetches its other widths, nearest first, each once', async () => {
  await nextFrame();
  for (let i = 0; i < 12; i++) {
    asked.at(-1)?.answer();
    await nextFrame();
  }
  expect(questions().map(([layer]) => layer)).toEqual(new Array(9).fill('stem'));
  expect(questions().map(([, bits]) => bits)).toEqual([8, 7, 6, 32, 5, 4, 3, 2, 1]);
  expect(shown()).toMatchObject({ layer: 'stem', bits: 8 });
});

test('a prefetched width is shown in the next frame', async () => {
  await nextFrame();
  for (let i = 0; i < 9; i++) {
    asked[i].answer();
    await nextFrame();
  }
  setLayerBits('stem', 'weights', 2);
  await nextFrame();
  expect(shown()).toMatchObject({ layer: 'stem', bits: 2 });
  expect(asked).toHaveLength(9);
});

test('of many changes during a request, only the last is requested next', async () => {
  await nextFrame();
  for (const bits of [6, 5, 4, 3] as const) setLayerBits('fc', 'weights', bits);
  await nextFrame();
  expect(asked).toHaveLength(1);
  asked[0].answer();
  await nextFrame();
  expect(questions()).toEqual([
    ['stem', 8],
    ['fc', 3],
  ]);
  asked[1].answer();
  await nextFrame();
  expect(shown()).toMatchObject({ layer: 'fc', bits: 3 });
});

test('an error is shown, and its width is not requested again', async () => {
  await nextFrame();
  asked[0].fail('QuantSpecError');
  await nextFrame();
  expect(desk.getState()).toMatchObject({ inspection: null, inspectionProblem: 'cannot' });
  inspectLayer('fc');
  asked[1].answer();
  await nextFrame();
  asked[2].answer();
  await nextFrame();
  expect(desk.getState()).toMatchObject({ inspection: { layer: 'fc' }, inspectionProblem: null });
  expect(questions().filter(([layer, bits]) => layer === 'stem' && bits === 8)).toHaveLength(1);
});

test('results for a previous network are not shown, and nothing is shown without a network', async () => {
  await nextFrame();
  asked[0].answer();
  await nextFrame();
  expect(shown()).not.toBeNull();
  desk.setState({ network: null });
  asked[1].answer();
  await nextFrame();
  expect(shown()).toBeNull();
  expect(wishedInspection(desk.getState())).toBeNull();
  await nextFrame();
  expect(asked).toHaveLength(2);
});

test('makes no requests after the last follower has left', async () => {
  await nextFrame();
  following.stop();
  asked[0].answer();
  setLayerBits('fc', 'weights', 2);
  await nextFrame();
  await nextFrame();
  expect(asked).toHaveLength(1);
  following.stop = followWeights(); // for afterEach
});

test('prefetches only widths that the quantizer supports', () => {
  const wish = {
    layer: 'fc',
    bits: 32,
    fingerprint: '1',
    scheme: { quantizer: 'ttq', granularity: 'tensor' },
  } as const;
  expect(nextWidth(wish, new Map())).toBe(32);
  expect(nextWidth(wish, new Map([[32, '']]))).toBe(2);
  expect(
    nextWidth(
      wish,
      new Map([
        [32, ''],
        [2, ''],
      ]),
    ),
  ).toBeUndefined();
});
