// Converts the PyTorch checkpoints of scripts/zoo/train.py (safetensors, OIHW) into public/weights (HWIO, our names),
// and measures them on all test images.
// usage: tsx scripts/convertZoo.ts DIR CIFAR10_DIR   where DIR holds NET.safetensors and NET.json for resnet8,
// resnet20, vgg-small
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../src/data/sha256';
import { type CheckpointCard, writeCheckpoint } from '../src/formats/checkpoint';
import { inspectFiles } from '../src/formats/import/readers';
import { Inference } from '../src/nn/inference';
import { openBackend, openDataset } from '../src/node/surroundings';
import { floatRounding } from '../src/rounding/rounding';
import { evaluate, finish } from '../src/train/evaluate';
import { weightsVersion } from '../src/zoo/shipped';

const [directory, images] = process.argv.slice(2);
const dataset = await openDataset('cifar10', images, 1);
const backend = await openBackend('wasm');

for (const id of ['resnet8', 'resnet20', 'vgg-small'] as const) {
  const name = `${id}.safetensors`;
  const { network, unsupported } = await inspectFiles([{ name, bytes: readFileSync(join(directory, name)) }]);
  if (network === undefined) throw new Error(`${name}: ${unsupported[0].why}`);
  const made = JSON.parse(readFileSync(join(directory, `${id}.json`), 'utf8'));
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const n = dataset.test.length;
  const { correct } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: n, batchSize: 100 }));
  model.dispose();
  const weights = new Uint8Array(writeCheckpoint(network));
  const card: CheckpointCard = {
    network: id,
    dataset: 'cifar10',
    accuracy: correct / n,
    n,
    measuredBy: `fewbits headless on ${backend.name}`,
    recipe: `${made.framework}, ${made.epochs} epochs of ${made.trainingImages.toLocaleString('en-US')} images, SGD with Nesterov momentum, batch ${made.batchSize}, one-cycle to ${made.peakLearningRate}, weight decay ${made.weightDecay}, label smoothing ${made.labelSmoothing}, flip and crop (scripts/zoo/train.py)`,
    seed: made.seed,
    normalization: { mean: made.mean, std: made.std },
    version: weightsVersion(id, 'cifar10') ?? 1,
    sha256: await sha256(weights),
  };
  writeFileSync(`public/weights/${id}-cifar10.safetensors`, weights);
  writeFileSync(`public/weights/${id}-cifar10.json`, `${JSON.stringify(card, null, 2)}\n`);
  console.log(`${id}: ${network.parameters.size} tensors, ${correct} of ${n}; PyTorch had ${made.testAccuracy * n}`);
}
