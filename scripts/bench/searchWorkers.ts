// What a second worker gains in a search: a random search over ResNet-20 by one engine and by two, alternately in one process,
// after the scores of both were compared.
import { isLayer } from '../../src/graph/network';
import { search } from '../../src/library/jobs';
import { openAll } from '../../src/node/open';
import { median, type Report, ratioOf } from './lines';

const CONFIGS = 40;
const IMAGES = 128;
const ROUNDS = 7;

/** 40 random configs on 128 images: two workers against one; medians of seven. */
export async function searchWorkers(report: Report): Promise<void> {
  const open = async (workers: number) => {
    const { session } = await openAll({ network: 'resnet20', dataset: 'emoji10', backend: 'wasm', workers });
    const { pool } = session;
    pool.fill();
    while (pool.ready.length < workers - 1) await new Promise((resolve) => setTimeout(resolve, 50));
    return session;
  };
  const sessions = [await open(1), await open(2)];
  const layers = sessions[0].model.network.nodes.filter(isLayer).length;
  const run = async (i: number, seed: number) => {
    const start = performance.now();
    const steps = search(sessions[i], {
      ...{ method: 'random', limits: [{ measure: 'memory', most: 45_000 }] },
      ...{ budget: { evaluations: CONFIGS }, images: IMAGES, steps: 0, seed },
    });
    const scores: number[] = [];
    for await (const { report: measured } of steps) if (measured?.point) scores.push(measured.point.loss);
    return { scores, speed: (1000 * scores.length) / (performance.now() - start) };
  };
  const first = [await run(0, 1), await run(1, 1)];
  const equal = first[0].scores.length > 0 && first[0].scores.join() === first[1].scores.join();
  const speeds: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++)
    for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) speeds[i].push((await run(i, 2 + round)).speed);
  const [baseline, ours] = speeds;
  report.add({
    ...{ id: `search-${CONFIGS}-configs-${layers}-layers-2-workers`, backend: 'wasm' },
    ...{ ours: median(ours), baseline: median(baseline), ...ratioOf(ours, baseline), unit: 'configs/s', equal },
  });
  sessions[1].pool.dispose();
}
