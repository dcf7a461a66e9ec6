// Writes public/samples/tiny.tflite: our smallest network for Emoji-10 with weights of 8 bits and float activations, as
// TensorFlow Lite's converter writes it with dynamic-range quantization.
//   npx tsx scripts/buildSamples.ts
// The samples of ONNX and TF.js are written by the command line:
//   fewbits export --network resnet8 --dataset emoji10 --policy uniform:4 --format onnx --out public/samples/resnet8.onnx
//   fewbits export --network tiny --dataset emoji10 --policy float --format tfjs --out public/samples/tiny/model.json
// and the other three by samples/make.py.
import { readFileSync, writeFileSync } from 'node:fs';
import { readCheckpoint } from '../src/formats/checkpoint';
import { conv, pool, TfliteFile } from '../src/formats/import/tflite/tfliteFile.testing';
import { foldBatchNorms } from '../src/graph/folding';
import type { Parameter } from '../src/graph/network';
import { networks, ZOO_INPUT } from '../src/zoo/registry';

const bytes = new Uint8Array(readFileSync('public/weights/tiny-emoji10.safetensors'));
const network = foldBatchNorms(readCheckpoint(networks.tiny.build(ZOO_INPUT, 10), bytes));
const file = new TfliteFile();
const RELU = 1;

/** A kernel with its outputs first, in codes of 8 bits with a scale per output. */
function kernel(id: string, shape: readonly number[]): number {
  const { values } = network.parameters.get(`${id}.kernel`) as Parameter;
  const [outputs] = shape;
  const size = values.length / outputs;
  const of = (o: number, i: number) => values[i * outputs + o];
  const scales = Array.from({ length: outputs }, (_, o) => {
    let most = 0;
    for (let i = 0; i < size; i++) most = Math.max(most, Math.abs(of(o, i)));
    return most / 127;
  });
  const data = Int8Array.from({ length: values.length }, (_, n) => {
    const o = Math.floor(n / size);
    return Math.round(of(o, n % size) / scales[o]);
  });
  return file.add(`${id}/kernel`, shape, { type: 'INT8', data, scales });
}

const bias = (id: string) => {
  const { values } = network.parameters.get(`${id}.bias`) as Parameter;
  return file.weight(`${id}/bias`, [values.length], values);
};

let x = file.input([1, ...ZOO_INPUT]);
x = file.op('PAD', [x, file.integers('paddings', [0, 0, 1, 1, 1, 1, 0, 0], [4, 2])], file.add('pad', [1, 34, 34, 3]), [
  22,
  {},
]);
let [side, channels] = [32, 3];
for (const [i, filters] of [16, 32, 32, 64].entries()) {
  const id = `conv${i + 1}`;
  if (i === 0) side /= 2;
  const inputs = [x, kernel(id, [filters, 3, 3, channels]), bias(id)];
  x = file.op('CONV_2D', inputs, file.add(id, [1, side, side, filters]), conv(i === 0 ? 2 : 1, i === 0 ? 1 : 0, RELU));
  if (i < 2) {
    side /= 2;
    x = file.op('MAX_POOL_2D', [x], file.add(`pool${i + 1}`, [1, side, side, filters]), pool(2, 2));
  }
  channels = filters;
}
x = file.op('MEAN', [x, file.integers('axes', [1, 2])], file.add('mean', [1, channels]), [27, {}]);
file.op('FULLY_CONNECTED', [x, kernel('fc', [10, channels]), bias('fc')], file.add('classes', [1, 10]), [8, {}]);
writeFileSync('public/samples/tiny.tflite', file.bytes({ description: 'fewbits' }));
