// Follows the activations: one request at a time, the latest next, and no results of previous networks.
import { expect, test } from 'vitest';
import type { Params } from '../../engine/protocol/commands';
import type { ActivationInspection } from '../../engine/protocol/inspecting';
import { activationReport } from '../../quant/activationReport';
import { setLayerBits } from '../policy/actions';
import { inspectLayer } from '../policy/selection';
import { type Desk, desk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { chooseImage, followActivations, wishedActivations } from './activations';
import { eachFollowing } from './follower.testing';

const withImages = (): Desk => ({
  ...loadedDesk(),
  dataset: { id: 'emoji10', label: '', classes: [], train: 9, validation: 9, test: 9, notes: [] },
});
const numbers = Float32Array.of(0, 1);
const answerOf = (
  { image: index, ...question }: Params<'inspectActivations'>,
  fingerprint: string,
): ActivationInspection => ({
  ...question,
  image: { index, width: 1, height: 1, pixels: new Uint8ClampedArray(4), label: 0 },
  fingerprint,
  shape: [1, 1, 2],
  folded: [],
  float: numbers,
  rounded: numbers,
  report: activationReport(numbers, numbers, 2),
});
const { asked, nextFrame } = eachFollowing(followActivations, withImages, answerOf);
const questions = () => asked.map(({ question: { layer, image, policy } }) => [layer, image, policy[layer].weights]);
const shown = () => desk.getState().activations;

test('of many changes during a request, only the last is requested next', async () => {
  await nextFrame();
  for (const bits of [6, 5, 4] as const) setLayerBits('fc', 'weights', bits);
  chooseImage(3);
  await nextFrame();
  expect(questions()).toEqual([['stem', 0, 8]]);
  asked[0].answer();
  await nextFrame();
  expect(questions()[1]).toEqual(['fc', 3, 4]);
  asked[1].answer();
  await nextFrame();
  expect(shown()).toMatchObject({ layer: 'fc', image: { index: 3 } });
  await nextFrame();
  expect(asked).toHaveLength(2);
});

test('an error is shown, and the request is not repeated until something changes', async () => {
  await nextFrame();
  asked[0].fail('QuantSpecError');
  await nextFrame();
  expect(desk.getState()).toMatchObject({ activations: null, activationsProblem: 'cannot' });
  expect(asked).toHaveLength(1);
  inspectLayer('fc');
  await nextFrame();
  asked[1].answer();
  await nextFrame();
  expect(desk.getState()).toMatchObject({ activations: { layer: 'fc' }, activationsProblem: null });
});

test('results for a previous network are not shown, and nothing is shown without a network', async () => {
  await nextFrame();
  asked[0].answer();
  await nextFrame();
  expect(shown()).not.toBeNull();
  chooseImage(2);
  await nextFrame();
  desk.setState({ network: null });
  asked[1].answer();
  await nextFrame();
  expect(shown()).toBeNull();
  expect(wishedActivations(desk.getState())).toBeNull();
});

test('the chosen image is clamped to the existing ones', () => {
  for (const [wished, got] of [
    [-4, 0],
    [99, 8],
    [Number.NaN, 8],
    [2, 2],
  ]) {
    chooseImage(wished);
    expect(desk.getState().image).toBe(got);
  }
  desk.setState({ image: 50 });
  expect(wishedActivations(desk.getState())?.image).toBe(8);
});
