// What further workers gain in training: steps per second of 2 engines against 1, in the same shards, alternately in one
// process; and the weights after some steps, which must be identical bit for bit.
// usage: npm run bench:workers -- [NETWORK] [ENGINES] [ROUNDS] [--json LINES.jsonl]     (resnet20, 2, 7)
// A round is three steps of 64 images by either side. The ratio is the median of the rounds.
import { parseArgs } from 'node:util';
import { plainPlan } from '../src/data/batch';
import { createRng } from '../src/math/rng';
import { Trainable } from '../src/nn/trainable';
import { spawnMember } from '../src/node/members';
import { openBackend, openDataset } from '../src/node/surroundings';
import { Pool } from '../src/pool/pool';
import { stepsOn } from '../src/pool/training';
import { openGoal } from '../src/train/goals';
import { Replica } from '../src/train/replica';
import { geometryOf } from '../src/train/replicaPlan';
import { ownSteps, type StepsFor, stateFingerprint } from '../src/train/sharedSteps';
import { initialize } from '../src/zoo/definition';
import { type NetworkId, networks } from '../src/zoo/registry';
import { median, Report, ratioOf } from './bench/lines';

const BATCH = 64;
const STEPS = 3;
const SGD = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4 };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const [networkId = 'resnet20', engines = '2', count = '7'] = positionals as [NetworkId?, string?, string?];
const [size, rounds] = [Number(engines), Number(count)];
const report = new Report(values.json);

const dataset = await openDataset('emoji10', undefined, 1);
const network = initialize(networks[networkId].build([32, 32, 3], 10), createRng(1));
await openBackend('wasm');
const pool = new Pool(spawnMember);
pool.set({ backend: 'wasm', size });
pool.fill();
// Threads do not keep Node running.
const awake = setInterval(() => {}, 1000);
await new Promise<void>((resolve) => {
  pool.watch(() => {
    if (pool.ready.length === size - 1) resolve();
  });
});

const goal = { labelSmoothing: 0.05 };
const target = openGoal(goal, 10);
const plan = { trained: { network, quantAware: undefined }, goal, geometry: geometryOf(dataset) };

/** A side of the comparison: a model with its steps. */
function sideOf(stepsFor: StepsFor, shards: number) {
  const model = new Trainable(network);
  const steps = stepsFor(new Replica(model, target.of, dataset.train, dataset), plan, dataset.train, shards);
  let batch = 0;
  /** Milliseconds of the next steps. */
  const run = async () => {
    const start = performance.now();
    for (let step = 0; step < STEPS; step++) {
      const from = (batch++ * BATCH) % (dataset.train.length - BATCH);
      const indices = Uint32Array.from({ length: BATCH }, (_, i) => from + i);
      const { losses, hits } = await steps.step(plainPlan(indices), undefined, SGD);
      await losses[0].data();
      for (const scalar of [...losses, hits]) scalar.dispose();
    }
    return performance.now() - start;
  };
  const dispose = () => {
    steps.dispose();
    model.dispose();
  };
  return { run, dispose, state: async () => stateFingerprint(await model.state()) };
}

const SHARDS = [2, 4, 8].filter((shards) => shards >= size && (shards <= 4 || shards === size));
for (const shards of SHARDS) {
  const [alone, shared] = [sideOf(ownSteps, shards), sideOf(stepsOn(pool), shards)];
  // The first round warms up.
  await alone.run();
  await shared.run();
  const equal = (await alone.state()) === (await shared.state());
  if (!equal) throw new Error(`In ${shards} shards, ${size} engines do not train the weights that one trains.`);
  const speeds: [alone: number[], shared: number[]] = [[], []];
  for (let round = 0; round < rounds; round++)
    for (const side of round % 2 === 0 ? [0, 1] : [1, 0])
      speeds[side].push(((STEPS * BATCH) / (await [alone, shared][side].run())) * 1000);
  report.add({
    ...{ id: `train-workers-${networkId}-${size}-shards-${shards}`, backend: 'wasm', unit: 'images/s', equal },
    ...{ ours: median(speeds[1]), baseline: median(speeds[0]), ...ratioOf(speeds[1], speeds[0]) },
  });
  alone.dispose();
  shared.dispose();
}
// What shards themselves cost, on one engine.
const sides = [1, ...SHARDS].map((shards) => sideOf(ownSteps, shards));
const speeds: number[][] = sides.map(() => []);
for (const side of sides) await side.run();
for (let round = 0; round < rounds; round++)
  for (const [i, side] of sides.entries()) speeds[i].push(((STEPS * BATCH) / (await side.run())) * 1000);
for (const [i, shards] of SHARDS.entries())
  report.add({
    ...{ id: `train-shards-${networkId}-${shards}`, backend: 'wasm', unit: 'images/s', equal: null },
    ...{ ours: median(speeds[i + 1]), baseline: median(speeds[0]), ...ratioOf(speeds[i + 1], speeds[0]) },
  });
for (const side of sides) side.dispose();
target.dispose();
pool.dispose();
clearInterval(awake);
