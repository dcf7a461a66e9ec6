// Follows the flips in view: only under a finished measurement, a few images per request, nothing kept of other policies.
import { expect, test } from 'vitest';
import type { Attribution } from '../../core/attribution';
import type { Params } from '../../engine/protocol/commands';
import type { Measurement } from '../../engine/protocol/measuring';
import { setLayerBits } from '../policy/actions';
import { desk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { attributeImages, attributionOf, followAttribution } from './attribution';
import { eachFollowing } from './follower.testing';

const answerOf = ({ images, ...question }: Params<'attribute'>, fingerprint: string): Attribution => ({
  ...question,
  images,
  fingerprint,
  parts: [['stem'], ['fc']],
  lead: Float32Array.from(images, (i) => -i),
  restored: Float32Array.from(images.flatMap((i) => [i, 0])),
  flipsBack: Uint8Array.from(images.flatMap(() => [1, 0])),
});
const { asked, nextFrame } = eachFollowing(followAttribution, loadedDesk, answerOf);
const questions = () => asked.map(({ question: { images } }) => images.length);

/** The measurement of the policy on the faders. */
function measured(final: boolean): void {
  const { policy, scheme, network } = desk.getState();
  desk.setState({ current: { policy, scheme, final, fingerprint: network?.fingerprint } as Measurement });
}

test('asks once the policy is measured, 24 images per request, in the order of the view', async () => {
  attributeImages(Array.from({ length: 30 }, (_, i) => i + 1));
  measured(false);
  await nextFrame();
  expect(asked).toHaveLength(0);
  measured(true);
  await nextFrame();
  asked[0].answer();
  await nextFrame();
  expect(questions()).toEqual([24, 6]);
  expect(attributionOf(desk.getState(), 7)).toEqual({
    lead: -7,
    parts: [['stem'], ['fc']],
    restored: Float32Array.of(7, 0),
    flipsBack: Uint8Array.of(1, 0),
  });
  asked[1].answer();
  await nextFrame();
  await nextFrame();
  expect(asked).toHaveLength(2);
});

test('another policy has an attribution of its own', async () => {
  attributeImages([5]);
  measured(true);
  await nextFrame();
  asked[0].answer();
  await nextFrame();
  expect(attributionOf(desk.getState(), 5)).toBeDefined();
  setLayerBits('fc', 'weights', 2);
  await nextFrame();
  expect(attributionOf(desk.getState(), 5)).toBeUndefined();
  measured(true);
  await nextFrame();
  expect(asked).toHaveLength(2);
});

test('a failure is kept and not repeated for the same policy', async () => {
  attributeImages([5]);
  measured(true);
  await nextFrame();
  asked[0].fail('Error');
  await nextFrame();
  attributeImages([5, 6]);
  await nextFrame();
  expect(asked).toHaveLength(1);
  expect(desk.getState().attributionProblem?.message).toBe('cannot');
});
