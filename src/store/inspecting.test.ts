// Following the weights: one question a frame, one under way, the latest wish answered last.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineClient } from '../engine/client';
import type { Params, WeightInspection } from '../engine/protocol';
import { floatWeightReport } from '../quant/weightReport';
import { setEngine } from './connection';
import { desk, initialDesk } from './desk';
import { answers, followWeights, wishedInspection } from './inspecting';
import { inspectLayer, setLayerBits } from './policyActions';

type Question = Params<'inspectWeights'>;
let asked: { question: Question; answer(): void; fail(name: string): void }[] = [];
let frames: (() => void)[] = [];
let stop = () => {};

const report = floatWeightReport(Float32Array.of(1, 2));
const settle = () => new Promise((resolve) => setTimeout(resolve));
async function nextFrame(): Promise<void> {
  await settle();
  for (const run of frames.splice(0)) run();
  await settle();
}
const shown = () => desk.getState().inspection;

beforeEach(() => {
  asked = [];
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  const state = initialDesk();
  const network = { id: state.networkId, dataset: state.datasetId, architecture: state.architecture, version: 1 };
  desk.setState({ ...state, network: { ...network, checkpoint: { origin: 'shipped', recipe: '' } } }, true);
  const call = (_: string, question: Question) => ({
    cancel: () => {},
    result: new Promise<WeightInspection>((resolve, reject) => {
      const version = desk.getState().network?.version ?? 0;
      asked.push({
        question,
        answer: () => resolve({ ...question, version, report }),
        fail: (name) => reject(Object.assign(new Error('cannot'), { name })),
      });
    }),
  });
  setEngine({ call } as unknown as EngineClient);
  stop = followWeights();
});
afterEach(() => {
  stop();
  setEngine(null);
  vi.unstubAllGlobals();
});

test('the first layer is asked for, once', async () => {
  await nextFrame();
  expect(asked.map(({ question }) => [question.layer, question.bits])).toEqual([['stem', 8]]);
  asked[0].answer();
  await nextFrame();
  expect(shown()).toMatchObject({ layer: 'stem', bits: 8 });
  await nextFrame();
  expect(asked).toHaveLength(1);
});

test('of many changes while a question is under way, only the last is asked next', async () => {
  await nextFrame();
  for (const bits of [6, 5, 4, 3] as const) setLayerBits('fc', 'weights', bits);
  await nextFrame();
  expect(asked).toHaveLength(1);
  asked[0].answer();
  await nextFrame();
  expect(asked.map(({ question }) => [question.layer, question.bits])).toEqual([
    ['stem', 8],
    ['fc', 3],
  ]);
  asked[1].answer();
  await nextFrame();
  expect(shown()).toMatchObject({ layer: 'fc', bits: 3 });
});

test('a refusal is shown in words, and asked about once', async () => {
  await nextFrame();
  asked[0].fail('QuantSpecError');
  await nextFrame();
  expect(desk.getState()).toMatchObject({ inspection: null, inspectionProblem: 'cannot' });
  await nextFrame();
  expect(asked).toHaveLength(1);
  inspectLayer('fc');
  await nextFrame();
  asked[1].answer();
  await nextFrame();
  expect(desk.getState()).toMatchObject({ inspection: { layer: 'fc' }, inspectionProblem: null });
});

test('answers about a network that was left are not shown, and nothing stays without a network', async () => {
  await nextFrame();
  desk.setState({ network: null });
  asked[0].answer();
  await nextFrame();
  expect(shown()).toBeNull();
  expect(wishedInspection(desk.getState())).toBeNull();
});

test('after the last follower left, nothing is asked', async () => {
  await nextFrame();
  asked[0].answer();
  await nextFrame();
  stop();
  setLayerBits('fc', 'weights', 2);
  await nextFrame();
  expect(asked).toHaveLength(1);
  stop = followWeights(); // for afterEach
});

test('an answer belongs to layer, bits, scheme and weights', () => {
  const wish = wishedInspection(desk.getState());
  if (wish === null) throw new Error('there is a network');
  expect(answers(wish, wish)).toBe(true);
  const other = { quantizer: 'symmetric', granularity: 'tensor' } as const;
  for (const change of [{ layer: 'fc' }, { bits: 3 as const }, { version: 2 }, { scheme: other }])
    expect(answers(wish, { ...wish, ...change })).toBe(false);
});
