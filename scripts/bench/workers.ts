// What further workers gain in an evaluation, and what a pool of one costs: alternately in one process, the results
// compared first.
import { byteSet } from '../../src/data/byteSet';
import type { Dataset } from '../../src/data/dataset';
import { isLayer } from '../../src/graph/network';
import { FLOAT, uniformPolicy } from '../../src/graph/policy';
import { createRng } from '../../src/math/rng';
import { Inference } from '../../src/nn/inference';
import { spawnMember } from '../../src/node/members';
import { evaluateOn } from '../../src/pool/evaluating';
import { Pool } from '../../src/pool/pool';
import { type Evaluate, type Evaluation, evaluate, finish } from '../../src/train/evaluate';
import { initialize } from '../../src/zoo/definition';
import { networks } from '../../src/zoo/registry';
import { median, type Report, ratioOf } from './lines';

const IMAGES = 2000;
const ROUNDS = 7;
const BATCH = 64;

/** Noise with labels, in the size of CIFAR-10. */
function noise(): Dataset {
  const rng = createRng(4);
  const pixels = Uint8Array.from({ length: IMAGES * 32 * 32 * 3 }, () => rng.integer(256));
  const set = byteSet(
    pixels,
    Uint8Array.from({ length: IMAGES }, (_, i) => i % 10),
  );
  return {
    ...{ label: 'noise', fingerprint: 'noise', classes: Array.from({ length: 10 }, (_, i) => String(i)) },
    ...{ height: 32, width: 32, normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } },
    ...{ train: set, validation: set, test: set },
  };
}

/** A pool whose members are ready. */
async function poolOf(size: number): Promise<Pool> {
  const pool = new Pool(spawnMember);
  pool.set({ backend: 'wasm', size });
  pool.fill();
  while (pool.ready.length < size - 1 && pool.size > 1) await new Promise((resolve) => setTimeout(resolve, 50));
  return pool;
}

const same = (a: Evaluation, b: Evaluation) =>
  a.loss === b.loss && a.losses.every((loss, i) => loss === b.losses[i]) && a.correct === b.correct;

/** ResNet-20 on 2,000 images: two workers, and a pool of one, against one engine; medians of seven. */
export async function evaluateWorkers(report: Report): Promise<void> {
  const dataset = noise();
  const network = initialize(networks.resnet20.build([32, 32, 3], 10), createRng(1));
  const range = { min: -4, max: 4, meanMagnitude: 1, choice: 'minMax' } as const;
  const ranges = new Map(network.nodes.filter(isLayer).map((node) => [node.id, range]));
  const [one, two] = [await poolOf(1), await poolOf(2)];
  for (const bits of [FLOAT, 8] as const) {
    const model = new Inference(network);
    const policy = uniformPolicy(network, bits, bits);
    model.configure({ policy, scheme: { quantizer: 'symmetric', granularity: 'channel' }, ranges });
    const run = async (how: Evaluate) => {
      const start = performance.now();
      const found = await finish(how(model, dataset, dataset.test, { from: 0, to: IMAGES, batchSize: BATCH }));
      return { found, speed: (1000 * IMAGES) / (performance.now() - start) };
    };
    const ways = [evaluate, evaluateOn(one), evaluateOn(two)];
    // These also warm up.
    const answers: Evaluation[] = [];
    for (const way of ways) answers.push((await run(way)).found);
    const [alone, ...others] = answers;
    const speeds: number[][] = ways.map(() => []);
    for (let round = 0; round < ROUNDS; round++)
      for (const i of round % 2 === 0 ? [0, 1, 2] : [2, 1, 0]) speeds[i].push((await run(ways[i])).speed);
    ['pool-of-one', '2-workers'].forEach((name, i) => {
      const [ours, baseline] = [speeds[i + 1], speeds[0]];
      report.add({
        ...{ id: `evaluate-workers-resnet20-${bits === FLOAT ? 'float' : '8-bit'}-${name}`, backend: 'wasm' },
        ...{ ours: median(ours), baseline: median(baseline), ...ratioOf(ours, baseline) },
        ...{ unit: 'images/s', equal: same(alone, others[i]) },
      });
    });
    model.dispose();
  }
  two.dispose();
}
