// What a room is to expect (src/store/teach/expected.ts): configs of the lessons and uniform widths, on all test images. Writes
// public/precomputed/teaching.json.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'vite';
import { Inference } from '../../src/nn/inference';
import { PUBLIC } from '../../src/node/packageFiles';
import type { Expected, ExpectedConfig } from '../../src/store/teach/expected';
import { calibrate } from '../../src/train/calibrate';
import { evaluate, finish } from '../../src/train/evaluate';
import type { Shipped } from './shipped';

export const TEACHING = join(PUBLIC, 'precomputed/teaching.json');
/** Images that ranges come from, as on the page. */
const CALIBRATED = 256;
const BATCH = 64;

/** Its code is the page's, which Vite reads. */
async function configsOf({ networkId }: Shipped): Promise<readonly ExpectedConfig[]> {
  const server = await createServer({ server: { middlewareMode: true, watch: null }, logLevel: 'error' });
  try {
    const module = await server.ssrLoadModule('/src/store/teach/expected.ts');
    return await (module as typeof import('../../src/store/teach/expected')).configsToExpect(networkId);
  } finally {
    await server.close();
  }
}

/** Whether everything asked for was measured, with these weights. */
export async function isCurrent(shipped: Shipped, table: Partial<Expected>): Promise<boolean> {
  const found = table.networks?.[shipped.networkId];
  if (found?.fingerprint !== shipped.fingerprint) return false;
  const wanted = await configsOf(shipped);
  return wanted.map(({ fields }) => fields).join() === found.points.map(({ fields }) => fields).join();
}

/** Measures a network anew, and writes the table with the others. */
export async function precomputeTeaching(shipped: Shipped, table: Partial<Expected>, backend: string): Promise<void> {
  const { networkId, network, dataset, fingerprint } = shipped;
  const model = new Inference(network);
  const ranges = await calibrate(network, dataset, CALIBRATED);
  const n = dataset.test.length;
  const points = [];
  for (const { fields, policy, scheme } of await configsOf(shipped)) {
    model.configure({ policy, scheme, ranges });
    const { correct } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: n, batchSize: BATCH }));
    points.push({ fields, correct, n });
  }
  const origin = `Measured by npm run precompute on ${backend}, on all ${n} test images.`;
  const networks = { ...table.networks, [networkId]: { fingerprint, points } };
  await writeFile(TEACHING, `${JSON.stringify({ origin, networks })}\n`);
  console.log(`${networkId}: ${points.length} configs for the view for teachers. ${origin}`);
}
