// Converts the PyTorch checkpoints of scripts/zoo/train.py (safetensors, OIHW) into public/weights (HWIO, our names).
// usage: tsx scripts/convertZoo.ts DIR   where DIR holds NET.safetensors and NET.json for resnet8, resnet20, vgg-small
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../src/data/sha256';
import { type CheckpointCard, writeCheckpoint } from '../src/formats/checkpoint';
import { inspectFiles } from '../src/formats/import/readers';

for (const id of ['resnet8', 'resnet20', 'vgg-small'] as const) {
  const directory = process.argv[2];
  const name = `${id}.safetensors`;
  const { network, unsupported } = await inspectFiles([{ name, bytes: readFileSync(join(directory, name)) }]);
  if (network === undefined) throw new Error(`${name}: ${unsupported[0].why}`);
  const card = JSON.parse(readFileSync(join(directory, `${id}.json`), 'utf8'));
  const weights = new Uint8Array(writeCheckpoint(network));
  const converted: CheckpointCard = {
    network: id,
    dataset: 'cifar10',
    accuracy: card.testAccuracy,
    n: 10_000,
    measuredBy: card.framework,
    recipe: `${card.framework}, ${card.epochs} epochs of 50,000 images, SGD with Nesterov momentum, batch ${card.batchSize}, one-cycle to ${card.peakLearningRate}, weight decay ${card.weightDecay}, label smoothing ${card.labelSmoothing}, flip and crop (scripts/zoo/train.py)`,
    seed: card.seed,
    normalization: { mean: card.mean, std: card.std },
    sha256: await sha256(weights),
  };
  writeFileSync(`public/weights/${id}-cifar10.safetensors`, weights);
  writeFileSync(`public/weights/${id}-cifar10.json`, `${JSON.stringify(converted, null, 2)}\n`);
  console.log(`${id}: ${network.parameters.size} tensors, accuracy ${card.testAccuracy}`);
}
