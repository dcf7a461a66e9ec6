// Two thousand corrupted copies of a file of each format, with a new seed each time: the log prints it, and LAW_SEED
// repeats the run.
import { readFileSync } from 'node:fs';
import { env } from 'node:process';
import { strToU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import { layersOf } from '../../graph/network';
import { PolicyError, uniformPolicy } from '../../graph/policy';
import { readPolicyJson, writePolicyJson } from '../export/policyFile';
import type { ExportId } from '../export/registry';
import { contextOf, shippedNetwork } from '../export/witness.testing';
import { writeExport } from '../export/write';
import { type SafetensorsTensor, serializeSafetensors } from '../safetensors';
import { openZip } from '../zip';
import { fuzz, fuzzBytes } from './fuzz.testing';
import type { ModelFile } from './importer';
import { fixture as keras } from './keras/fixtures.testing';
import { inspectFiles } from './readers';
import { everything } from './tfjs/graphFile.testing';
import { fixture as torch } from './torch/torchFiles.testing';

const RUNS = 2000;
const SEED = Number(env.LAW_SEED ?? Date.now() % 1_000_000);
const archive = openZip(new Uint8Array(readFileSync(new URL('fixtures/field.zip', import.meta.url))), 'field.zip');
const field = (name: string): ModelFile[] =>
  [...archive].flatMap(([path, entry]) =>
    path === name || path.startsWith(`${name}/`) ? [{ name: path.replace(/^.*\//, ''), bytes: entry.read() }] : [],
  );
const weights = new URL('../../../public/weights/tiny-emoji10.safetensors', import.meta.url);

const network = shippedNetwork('tiny', 'emoji10');
const range = { min: 0, max: 3, meanMagnitude: 1, choice: 'minMax' } as const;
const ranges = new Map(layersOf(network).map(({ id }) => [id, range]));
const symmetric = { quantizer: 'symmetric', granularity: 'channel' } as const;
const context = {
  ...contextOf(network, uniformPolicy(network, 4, 8), symmetric, ranges),
  tensorRanges: new Map(network.nodes.map(({ id }) => [id, range])),
};
/** The archive's own files, without the Python reader beside them. */
const own = (id: ExportId): ModelFile[] =>
  writeExport(id, context)
    .filter(({ name }) => !name.endsWith('.py'))
    .map(({ name, content }) => ({ name, bytes: typeof content === 'string' ? strToU8(content) : content }));

const sample = (name: string): ModelFile => ({
  name,
  bytes: new Uint8Array(readFileSync(new URL(`../../../public/samples/${name}`, import.meta.url))),
});

/** A state_dict of PyTorch's CIFAR-10 tutorial, which is known by its shapes. */
function stateDict(): ModelFile {
  const shapes: readonly (readonly [name: string, shape: readonly number[]])[] = [
    ['conv1', [6, 3, 5, 5]],
    ['conv2', [16, 6, 5, 5]],
    ['fc1', [120, 400]],
    ['fc2', [84, 120]],
    ['fc3', [10, 84]],
  ];
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, shape] of shapes)
    for (const [part, dims] of [['weight', shape] as const, ['bias', shape.slice(0, 1)] as const]) {
      const values = new Float32Array(dims.reduce((product, d) => product * d, 1)).fill(0.01);
      tensors.set(`${name}.${part}`, { dtype: 'F32', shape: dims, values });
    }
  return { name: 'lenet.safetensors', bytes: serializeSafetensors({ tensors, metadata: new Map() }) };
}

/** Weights of Keras beside the JSON of their architecture. */
function besideJson(): ModelFile[] {
  const entries = openZip(keras('chain.keras').bytes, 'chain.keras');
  const read = (entry: string) => (entries.get(entry) as { read(): Uint8Array }).read();
  return [
    { name: 'net.json', bytes: read('config.json') },
    { name: 'net.weights.h5', bytes: read('model.weights.h5') },
  ];
}

const FILES: readonly (readonly [format: string, files: readonly ModelFile[]])[] = [
  ['ONNX, rounded', field('onnx/01-qcdq-int-weights-clip.onnx')],
  ['ONNX, QONNX', field('onnx/05-intquant.onnx')],
  ['ONNX, computed constants', field('onnx/30-sign-weights.onnx')],
  ['Keras (.h5)', [keras('residual.h5')]],
  ['Keras (.keras)', [keras('residual.keras')]],
  ['Keras weights beside JSON', besideJson()],
  ['QKeras', field('keras/k12-qkeras.h5')],
  ['TensorFlow Lite, float', [sample('tiny.tflite')]],
  ['TensorFlow Lite, int8', own('tflite')],
  ['a state_dict by its shapes', [stateDict()]],
  ['TF.js', field('tfjs/t01b-model-first-in-sequential')],
  ['PyTorch', [{ name: 'model.pt', bytes: torch('torch-2.13.pt') }]],
  ['PyTorch before 1.6', [{ name: 'model.pt', bytes: torch('torch-2.13-legacy.pt') }]],
  ['TF.js GraphModel', everything().files()],
  ['our ONNX', own('onnx')],
  ['our QONNX', own('qonnx')],
  ['our TF.js', own('tfjs')],
  ['our packed file', own('packed')],
  ['our project', own('project')],
  ['safetensors', [{ name: 'tiny.safetensors', bytes: new Uint8Array(readFileSync(weights)) }]],
];

describe(`broken files of seed ${SEED}`, { timeout: 0 }, () => {
  test.each(FILES)('%s: read, listed or refused in four sentences, each within five seconds', async (_, files) => {
    console.log(`LAW_SEED=${SEED}`);
    const report = await fuzz(inspectFiles, files, { runs: RUNS, seed: SEED, headEnd: 8192 });
    const refused = [...report.errors.values()].reduce((sum, count) => sum + count, 0);
    expect(report.read + report.unsupported + refused).toBe(RUNS);
  });

  test('JSON policies: read, or refused in words', async () => {
    const read = (bytes: Uint8Array) => readPolicyJson(new TextDecoder().decode(bytes), network);
    const whole = await fuzzBytes(read, strToU8(writePolicyJson(context)), [PolicyError], { runs: RUNS, seed: SEED });
    expect(whole).toBeGreaterThan(0);
  });
});
