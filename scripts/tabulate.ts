// Measures policies at several amounts of fine-tuning, for tests of searches: src/search/belief/resnet8.testing.csv.
// Rows are appended to ROWS one by one, so that an interrupted run continues; when all are there, OUT is written.
// usage: tsx scripts/tabulate.ts CIFAR_DIR ROWS.jsonl OUT.csv
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { layerCosts } from '../src/graph/cost';
import { createRng } from '../src/math/rng';
import { openBackend, openDataset, openNetwork } from '../src/node/surroundings';
import { type CurveId, curves, sampleCurve } from '../src/search/belief/curves';
import { createProblem } from '../src/search/problem';
import { fits, policyOf } from '../src/search/space';
import { Calibrated } from '../src/train/calibrated';

const STEPS = [0, 20, 80];
/** Average weight bits, equivalent to 12.8x as the paper's tables count compression. */
const AVERAGE_BITS = 2.5;
/** Policies of each kind. */
const COUNTS: Readonly<Record<CurveId | 'random', number>> = {
  linear: 40,
  quadratic: 30,
  cubic: 0,
  chebyshev: 20,
  random: 80,
};
const SETTINGS = { images: 512, batchSize: 16, learningRate: 0.01, seed: 1 };

// Node 20 has relaxed SIMD behind a flag; later versions have it by default.
if (process.version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');

const [directory, rowsPath, out] = process.argv.slice(2);
const dataset = await openDataset('cifar10', directory, 1);
const { network } = await openNetwork('resnet8', 'cifar10', dataset);
await openBackend('wasm');

const weights = layerCosts(network).reduce((sum, layer) => sum + layer.weights, 0);
const { space, evaluator } = createProblem(
  new Calibrated(network, dataset),
  dataset,
  {
    ...SETTINGS,
    scheme: { quantizer: 'affine', granularity: 'channel' },
    // The classifier is not searched, as in the paper.
    allowed: { weights: [1, 2, 3, 4, 5, 6, 7, 8], activations: [32], locks: { fc: { weights: 8, activations: 32 } } },
    limits: [{ measure: 'weights', most: AVERAGE_BITS * weights }],
    budget: {},
    seeds: [],
    steps: STEPS[STEPS.length - 1],
    cacheBytes: 1e8,
  },
  { now: () => performance.now(), yieldTurn: async () => {} },
);

/** Distinct policies within the limit, kinds mixed so that the first rows are already a fair sample. */
function choosePolicies(): { kind: string; vector: number[] }[] {
  const rng = createRng(2020);
  const sizes = space.layers.map(({ choices }) => choices.length);
  const known = new Set<string>();
  const draw = (kind: CurveId | 'random'): { kind: string; vector: number[] } => {
    for (;;) {
      const vector =
        kind === 'random'
          ? sizes.map((n) => rng.integer(n))
          : sampleCurve(
              curves[kind],
              Array.from({ length: curves[kind].dimensions }, () => rng.uniform()),
              sizes,
            );
      if (!fits(space, vector) || known.has(vector.join())) continue;
      known.add(vector.join());
      return { kind, vector };
    }
  };
  const kinds = Object.keys(COUNTS) as (CurveId | 'random')[];
  const turns = kinds.flatMap((kind) =>
    Array.from({ length: COUNTS[kind] }, (_, i) => ({ kind, at: (i + 0.5) / COUNTS[kind] })),
  );
  return turns.sort((a, b) => a.at - b.at).map(({ kind }) => draw(kind));
}

/** Weight bits of all layers, one digit each. */
const bitsOf = (vector: readonly number[]) =>
  vector.map((choice, l) => space.layers[l].choices[choice].weights).join('');

interface Row {
  readonly bits: string;
  readonly correct: readonly number[];
  readonly loss: readonly number[];
}
const rows = new Map<string, Row>();
const text = await readFile(rowsPath, 'utf8').catch(() => '');
for (const line of text.split('\n').filter((line) => line !== '')) {
  const row = JSON.parse(line);
  rows.set(row.bits, row);
}
const policies = choosePolicies();
for (const [i, { kind, vector }] of policies.entries()) {
  const policy = policyOf(space, vector);
  const bits = bitsOf(vector);
  if (rows.has(bits)) continue;
  const started = performance.now();
  const scores = [];
  for (const steps of STEPS) scores.push(await evaluator.measure(policy, steps));
  const row = {
    kind,
    bits,
    correct: scores.map(({ accuracy }) => Math.round(accuracy.value * accuracy.n)),
    loss: scores.map(({ loss }) => Number(loss.toFixed(4))),
  };
  rows.set(bits, row);
  await appendFile(rowsPath, `${JSON.stringify(row)}\n`);
  console.log(i + 1, policies.length, JSON.stringify(row), `${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const origin = `Measured by scripts/tabulate.ts on wasm: ResNet-8 on CIFAR-10, affine weights per channel, at most ${AVERAGE_BITS} bits on average, ${SETTINGS.images} validation images; right answers and mean cross-entropy after so many steps of ${SETTINGS.batchSize} images.`;
const head = {
  origin,
  averageBits: AVERAGE_BITS,
  images: SETTINGS.images,
  steps: STEPS,
  costs: STEPS.map((steps) => evaluator.cost(steps)),
};
const columns = ['kind', 'bits', ...STEPS.flatMap((steps) => [`correct@${steps}`, `loss@${steps}`])];
const lines = policies.map(({ kind, vector }) => {
  const { correct, loss } = rows.get(bitsOf(vector)) as Row;
  return [kind, bitsOf(vector), ...correct.flatMap((count, i) => [count, loss[i]])].join();
});
await writeFile(out, `# ${JSON.stringify(head)}\n${columns.join()}\n${lines.join('\n')}\n`);
