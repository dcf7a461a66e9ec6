// Training reports its outcome truthfully, keeps what it replaces, and resumes after its engine died: the whole engine
// in Node.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uniformPolicy } from '../graph/policy';
import { startTestEngine, type TestEngine, TRAINING } from './engine.testing';
import type { LoadedNetwork } from './protocol/opening';
import type { TrainProgress } from './protocol/training';

let engine: TestEngine;
let network: LoadedNetwork;
const SHORT = { ...TRAINING, batchSize: 16, imagesPerEpoch: 160 } as const;
/** Ten steps that ruin the weights but keep them finite. */
const RUINOUS = { ...SHORT, learningRate: 3 } as const;

async function startEngine(kept?: TestEngine['kept']): Promise<void> {
  engine = startTestEngine(kept);
  await engine.client.call('start', { backend: 'wasm' }).result;
  await engine.client.call('openDataset', { dataset: 'emoji10', seed: 1 }).result;
  network = await open();
}
const open = (weights?: string) =>
  engine.client.call('openNetwork', { network: 'tiny', ...(weights && { weights, choose: true }) }).result;
const aside = () => engine.client.call('weightsAside', {}).result;

beforeEach(() => startEngine());
afterEach(() => engine.close());

describe('the outcome', () => {
  it('of worse weights says so, and the old weights stay in use, now and at the next visit', async () => {
    const { comparison, former, trained, ...outcome } = await engine.client.call('train', RUINOUS).result;
    expect(comparison?.verdict).toBe('chance');
    expect(comparison?.before).toMatchObject({ n: 1000 });
    expect(comparison?.difference.upper).toBeLessThan(-0.7);
    expect(outcome.network).toMatchObject({ fingerprint: network.fingerprint, checkpoint: { origin: 'shipped' } });
    expect(former).toBe(network.fingerprint);
    expect(await aside()).toMatchObject([{ fingerprint: trained, trained: { accuracy: comparison?.after } }]);
    await startEngine(engine.kept);
    expect(network.fingerprint).toBe(former);
    // One click away, also now; and back.
    expect((await open(trained)).fingerprint).toBe(trained);
    expect(await aside()).toEqual([]);
    await startEngine(engine.kept);
    expect(network).toMatchObject({ fingerprint: trained, checkpoint: { origin: 'trained' } });
    expect((await open(former)).checkpoint.origin).toBe('shipped');
    expect(await aside()).toMatchObject([{ fingerprint: trained }]);
  });

  it('of training from random weights is in use if it learned something', async () => {
    const options = { ...TRAINING, learningRate: 0.05, fromScratch: true };
    const { comparison, trained, network: inUse } = await engine.client.call('train', options).result;
    expect(comparison?.verdict).toBe('worse');
    expect(inUse.fingerprint).toBe(trained);
    expect((await open('untrained')).fingerprint).toBe(network.fingerprint);
    expect((await open(trained)).fingerprint).toBe(trained);
  });

  it('compares under the rounding of the training', async () => {
    const policy = uniformPolicy(network.architecture, 2, 32);
    const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
    const { comparison, network: inUse } = await engine.client.call('train', { ...TRAINING, policy, scheme }).result;
    expect(comparison?.before.value).toBeLessThan(0.7);
    expect(comparison?.verdict).toBe('better');
    expect(inUse.checkpoint.origin).toBe('trained');
  });
});

it('weights trained in another tab meanwhile are set aside, with a note', async () => {
  const mine = engine;
  const better = { ...SHORT, learningRate: 1e-4 };
  await startEngine(mine.kept);
  const theirs = await engine.client.call('train', { ...better, seed: 2 }).result;
  engine.close();
  engine = mine;
  const ours = await engine.client.call('train', better).result;
  expect(theirs.elsewhere).toBeUndefined();
  expect(ours.elsewhere).toBe(true);
  expect(await aside()).toMatchObject([{ fingerprint: theirs.trained }]);
});

describe('a run', () => {
  /** Trains, and pauses at the first report; `whilePaused` runs once it has stopped. */
  async function trainWithPause(whilePaused: () => Promise<void>) {
    const said: TrainProgress[] = [];
    let paused = Promise.resolve();
    const call = engine.client.call('train', { ...SHORT, epochs: 3, run: 'r' }, (progress) => {
      said.push(progress);
      if (said.length === 1) void engine.client.call('pauseTraining', { paused: true });
      if (progress.state === 'paused')
        paused = whilePaused().then(() => void engine.client.call('pauseTraining', { paused: false }));
    });
    const outcome = await call.result;
    await paused;
    return { said, outcome };
  }
  const losses = (said: readonly TrainProgress[]) => new Map(said.map(({ step, loss }) => [step, loss]));

  it('that pauses makes no further step, and is stored', async () => {
    let stood = 0;
    const { said, outcome } = await trainWithPause(async () => {
      stood++;
      const at = engine.kept.size;
      for (let i = 0; i < 20; i++) await engine.client.call('weightsAside', {}).result;
      expect(engine.kept.size).toBe(at);
    });
    expect(stood).toBe(1);
    const at = said.findIndex(({ state }) => state === 'paused');
    expect(said[at]).toMatchObject({ kept: said[at].step });
    expect(said.slice(0, at).every(({ step }) => step <= said[at].step)).toBe(true);
    expect(said[at].step).toBeLessThan(outcome.steps);
    // Nothing remains of a finished run to resume from.
    expect([...engine.kept.keys()].filter((id) => id.startsWith('training-'))).toEqual([]);
  });

  it('whose engine died resumes in another one to the same losses and weights', async () => {
    const left: TestEngine['kept'] = new Map();
    const { said, outcome } = await trainWithPause(async () => {
      for (const [id, kept] of engine.kept) left.set(id, structuredClone(kept));
    });
    engine.close();
    await startEngine(left);
    const resumed: TrainProgress[] = [];
    const again = await engine.client.call('resumeTraining', { run: 'r' }, (progress) => resumed.push(progress)).result;
    expect(resumed[0].curve?.length).toBeGreaterThan(0);
    const whole = losses(said);
    const both = [...losses(resumed)].filter(([step]) => whole.has(step));
    expect(both.length).toBeGreaterThan(1);
    expect(both).toEqual(both.map(([step]) => [step, whole.get(step)]));
    expect(again).toEqual({ ...outcome, network: { ...outcome.network, ...facts(again.network) } });
    expect(again.trained).toBe(outcome.trained);
  });

  it('resumes only on its initial weights, and not after deletion', async () => {
    const left: TestEngine['kept'] = new Map();
    await trainWithPause(async () => {
      for (const [id, kept] of engine.kept) left.set(id, structuredClone(kept));
    });
    engine.close();
    await startEngine(left);
    const other = await engine.client.call('train', { ...SHORT, learningRate: 1e-4, seed: 3 }).result;
    await open(other.trained);
    const resume = () => engine.client.call('resumeTraining', { run: 'r' }).result;
    await expect(resume()).rejects.toMatchObject({ name: 'OtherWeightsError' });
    await open(other.former);
    await engine.client.call('forgetTraining', { run: 'r' }).result;
    await expect(resume()).rejects.toMatchObject({ name: 'TrainingGoneError' });
  });
});

/** The parts that may differ between two engines. */
const facts = ({ checkpoint }: LoadedNetwork) => ({ checkpoint });
