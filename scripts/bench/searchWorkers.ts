// What a second worker gains in a search: a random search over ResNet-20 by one engine and by two, alternately in one process,
// each time in a new session, which knows nothing of earlier searches. Every engine has evaluated images before, as on the page,
// so that none is just compiling. The scores of both are compared.
import { uniformPolicy } from '../../src/graph/policy';
import { measure, search } from '../../src/library/jobs';
import { openAll } from '../../src/node/open';
import { median, type Report, ratioOf } from './lines';

const CONFIGS = 40;
const IMAGES = 256;
const WARM_UP = 512;
const ROUNDS = 7;

/** 40 random configs on 256 images: two workers against one; medians of seven. */
export async function searchWorkers(report: Report): Promise<void> {
  const open = async (workers: number) => {
    const { session } = await openAll({ network: 'resnet20', dataset: 'emoji10', backend: 'wasm', workers });
    const { pool } = session;
    pool.fill();
    while (pool.ready.length < workers - 1) await new Promise((resolve) => setTimeout(resolve, 50));
    await measure(session, uniformPolicy(session.model.network, 8, 32), { images: WARM_UP });
    return session;
  };
  const run = async (workers: number, seed: number) => {
    const session = await open(workers);
    const start = performance.now();
    const steps = search(session, {
      ...{ method: 'random', limits: [{ measure: 'memory', most: 45_000 }] },
      ...{ budget: { evaluations: CONFIGS }, images: IMAGES, steps: 0, seed },
    });
    const scores: number[] = [];
    for await (const { report: measured } of steps) if (measured?.point) scores.push(measured.point.loss);
    const speed = (1000 * scores.length) / (performance.now() - start);
    session.pool.dispose();
    return { scores, speed };
  };
  const speeds: number[][] = [[], []];
  let equal = true;
  for (let round = 0; round < ROUNDS; round++) {
    const scores: string[] = [];
    for (const workers of round % 2 === 0 ? [1, 2] : [2, 1]) {
      const found = await run(workers, 1 + round);
      speeds[workers - 1].push(found.speed);
      scores.push(found.scores.join());
    }
    equal &&= scores[0] !== '' && scores[0] === scores[1];
  }
  const [baseline, ours] = speeds;
  report.add({
    ...{ id: `search-resnet20-${CONFIGS}-configs-2-workers`, backend: 'wasm' },
    ...{ ours: median(ours), baseline: median(baseline), ...ratioOf(ours, baseline), unit: 'configs/s', equal },
  });
}
