// What shards do to accuracy: networks trained in float from random weights, with every batch in 1, 2 or 4 shards and all else
// equal, measured on the test split. A run that was interrupted goes on with what is missing.
// usage: npm run bench:shards -- OUT.jsonl CIFAR_FOLDER [NETWORK] [EPOCHS] [IMAGES] [SEEDS]     (resnet8, 5, 4096, 3)
// Prints a table of what is known at the end.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createRng } from '../src/math/rng';
import { Inference } from '../src/nn/inference';
import { openBackend, openDataset } from '../src/node/surroundings';
import { floatRounding } from '../src/rounding/rounding';
import { evaluate, finish } from '../src/train/evaluate';
import { train } from '../src/train/train';
import { initialize } from '../src/zoo/definition';
import { type NetworkId, networks } from '../src/zoo/registry';

const SHARDS = [1, 2, 4];

interface Row {
  readonly network: NetworkId;
  readonly epochs: number;
  readonly images: number;
  readonly seed: number;
  readonly shards: number;
  readonly accuracy: number;
  /** Test images. */
  readonly n: number;
}

const [out, folder, networkId = 'resnet8', ...counts] = process.argv.slice(2) as [string?, string?, NetworkId?];
const [epochs = 5, images = 4096, seeds = 3] = counts.map(Number);
if (out === undefined || folder === undefined)
  throw new Error('Name the file of the results and the folder of CIFAR-10.');

const known = (): Row[] =>
  existsSync(out)
    ? readFileSync(out, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Row)
        .filter((row) => row.network === networkId && row.epochs === epochs && row.images === images)
    : [];

const dataset = await openDataset('cifar10', folder, 1);
await openBackend('wasm');
for (let seed = 1; seed <= seeds; seed++)
  for (const shards of SHARDS) {
    if (known().some((row) => row.seed === seed && row.shards === shards)) continue;
    const fresh = initialize(networks[networkId].build([32, 32, 3], 10), createRng(seed));
    const run = train(fresh, dataset, {
      ...{ epochs, imagesPerEpoch: images, batchSize: 64, seed, shards },
      ...{ learningRate: 0.1, schedule: 'one-cycle', momentum: 0.9, weightDecay: 5e-4 },
      ...{ labelSmoothing: 0.05, augment: true },
    });
    let next = await run.next();
    while (!next.done) next = await run.next();
    const model = new Inference(next.value);
    model.configure(floatRounding(next.value));
    const { length: n } = dataset.test;
    const { correct } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: n, batchSize: 100 }));
    model.dispose();
    const row: Row = { network: networkId, epochs, images, seed, shards, accuracy: correct / n, n };
    appendFileSync(out, `${JSON.stringify(row)}\n`);
    console.log(JSON.stringify(row));
  }

const rows = known();
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
console.log(`${networkId}, ${epochs} epochs of ${images} images, accuracy on ${rows[0].n} test images:`);
console.log(`| shards | ${Array.from({ length: seeds }, (_, i) => `seed ${i + 1}`).join(' | ')} | mean |`);
for (const shards of SHARDS) {
  const own = rows.filter((row) => row.shards === shards && row.seed <= seeds).sort((a, b) => a.seed - b.seed);
  const mean = own.reduce((sum, { accuracy }) => sum + accuracy, 0) / own.length;
  console.log(`| ${shards} | ${own.map(({ accuracy }) => percent(accuracy)).join(' | ')} | ${percent(mean)} |`);
}
