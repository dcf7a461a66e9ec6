// A search whose tasks other computers measure: honest ones, one that lies, and one that dies.
import { afterEach, expect, test } from 'vitest';
import type { EngineClient } from './client';
import { startTestEngine, type TestEngine } from './engine.testing';
import { mayDiffer } from './pageCrew';
import type { Params } from './protocol/commands';
import type { CrewAnswer, CrewProgress, RunPoint, SearchOutcome, SearchSettings } from './protocol/searching';

const SETTING: SearchSettings = {
  method: 'random',
  options: {},
  scheme: { quantizer: 'symmetric', granularity: 'channel' },
  allowed: { weights: [1, 2, 3, 4, 6, 8], activations: [8], locks: {} },
  limits: [],
  budget: { evaluations: 40 },
  seeds: [],
  images: 96,
  steps: 0,
  batchSize: 16,
  learningRate: 0.02,
  seed: 3,
};

const engines: TestEngine[] = [];
async function open(): Promise<EngineClient> {
  const engine = startTestEngine();
  engines.push(engine);
  const { client } = engine;
  await client.call('start', { backend: 'wasm' }).result;
  await client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  await client.call('openNetwork', { network: 'tiny' }).result;
  return client;
}
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close();
});

/** What a computer answers to a task, given what it really measured; null if nothing comes. */
type Member = (real: Omit<CrewAnswer, 'who'>) => Omit<CrewAnswer, 'who'> | null;
const honest: Member = (real) => real;

/** Runs a search with members, each of which takes one task at a time in turn, by the id of the task. */
async function run(setting: SearchSettings, members: Readonly<Record<string, Member>> = {}) {
  const client = await open();
  const other = await open();
  const names = Object.keys(members);
  let points: RunPoint[] = [];
  const differing: string[] = [];
  const asked: Record<string, number> = {};
  const attend = async (progress: CrewProgress) => {
    if (progress.kind === 'differs') differing.push(progress.who);
    if (progress.kind !== 'ask') return;
    const left = names.filter((name) => !differing.includes(name));
    const who = left[progress.id % left.length];
    asked[who] = (asked[who] ?? 0) + 1;
    const real = await other.call('measureTask', { task: progress.task }).result;
    const answer = members[who](real);
    await client.call('crewAnswer', { id: progress.id, answer: answer && { who, ...answer } }).result;
  };
  await client.call('crewPlaces', { places: names.length }).result;
  const params: Params<'search'> = { run: 'r', setting, testImages: 64, resume: false, crew: names.length > 0 };
  const outcome: SearchOutcome = await client.call('search', params, (progress) => {
    if (progress.kind === 'kept') points = [...progress.points];
    if (progress.kind === 'report' && progress.report.point) points.push(progress.report.point);
    if (progress.kind === 'ask' || progress.kind === 'unask' || progress.kind === 'differs') void attend(progress);
  }).result;
  return { points, outcome, differing, asked };
}

const withoutClock = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, part) => (key === 'seconds' || key === 'training' ? undefined : part)));

test('honest computers and one that dies: the points, charges and result of a search alone', async () => {
  const alone = await run(SETTING);
  const crew = await run(SETTING, { ada: honest, bo: honest, dying: () => null });
  expect(withoutClock(crew.points)).toEqual(withoutClock(alone.points));
  expect(withoutClock(crew.outcome)).toEqual(withoutClock(alone.outcome));
  expect(crew.differing).toEqual([]);
  expect(crew.asked.ada).toBeGreaterThan(0);
  expect(crew.asked.dying).toBeGreaterThan(0);
});

test('one that lies from its third answer on is found out by a sample, and all it measured is measured again', async () => {
  const alone = await run(SETTING);
  let answers = 0;
  const lying: Member = ({ right, loss }) => ({ right: ++answers > 2 ? 96 - (right >> 1) : right, loss });
  const crew = await run(SETTING, { ada: honest, lying });
  expect(crew.differing).toEqual(['lying']);
  expect(answers).toBeGreaterThan(3);
  expect(withoutClock(crew.points)).toEqual(withoutClock(alone.points));
  expect(withoutClock(crew.outcome)).toEqual(withoutClock(alone.outcome));
});

test('a choice that was never sampled is measured again before it is named', async () => {
  const setting = { ...SETTING, budget: { evaluations: 8 } };
  const alone = await run(setting);
  let answers = 0;
  // Honest at first, as each computer's first answer is measured again; then one answer too good.
  const praising: Member = ({ right, loss }) => ({ right: ++answers === 2 ? 96 : right, loss });
  const crew = await run(setting, { praising });
  expect(crew.differing).toEqual(['praising']);
  expect(withoutClock(crew.points)).toEqual(withoutClock(alone.points));
  expect(crew.outcome.chosen).toEqual(alone.outcome.chosen);
});

test('impossible answers and tasks are refused', async () => {
  const alone = await run({ ...SETTING, budget: { evaluations: 6 } });
  const crew = await run(
    { ...SETTING, budget: { evaluations: 6 } },
    { odd: ({ loss }) => ({ right: 97, loss }), broken: ({ right }) => ({ right, loss: Number.NaN }) },
  );
  expect(withoutClock(crew.points)).toEqual(withoutClock(alone.points));
  const client = await open();
  const { images, steps, batchSize, learningRate, seed, scheme } = SETTING;
  const task = { policy: alone.points[0].policy, images, steps, batchSize, learningRate, seed, scheme };
  const measure = (changes: object) => client.call('measureTask', { task: { ...task, ...changes } }).result;
  expect((await measure({})).right).toBe(Math.round(alone.points[0].accuracy.value * 96));
  await expect(measure({ images: 1e9 })).rejects.toThrow(/images 1000000000; whole numbers from 1 to/);
  await expect(measure({ steps: 1e6 })).rejects.toThrow(/steps/);
  await expect(measure({ learningRate: Number.NaN })).rejects.toThrow(/learning rate/);
  await expect(measure({ policy: { a: 1 } })).rejects.toThrow(/no entry for layer/);
});

test('the tolerance: 1 % of the images as rounded, 5 % after fine-tuning', () => {
  expect([24, 256, 5000].map((images) => mayDiffer({ steps: 0 }, images))).toEqual([2, 3, 50]);
  expect([24, 256, 5000].map((images) => mayDiffer({ steps: 5 }, images))).toEqual([4, 13, 250]);
});
