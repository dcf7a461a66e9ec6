// Measures every quantizer of weights on the finished networks that the site ships, at 4 bits or what is nearest, with
// float activations and nothing retrained. Writes public/precomputed/quantizers.json.
// usage: tsx scripts/precomputeQuantizers.ts [CIFAR10_DIR] [--images N]
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BitWidth, FLOAT, uniformPolicy } from '../src/graph/policy';
import { Inference } from '../src/nn/inference';
import { COMPARED } from '../src/quant/comparison';
import { evaluate, finish } from '../src/train/evaluate';
import { type NetworkId, networks } from '../src/zoo/registry';
import { openBackend, openDataset, openNetwork, PUBLIC } from './headless/surroundings';

const BATCH = 64;
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { images: { type: 'string', default: '2000' } },
});
const backend = await openBackend('wasm');
const results = [];
let images = 0;
for (const datasetId of ['emoji10', 'cifar10'] as const) {
  if (datasetId === 'cifar10' && positionals.length === 0) continue;
  const dataset = await openDataset(datasetId, positionals[0], 1);
  for (const networkId of Object.keys(networks) as NetworkId[]) {
    const shipped = await access(join(PUBLIC, `weights/${networkId}-${datasetId}.safetensors`)).then(
      () => true,
      () => false,
    );
    if (!shipped) continue;
    const { network } = await openNetwork(networkId, datasetId, dataset);
    const model = new Inference(network);
    images = Math.min(Number(flags.images), dataset.test.length);
    const options = { from: 0, to: images, batchSize: BATCH };
    const float = { scheme: COMPARED[0].scheme, bits: FLOAT };
    for (const { scheme, bits } of [float, ...COMPARED]) {
      model.configure({ policy: uniformPolicy(network, bits as BitWidth, FLOAT), scheme, ranges: new Map() });
      const { correct } = await finish(evaluate(model, dataset, dataset.test, options));
      results.push({ network: networkId, dataset: datasetId, scheme, bits, correct, n: images });
      console.log(
        networkId,
        datasetId,
        scheme.quantizer,
        scheme.granularity,
        scheme.range ?? '',
        bits,
        correct / images,
      );
    }
    model.dispose();
  }
}
const origin = `Measured by scripts/precomputeQuantizers.ts on ${backend.name}: the first ${images} test images, float activations, nothing retrained.`;
await writeFile(join(PUBLIC, 'precomputed/quantizers.json'), `${JSON.stringify({ origin, results })}\n`);
