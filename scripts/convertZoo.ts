// Converts the PyTorch checkpoints of scripts/zoo/train.py (safetensors, OIHW) into public/weights (HWIO, our names),
// and measures them on all test images.
// usage: tsx scripts/convertZoo.ts DIR CIFAR10_DIR|emoji10|words12 NET...   where DIR holds NET.safetensors and NET.json of each
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitDataset } from '../src/data/fit';
import { forChannels } from '../src/data/normalizations';
import { sha256 } from '../src/data/sha256';
import { type CheckpointCard, writeCheckpoint } from '../src/formats/checkpoint';
import { inspectFiles } from '../src/formats/import/readers';
import { type InputNode, type Network, type Parameter, parameterName } from '../src/graph/network';
import { parameterShapes } from '../src/graph/shapes';
import { Inference } from '../src/nn/inference';
import { openBackend, openDataset } from '../src/node/surroundings';
import { floatRounding } from '../src/rounding/rounding';
import { evaluate, finish } from '../src/train/evaluate';
import { type NetworkId, zooArchitecture } from '../src/zoo/registry';
import { weightsVersion } from '../src/zoo/shipped';

const [directory, images, ...chosen] = process.argv.slice(2);
const datasetId = images === 'emoji10' || images === 'words12' ? images : 'cifar10';
const dataset = await openDataset(datasetId, images, 1);
const backend = await openBackend('wasm');

/** The weights under the names of the zoo: weights read by shapes alone are named after the modules of the file. */
function underOurNames(id: NetworkId, read: Network): Network {
  const own = zooArchitecture(id, dataset.classes.length);
  const nameOf = new Map(own.nodes.map((node, i) => [node.id, read.nodes[i].id]));
  const parameters = new Map<string, Parameter>();
  for (const name of parameterShapes(own).keys()) {
    const dot = name.lastIndexOf('.');
    const theirs = parameterName(nameOf.get(name.slice(0, dot)) as string, name.slice(dot + 1));
    parameters.set(name, read.parameters.get(theirs) as Parameter);
  }
  return { ...own, parameters };
}

for (const id of chosen as NetworkId[]) {
  const name = `${id}.safetensors`;
  const { network: read, unsupported } = await inspectFiles([{ name, bytes: readFileSync(join(directory, name)) }]);
  if (read === undefined) throw new Error(`${name}: ${unsupported[0].why}`);
  const network = underOurNames(id, read);
  const made = JSON.parse(readFileSync(join(directory, `${id}.json`), 'utf8'));
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const [height, width, channels] = (network.nodes[0] as InputNode).shape;
  const fitted = fitDataset(dataset, { height, width, normalization: forChannels(dataset.normalization, channels) });
  const n = fitted.test.length;
  const { correct } = await finish(evaluate(model, fitted, fitted.test, { from: 0, to: n, batchSize: 100 }));
  model.dispose();
  const weights = new Uint8Array(writeCheckpoint(network));
  const card: CheckpointCard = {
    network: id,
    dataset: datasetId,
    accuracy: correct / n,
    n,
    measuredBy: `fewbits headless on ${backend.name}`,
    recipe: `${made.framework}, ${made.epochs} epochs of ${made.trainingImages.toLocaleString('en-US')} images, SGD with Nesterov momentum, batch ${made.batchSize}, one-cycle to ${made.peakLearningRate}, weight decay ${made.weightDecay}, label smoothing ${made.labelSmoothing}, ${datasetId === 'words12' ? 'no augmentation' : 'flip and crop'} (scripts/zoo/train.py)`,
    seed: made.seed,
    normalization: { mean: made.mean, std: made.std },
    version: weightsVersion(id, datasetId) ?? 1,
    sha256: await sha256(weights),
  };
  writeFileSync(`public/weights/${id}-${datasetId}.safetensors`, weights);
  writeFileSync(`public/weights/${id}-${datasetId}.json`, `${JSON.stringify(card, null, 2)}\n`);
  console.log(`${id}: ${network.parameters.size} tensors, ${correct} of ${n}; PyTorch had ${made.testAccuracy * n}`);
}
