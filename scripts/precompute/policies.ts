// What the page shows before its engine is ready: a sensitivity table on validation images, and a cloud of policies
// (uniform, random, random around a mean width) on test images. Writes public/precomputed/<network>-<dataset>.json.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { networkFingerprint } from '../../src/core/fingerprint';
import { layersOf, type Network } from '../../src/graph/network';
import { type BitPolicy, type BitWidth, FLOAT, uniformPolicy } from '../../src/graph/policy';
import { createRng, type Rng } from '../../src/math/rng';
import { spearman } from '../../src/math/statistics';
import { Inference } from '../../src/nn/inference';
import { PUBLIC } from '../../src/node/packageFiles';
import { createEstimator } from '../../src/optim/surrogate';
import { calibrate } from '../../src/train/calibrate';
import { evaluate, finish } from '../../src/train/evaluate';
import { measureSensitivity, type SensitivityCell } from '../../src/train/sensitivity';
import type { Shipped } from './shipped';

const STOPS: readonly BitWidth[] = [1, 2, 3, 4, 5, 6, 8];
const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;
const IMAGES = 1000;
const RANDOM_POLICIES = 120;
const BATCH = 64;
const round = (value: number) => Number(value.toFixed(5));

/** Widths spread around a random mean: plain random policies would all cost about the same. */
function randomPolicy(network: Network, rng: Rng): BitPolicy {
  const mean = 1 + rng.uniform() * 5.5;
  const eight = uniformPolicy(network, 8, 8);
  const entries = layersOf(network).map(({ id }) => {
    const position = Math.min(STOPS.length - 1, Math.max(0, Math.floor(mean + (rng.uniform() - 0.5) * 4)));
    return [id, { ...eight[id], weights: STOPS[position] }] as const;
  });
  return Object.fromEntries(entries);
}

/** Measures the sensitivity and the policies of a shipped network; prints and writes the result. */
export async function precomputePolicies({ name, networkId, datasetId, network, dataset }: Shipped, backend: string) {
  const ranges = await calibrate(network, dataset, 256);
  const images = Math.min(IMAGES, dataset.validation.length);
  const entries: SensitivityCell[] = [];
  let float = { loss: 0, accuracy: 0 };
  const options = {
    images,
    batchSize: BATCH,
    weightBits: [1, 2, 3, 4, 5, 6, 7, 8] as const,
    activationBits: [2, 3, 4, 5, 6, 7, 8] as const,
    turn: async () => {},
  };
  for await (const step of measureSensitivity(network, dataset, SCHEME, ranges, options)) {
    float = step.float;
    if (step.cell !== undefined) entries.push(step.cell);
  }

  const rng = createRng(7);
  const uniform = ([32, 8, 6, 5, 4, 3, 2, 1] as const).map((bits) =>
    bits === FLOAT ? uniformPolicy(network, FLOAT, FLOAT) : uniformPolicy(network, bits, 8),
  );
  const policies = [...uniform, ...Array.from({ length: RANDOM_POLICIES }, () => randomPolicy(network, rng))];
  const model = new Inference(network);
  const cloud = [];
  const n = Math.min(IMAGES, dataset.test.length);
  for (const policy of policies) {
    model.configure({ policy, scheme: SCHEME, ranges });
    const { correct, loss } = await finish(
      evaluate(model, dataset, dataset.test, { from: 0, to: n, batchSize: BATCH }),
    );
    cloud.push({ policy, accuracy: correct / n, n, loss: round(loss) });
  }
  const table = { floatLoss: float.loss, floatAccuracy: float.accuracy, entries };
  const estimator = createEstimator(table, []);
  const rho = spearman(
    cloud.map(({ policy }) => estimator.estimate(policy).loss),
    cloud.map(({ loss }) => loss),
  );
  const origin = `Measured by npm run precompute on ${backend}: sensitivity on ${images} validation images, ${cloud.length} policies on ${n} test images each; the estimate ranks them with Spearman ${rho.toFixed(3)}.`;
  const rounded = entries.map((cell) => ({
    ...cell,
    lossIncrease: round(cell.lossIncrease),
    accuracyChange: round(cell.accuracyChange),
  }));
  const file = {
    origin,
    scheme: SCHEME,
    sensitivity: {
      network: networkId,
      dataset: datasetId,
      scheme: SCHEME,
      fingerprint: networkFingerprint(network, dataset),
      images,
      floatLoss: round(float.loss),
      floatAccuracy: float.accuracy,
      entries: rounded,
    },
    cloud,
  };
  await writeFile(join(PUBLIC, `precomputed/${name}.json`), `${JSON.stringify(file)}\n`);
  console.log(origin);
}
