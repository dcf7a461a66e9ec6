// What the prefix cache gains: for every layer, images per second of re-measuring after that layer changed, with and
// without the cache, alternately in one process; and the logits, which must be identical bit for bit.
// usage: npm run bench:cache -- [NETWORK] [IMAGES]     (resnet20, 256)
import { layersOf } from '../src/graph/network';
import { FLOAT, uniformPolicy } from '../src/graph/policy';
import { Inference } from '../src/nn/inference';
import { openBackend, openDataset, openNetwork } from '../src/node/surroundings';
import { evaluate, finish } from '../src/train/evaluate';
import { PrefixCache } from '../src/train/prefixCache';
import type { NetworkId } from '../src/zoo/registry';

const [networkId = 'resnet20', count = '256'] = process.argv.slice(2) as [NetworkId?, string?];
const images = Number(count);
const SCHEME = { quantizer: 'symmetric', granularity: 'channel' } as const;

const dataset = await openDataset('emoji10', undefined, 1);
const { network } = await openNetwork(networkId, 'emoji10', dataset);
await openBackend('wasm');
const model = new Inference(network);
const cache = new PrefixCache();
const eight = uniformPolicy(network, 8, FLOAT);

async function measure(withCache: boolean) {
  const options = { from: 0, to: images, batchSize: 64, keepLogits: true, ...(withCache && { cache }) };
  const started = performance.now();
  const { logits, saved } = await finish(evaluate(model, dataset, dataset.test, options));
  return { speed: (images / (performance.now() - started)) * 1000, logits: logits as Float32Array, saved };
}

const ratios: number[] = [];
const savings: number[] = [];
for (const { id } of layersOf(network)) {
  // Fill the cache with the policy before the change, then measure the change.
  model.configure({ policy: eight, scheme: SCHEME, ranges: new Map() });
  await measure(true);
  model.configure({
    policy: { ...eight, [id]: { weights: 3, activations: FLOAT } },
    scheme: SCHEME,
    ranges: new Map(),
  });
  const without = await measure(false);
  const withCache = await measure(true);
  const same = withCache.logits.every((value, i) => Object.is(value, without.logits[i]));
  if (!same) throw new Error(`Layer ${id}: the cache changes the logits.`);
  ratios.push(withCache.speed / without.speed);
  savings.push(withCache.saved);
  console.log(
    `${id.padEnd(6)} ${Math.round(without.speed)} -> ${Math.round(withCache.speed)} images/s, x${(withCache.speed / without.speed).toFixed(2)}, ${(withCache.saved * 100).toFixed(0)} % of the multiplications saved, same logits`,
  );
}
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
console.log(
  `${networkId}: mean over ${ratios.length} layers x${mean(ratios).toFixed(2)} in images/s, ${(mean(savings) * 100).toFixed(1)} % of the multiplications saved, ${images} images`,
);
