import { expect, test } from 'vitest';
import type { RunPoint } from '../../engine/protocol/searching';
import { type BitWidth, uniformPolicy } from '../../graph/policy';
import { wilson } from '../../math/statistics';
import { networks } from '../../zoo/registry';
import { readRun, writeRun } from '../search/storage';
import { INITIAL_SEARCH_FORM } from './searchForm';
import { bestOf, type SearchRun, testedOf } from './searchRun';

const architecture = networks.resnet20.build([32, 32, 3], 10);
const policyOf = (bits: BitWidth) => uniformPolicy(architecture, bits, 8);
const point = (bits: BitWidth, right: number, changes: Partial<RunPoint> = {}): RunPoint => ({
  policy: policyOf(bits),
  steps: 0,
  role: 'candidate',
  accuracy: wilson(right, 256),
  loss: 1 - right / 300,
  spent: { forward: 256, backward: 0, evaluations: 1, seconds: 0.25 },
  ...changes,
});

const run: SearchRun = {
  id: 'a1',
  name: 'Uniform · 64 KB · seed 3',
  label: 'Uniform',
  network: 'resnet20',
  dataset: 'emoji10',
  fingerprint: '0123abcd',
  backend: 'wasm',
  setting: {
    method: 'uniform',
    options: { rank: 2 },
    scheme: { quantizer: 'symmetric', granularity: 'channel' },
    allowed: { weights: [2, 4, 8], activations: 'asWeights', locks: { stem: { weights: 8, activations: 32 } } },
    limits: [{ measure: 'memory', most: 65_536 }],
    budget: { evaluations: 200 },
    seeds: [policyOf(4)],
    images: 256,
    steps: 0,
    batchSize: 32,
    learningRate: 0.02,
    seed: 3,
  },
  form: { ...INITIAL_SEARCH_FORM, method: 'uniform', seed: 3, locked: ['stem'] },
  state: 'done',
  why: '',
  begun: true,
  phase: '',
  used: 0.5,
  spent: { forward: 512, backward: 0, evaluations: 2, seconds: 1.5, training: 0.5 },
  points: [point(8, 230), point(2, 100, { steps: 'shared', role: 'control' })],
  inside: { kind: 'table', label: 'loss (nats)', layers: [{ id: 'stem', bits: [2, 4], values: [0.5, 0.1] }] },
  chosen: {
    policy: policyOf(8),
    because: 'It measured best.',
    believed: { policy: policyOf(4), because: 'By its program.' },
  },
  front: [
    { policy: policyOf(8), steps: 0, searched: wilson(230, 256), tested: wilson(1780, 2000) },
    { policy: policyOf(6), steps: 0, tested: wilson(1700, 2000) },
  ],
  scoring: 'no',
  discarded: false,
};

test('a run is read back as it was written', () => {
  expect(readRun(writeRun(run))).toEqual(run);
  const fresh: SearchRun = { ...run, points: [], front: [], chosen: null, inside: null, state: 'paused', why: 'x' };
  expect(readRun(writeRun(fresh))).toEqual(fresh);
});

test('200 points of 20 layers take less than 40 KB', () => {
  const points = Array.from({ length: 200 }, (_, i) => point(2, i));
  expect(writeRun({ ...run, points }).length).toBeLessThan(40_000);
});

test.each(['running', 'pausing', 'queued'] as const)(
  'a run that was %s when the page closed comes back paused',
  (state) => {
    expect(readRun(writeRun({ ...run, state }))).toMatchObject({ state: 'paused', why: 'the page was closed' });
  },
);

test('scoring a front that was interrupted by closing the page is requested again', () => {
  const stopped = { ...run, state: 'stopped', front: [] } as const;
  expect(readRun(writeRun({ ...stopped, scoring: 'running' }))).toEqual(stopped);
});

test('a damaged run is refused', () => {
  const text = writeRun(run);
  for (const bad of ['', '{}', text.slice(0, -30), text.replace('"version":1', '"version":9')])
    expect(readRun(bad)).toBeUndefined();
});

test('an inside from an earlier version that lacks data now drawn is dropped', () => {
  const stored = (inside: object) => readRun(writeRun({ ...run, inside: inside as SearchRun['inside'] }))?.inside;
  const whole = { kind: 'population', size: 4, origins: 'rr' };
  expect(stored(whole)).toEqual(whole);
  expect(stored({ kind: 'population', generation: 1, members: [] })).toBeNull();
  expect(stored({ kind: 'posterior', tasks: [], candidates: [], correlation: [] })).toBeNull();
});

test('the best is the usable point with the most correct answers, or of equals the one with the smallest loss', () => {
  const tie = point(4, 230, { loss: 0.01 });
  const control = point(1, 256, { role: 'control' });
  const shared = point(5, 255, { steps: 'shared' });
  expect(bestOf([point(8, 230), tie, control, shared, point(3, 10)])).toBe(tie);
  expect(bestOf([])).toBeUndefined();
  expect(testedOf(run, policyOf(8))?.n).toBe(2000);
  expect(testedOf(run, policyOf(4))).toBeUndefined();
});
