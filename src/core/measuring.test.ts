// What a measurement reports on the way, where the evaluation yields before it has an image, as a pool does while it waits.
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { chooseBackend } from '../engine/backend';
import { uniformPolicy } from '../graph/policy';
import { randomNetwork, small } from '../nn/networks.testing';
import { type Evaluate, evaluate, Tally } from '../train/evaluate';
import { colorDataset } from '../train/synthetic.testing';
import { LoadedModel } from './loadedModel';
import { measure } from './measuring';

beforeAll(() => chooseBackend({ forced: 'cpu', onFault: () => {} }));

const late: Evaluate = async function* (model, dataset, set, options) {
  yield new Tally(dataset, set, options).soFar;
  yield* evaluate(model, dataset, set, options);
};

test('of no images there is no report', async () => {
  const images = colorDataset(3, 600);
  const network = randomNetwork(small(), 1);
  const checkpoint = { origin: 'own', recipe: 'random' } as const;
  const model = new LoadedModel('own-random', 'emoji10', network, checkpoint, images, 0, undefined, late);
  let time = 0;
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const params = { policy: uniformPolicy(network, 4, 8), scheme, split: 'test', stages: [300, 600] } as const;
  const reports: number[] = [];
  const run = measure(
    model,
    params,
    async () => {},
    () => (time += 1000),
  );
  for await (const { accuracy } of run) {
    expect(accuracy.value).not.toBeNaN();
    reports.push(accuracy.n);
  }
  expect(reports.length).toBeGreaterThan(1);
  expect(reports).toContain(300);
});
