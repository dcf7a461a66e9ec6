// Converts the PyTorch checkpoints of scripts/zoo/train.py (safetensors, OIHW) into public/weights (HWIO, our names).
// usage: tsx scripts/convertZoo.ts DIR   where DIR holds NET.safetensors and NET.json for resnet8, resnet20, vgg-small
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckpointCard, writeCheckpoint } from '../src/formats/checkpoint';
import { parseSafetensors } from '../src/formats/safetensors';
import { type Architecture, layersOf, type NetworkNode, type Parameter, parameterName } from '../src/graph/network';
import { checkNetwork } from '../src/graph/shapes';
import { networks } from '../src/zoo/registry';

/** PyTorch module names of our layers, in execution order. */
function torchLayers(network: string, architecture: Architecture): Map<string, { layer: string; norm: string }> {
  const names = new Map<string, { layer: string; norm: string }>();
  let convolutions = 0;
  for (const { id } of layersOf(architecture)) {
    const block = /^(\d)(?:\.(\d))?([abs])$/.exec(id);
    if (id === 'stem') names.set(id, { layer: 'conv1', norm: 'bn1' });
    else if (id === 'fc') names.set(id, { layer: 'fc', norm: '' });
    else if (block && network.startsWith('resnet')) {
      const prefix = `stages.${Number(block[1]) - 1}.${Number(block[2] ?? 1) - 1}`;
      const part =
        block[3] === 's' ? ['shortcut.0', 'shortcut.1'] : block[3] === 'a' ? ['conv1', 'bn1'] : ['conv2', 'bn2'];
      names.set(id, { layer: `${prefix}.${part[0]}`, norm: `${prefix}.${part[1]}` });
    } else {
      // features: conv, bn, relu for each convolution and one pool after each stage
      const stage = Number(id.split('.')[0]) - 1;
      names.set(id, {
        layer: `features.${convolutions * 3 + stage}`,
        norm: `features.${convolutions * 3 + stage + 1}`,
      });
      convolutions++;
    }
  }
  return names;
}

/** [out, in, h, w] -> [h, w, in, out], [out, in] -> [in, out]. */
function transposeKernel(values: Float32Array, shape: readonly number[]): Parameter {
  const [out, cin, h = 1, w = 1] = shape;
  const result = new Float32Array(values.length);
  for (let o = 0; o < out; o++)
    for (let i = 0; i < cin; i++)
      for (let p = 0; p < h * w; p++) result[(p * cin + i) * out + o] = values[(o * cin + i) * h * w + p];
  return { shape: shape.length === 4 ? [h, w, cin, out] : [cin, out], values: result };
}

for (const id of ['resnet8', 'resnet20', 'vgg-small'] as const) {
  const directory = process.argv[2];
  const { tensors } = parseSafetensors(readFileSync(join(directory, `${id}.safetensors`)));
  const card = JSON.parse(readFileSync(join(directory, `${id}.json`), 'utf8'));
  const architecture = networks[id].build([32, 32, 3], 10);
  const names = torchLayers(id, architecture);
  const tensor = (name: string): Parameter => {
    const found = tensors.get(name);
    if (found === undefined) throw new Error(`${id} has no tensor ${name}; it has ${[...tensors.keys()].join(', ')}`);
    return { shape: found.shape, values: found.values as Float32Array };
  };
  const parameters = new Map<string, Parameter>();
  const put = (node: NetworkNode, part: string, value: Parameter) =>
    parameters.set(parameterName(node.id, part), value);
  for (const node of architecture.nodes) {
    if (node.op === 'conv2d' || node.op === 'dense') {
      const kernel = tensor(`${names.get(node.id)?.layer}.weight`);
      put(node, 'kernel', transposeKernel(kernel.values, kernel.shape));
      if (node.bias) put(node, 'bias', tensor(`${names.get(node.id)?.layer}.bias`));
    } else if (node.op === 'batchNorm') {
      const norm = names.get(node.id.replace(/\.bn$/, ''))?.norm;
      const parts = { gamma: 'weight', beta: 'bias', mean: 'running_mean', variance: 'running_var' };
      for (const [part, torch] of Object.entries(parts)) put(node, part, tensor(`${norm}.${torch}`));
    }
  }
  const network = { ...architecture, parameters };
  checkNetwork(network);
  const converted: CheckpointCard = {
    network: id,
    dataset: 'cifar10',
    accuracy: card.testAccuracy,
    n: 10_000,
    measuredBy: card.framework,
    recipe: `${card.framework}, ${card.epochs} epochs of 50,000 images, SGD with Nesterov momentum, batch ${card.batchSize}, one-cycle to ${card.peakLearningRate}, weight decay ${card.weightDecay}, label smoothing ${card.labelSmoothing}, flip and crop (scripts/zoo/train.py)`,
    seed: card.seed,
    normalization: { mean: card.mean, std: card.std },
  };
  writeFileSync(`public/weights/${id}-cifar10.safetensors`, writeCheckpoint(network));
  writeFileSync(`public/weights/${id}-cifar10.json`, `${JSON.stringify(converted, null, 2)}\n`);
  console.log(`${id}: ${parameters.size} tensors, accuracy ${card.testAccuracy}`);
}
