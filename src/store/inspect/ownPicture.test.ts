// Follows a picture of the person's own: one request at a time, the latest bit widths next, a failure not repeated.
import { expect, test } from 'vitest';
import type { Params } from '../../engine/protocol/commands';
import type { Classification } from '../../engine/protocol/inspecting';
import { setLayerBits } from '../policy/actions';
import { desk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { eachFollowing } from './follower.testing';
import { followOwnPicture, isClassified, showOwnPicture } from './ownPicture';

const answerOf = ({ policy, scheme }: Params<'classify'>, fingerprint: string): Classification => ({
  policy,
  scheme,
  fingerprint,
  float: Float32Array.of(1, 0),
  rounded: Float32Array.of(0, 1),
});
const { asked, nextFrame } = eachFollowing(followOwnPicture, loadedDesk, answerOf);
const picture = new Uint8ClampedArray(4);
const bits = () => asked.map(({ question: { policy } }) => policy.fc.weights);

test('nothing is asked without a picture; of many changes, the last is asked next', async () => {
  await nextFrame();
  expect(asked).toHaveLength(0);
  showOwnPicture(picture);
  await nextFrame();
  for (const width of [6, 5, 4] as const) setLayerBits('fc', 'weights', width);
  await nextFrame();
  asked[0].answer();
  await nextFrame();
  expect(bits()).toEqual([8, 4]);
  // The answer for other bits is shown meanwhile, and known to be of others.
  expect([desk.getState().classified === null, isClassified(desk.getState())]).toEqual([false, false]);
  asked[1].answer();
  await nextFrame();
  expect(isClassified(desk.getState())).toBe(true);
  await nextFrame();
  expect(asked).toHaveLength(2);
});

test('the answer for a picture that was put away is dropped', async () => {
  showOwnPicture(picture);
  await nextFrame();
  showOwnPicture(null);
  asked[0].answer();
  await nextFrame();
  expect(desk.getState().classified).toBeNull();
});

test('a failure is shown, and not repeated until something changes', async () => {
  showOwnPicture(picture);
  await nextFrame();
  asked[0].fail('RangeError');
  await nextFrame();
  await nextFrame();
  expect(asked).toHaveLength(1);
  expect(desk.getState().ownPictureProblem?.message).toBe('cannot');
  setLayerBits('fc', 'weights', 3);
  await nextFrame();
  expect(asked).toHaveLength(2);
});
