// Following the activations: one question at a time, the latest wish next, nothing of networks that were left.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineClient } from '../engine/client';
import type { Params } from '../engine/protocol/commands';
import type { ActivationInspection } from '../engine/protocol/inspecting';
import { activationReport } from '../quant/activationReport';
import { setEngine } from './connection';
import { desk, initialDesk } from './desk';
import { chooseImage, followActivations, wishedActivations } from './inspectingActivations';
import { inspectLayer, setLayerBits } from './policyActions';

type Question = Params<'inspectActivations'>;
let asked: { question: Question; answer(): void; fail(name: string): void }[] = [];
let frames: (() => void)[] = [];
let stop = () => {};

const numbers = Float32Array.of(0, 1);
const settle = () => new Promise((resolve) => setTimeout(resolve));
async function nextFrame(): Promise<void> {
  await settle();
  for (const run of frames.splice(0)) run();
  await settle();
}
const questions = () => asked.map(({ question: { layer, image, policy } }) => [layer, image, policy[layer].weights]);
const shown = () => desk.getState().activations;

beforeEach(() => {
  asked = [];
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  const state = initialDesk();
  const network = {
    id: state.networkId,
    dataset: state.datasetId,
    architecture: state.architecture,
    version: 1,
    fingerprint: '1',
  };
  desk.setState(
    {
      ...state,
      network: { ...network, checkpoint: { origin: 'shipped', recipe: '' } },
      dataset: { id: 'emoji10', label: '', classes: [], train: 9, validation: 9, test: 9, notes: [] },
    },
    true,
  );
  const call = (_: string, question: Question) => ({
    cancel: () => {},
    result: new Promise<ActivationInspection>((resolve, reject) => {
      const { image: index, ...rest } = question;
      const version = desk.getState().network?.version ?? 0;
      asked.push({
        question,
        answer: () =>
          resolve({
            ...rest,
            image: { index, width: 1, height: 1, pixels: new Uint8ClampedArray(4), label: 0 },
            version,
            shape: [1, 1, 2],
            folded: [],
            float: numbers,
            rounded: numbers,
            report: activationReport(numbers, numbers, 2),
          }),
        fail: (name) => reject(Object.assign(new Error('cannot'), { name })),
      });
    }),
  });
  setEngine({ call } as unknown as EngineClient);
  stop = followActivations();
});
afterEach(async () => {
  // Nothing is under way any more, and what was answered is forgotten.
  desk.setState({ network: null });
  for (const { answer } of asked) answer();
  for (let i = 0; i < 3; i++) await nextFrame();
  stop();
  setEngine(null);
  vi.unstubAllGlobals();
});

test('of many changes while a question is under way, only the last is asked next', async () => {
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

test('a refusal is shown in words and not asked again, until there is another wish', async () => {
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

test('answers about a network that was left are not shown, and nothing stays without a network', async () => {
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

test('images that are not there are not chosen', () => {
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
