// Files like those in users' reports, with random weights: how each is read, and the messages. Small ones are in
// fixtures/field.zip with ONNX Runtime's outputs (expected.json); large ones and PyTorch checkpoints are in
// ../shared/field or FEWBITS_SHARED, and are skipped if missing.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { env } from 'node:process';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Network } from '../../graph/network';
import { take, useBackend } from '../../nn/backends.testing';
import { Inference } from '../../nn/inference';
import { floatRounding } from '../../rounding/rounding';
import { openZip } from '../zip';
import { ImportError, type Inspection, type ModelFile } from './importer';
import { inspectFiles } from './readers';

const SHARED = resolve(env.FEWBITS_SHARED ?? resolve('../shared'), 'field');
const HAS_SHARED = existsSync(resolve(SHARED, 'onnx/expected.json'));
const archive = openZip(new Uint8Array(readFileSync(new URL('fixtures/field.zip', import.meta.url))), 'field.zip');
const text = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));
const ANSWERS: Readonly<Record<string, readonly number[]>> = text(archive.get('expected.json')?.read() as Uint8Array);

/** A file of the archive, or all files of a folder. */
function kept(name: string): ModelFile[] {
  return [...archive].flatMap(([path, entry]) =>
    path === name || path.startsWith(`${name}/`) ? [{ name: path.replace(/^.*\//, ''), bytes: entry.read() }] : [],
  );
}
const shared = (name: string): ModelFile[] => [
  { name: name.replace(/^.*\//, ''), bytes: new Uint8Array(readFileSync(resolve(SHARED, name))) },
];

/** Logits of two images under the float policy, or under the file's stated rounding. */
async function logits(network: Network, setting?: Inspection['setting']): Promise<Float32Array> {
  await useBackend('cpu');
  const [image] = network.nodes;
  const shape = image.op === 'input' ? image.shape : [0, 0, 0];
  const count = 2 * shape.reduce((product, d) => product * d, 1);
  const values = Float32Array.from({ length: count }, (_, i) => ((37 * i + 11 + ((i * i) % 101)) % 256) / 255 - 0.3);
  const { policy, scheme, ranges } = setting ?? {};
  const model = new Inference(network);
  if (policy && scheme) model.configure({ policy, scheme, ranges: ranges ?? new Map() });
  else model.configure(floatRounding(network));
  const result = await take(model.run(() => tf.tensor4d(values, [2, shape[0], shape[1], shape[2]])).logits);
  model.dispose();
  return result;
}

const differ = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length ? Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i]))) : Number.POSITIVE_INFINITY;

/** All messages shown for a file. */
async function wordsOf(files: readonly ModelFile[]): Promise<{ card?: Inspection; words: string }> {
  try {
    const card = await inspectFiles(files);
    return { card, words: card.unsupported.map(({ op, why }) => `${op}: ${why}`).join(' | ') };
  } catch (error) {
    if (error instanceof ImportError) return { words: error.message };
    throw error;
  }
}

/** Messages that no file here may cause: each file is whole and harmless. */
const ACCUSATION = /damaged|cut short|changed|diverged|act on the computer|Python code/;

/** Read unchanged: within rounding of the runtime's outputs, in float. */
const READ = [
  ...['04-qdq-zero-scale-channel', '08-uint8-weights-matmul-axis1', '09-int4-odd-count', '09b-uint4-zero-point'],
  ...['09c-int4-blocks-axis1', '09d-int2', '16-fp16-raw', '16b-fp16-int32data', '16c-bf16-raw', '16d-bf16-int32data'],
  ...['16e-double', '18b-opset9', '20e-bn-gamma-0', '20f-bn-gamma-negative', '24b-weights-input-first'],
  ...['26-shared-weights', '28-relu6-min-max', '28b-relu-then-min6', '28c-relu-then-clip', '30-sign-weights'],
  ...['31-codes-minus-128', '32-uint16-activations', '33b-one-class', '33c-gray-28', '33d-64x64', '33e-dead-network'],
  ...['15c-conv-2-groups', '29-elu', '29-hardswish', '29-leakyrelu', '29-sigmoid', '29-tanh', '29b-swish'],
  ...['36c-squeeze-excite', '40-split'],
  ...['40b-maxpool-indices-unused', '41c-maxpool-relu-float', '41d-maxpool-no-relu-float'],
];
test.each(READ)('%s matches ONNX Runtime', async (name) => {
  const { card, words } = await wordsOf(kept(`onnx/${name}.onnx`));
  expect(words).toBe('');
  expect(differ(await logits(card?.network as Network), ANSWERS[`onnx/${name}.onnx`])).toBeLessThan(1e-5);
});

test.each([
  ...['01-qcdq-int-weights-clip', '07-int32-bias-axis0', '07c-int32-bias-scale-of-1', '07d-int32-bias-no-zero-point'],
  ...['31-codes-minus-128', '41-maxpool-relu-folded', '41b-maxpool-relu-kept', '41f-conv-relu-folded'],
])('%s matches ONNX Runtime as the file says it is rounded', async (name) => {
  const { card } = await wordsOf(kept(`onnx/${name}.onnx`));
  const answers = ANSWERS[`onnx/${name}.onnx`];
  expect(differ(await logits(card?.network as Network, card?.setting), answers)).toBeLessThan(1e-5);
});

test.each([
  ['21-relu-gone-conv', 1e-3],
  ['21b-relu-gone-maxpool', 1e-3],
  ['41-maxpool-relu-folded', 2e-3],
  ['41f-conv-relu-folded', 2e-3],
  ['35-negative-scale', 2e-3],
  ['20d-bn-variance-tiny', 1e-3],
])('%s answers in float within the rounding of the file', async (name, atol) => {
  const { card } = await wordsOf(kept(`onnx/${name}.onnx`));
  expect(differ(await logits(card?.network as Network), ANSWERS[`onnx/${name}.onnx`])).toBeLessThan(atol as number);
});

test.each(['11-softmax-identity', '11b-softmax-reshape'])('%s: gives logits before the softmax', async (name) => {
  const { card } = await wordsOf(kept(`onnx/${name}.onnx`));
  const values = await logits(card?.network as Network);
  const rows = [values.subarray(0, 10), values.subarray(10)].map((row) => {
    const sum = row.reduce((total, v) => total + Math.exp(v), 0);
    return [...row].map((v) => Math.exp(v) / sum);
  });
  expect(differ(rows.flat(), ANSWERS[`onnx/${name}.onnx`])).toBeLessThan(1e-6);
  expect(card?.notes[0]).toMatch(/^Removed the final Softmax/);
});

test('11g-sigmoid-last: gives logits before the sigmoids', async () => {
  const { card } = await wordsOf(kept('onnx/11g-sigmoid-last.onnx'));
  const values = (await logits(card?.network as Network)).map((v) => 1 / (1 + Math.exp(-v)));
  expect(differ(values, ANSWERS['onnx/11g-sigmoid-last.onnx'])).toBeLessThan(1e-6);
  expect(card?.notes[0]).toMatch(/^Removed the final Sigmoid/);
});

test('the output with the classes is used; IntQuant equals Quant', async () => {
  const [{ card: both }, { card: int }, { card: old }] = await Promise.all(
    ['25-features-then-logits', '05-intquant', '05b-quant'].map((name) => wordsOf(kept(`onnx/${name}.onnx`))),
  );
  expect(await logits(both?.network as Network)).toHaveLength(20);
  expect(await logits(int?.network as Network)).toEqual(await logits(old?.network as Network));
});

test('Teachable Machine’s models for TF.js', async () => {
  const name = 'tfjs/t01b-model-first-in-sequential';
  const { card, words } = await wordsOf(kept(name));
  expect(words).toBe('');
  expect(card?.classes).toEqual(Array.from({ length: 10 }, (_, i) => `Class ${i}`));
  expect(differ(await logits(card?.network as Network), ANSWERS[name])).toBeLessThan(1e-6);
});

/** Messages for the files that are refused; all others of the archive are read. */
const SAID: readonly (readonly [name: string, words: RegExp])[] = [
  [
    'onnx/07b-int32-bias-axis-left-out.onnx',
    /^DequantizeLinear: It has no axis 1\. Check the file with onnx\.checker, [^|]*$/,
  ],
  ['onnx/10-qlinearconv.onnx', /^QLinearConv: It computes on quantized codes/],
  ['onnx/10b-convinteger.onnx', /^DynamicQuantizeLinear: .* \| ConvInteger: It computes on quantized codes\. [^|]*$/],
  ['onnx/11f-argmax-last.onnx', /^ArgMax: It gives a class\. Export the network up to its logits\.$/],
  ['onnx/17b-external-missing.onnx', /The weights are in another file, "model\.onnx\.data"/],
  ['onnx/17c-external-outside.onnx', /The weights are in another file, "\.\.\/\.\.\/\.\.\/\.\.\/etc\/passwd"/],
  ['onnx/18-opset6.onnx', /The file is of opset 6/],
  ['onnx/20-bn-variance-0-eps-0.onnx', /"bn\.variance" holds 0 at index 0; a variance is at least 0/],
  ['onnx/20b-bn-variance-negative.onnx', /"bn\.variance" holds -0\.001\d* at index 2/],
  ['onnx/20c-bn-variance-nan.onnx', /The tensor "v" holds NaN at index 2\./],
  ['onnx/27-open-size.onnx', /The size of the image is left open/],
  ['onnx/29-mish.onnx', /^\w+: The page does not have this activation/],
  ['onnx/33f-3d-input.onnx', /no batch of images/],
  ['onnx/36-instance-norm.onnx', /^InstanceNormalization: The page knows batch norm/],
  ['onnx/36b-lrn.onnx', /^LRN: The page knows batch norm/],
  ['onnx/40c-topk-last.onnx', /^TopK: It gives the best classes\. Export the network up to its logits\.$/],
  ['keras/k04c-resizing-centercrop.h5', /^Resizing: .* \| CenterCrop: It changes the size of images/],
  ['keras/k06-tfoplambda.h5', /TFOpLambda: It is an operation of TensorFlow used as a layer.*Rescaling/],
  ['keras/k11b-relu-max-1.h5', /It ends at 1/],
  ['keras/k13-tfmot-qat.h5', /^Dense: The output is an image/],
  ['keras/k16-channels-first.h5', /channels first/],
  ['keras/k17-open-size.h5', /not fixed/],
  ['keras/k23-nan-weights.h5', /The weights hold NaN at index 0\./],
  ['keras/k24-locally-timedistributed.h5', /TimeDistributed/],
  ['keras/k30-truedivide-subtract.keras', /TrueDivide: .*Rescaling.*Subtract: /],
  ['keras/k31-weights-npz-missing.keras', /needs kernel, bias; the file has none of them/],
  ['keras/k32-randomaugment.keras', /^RandomCrop: It changes the size of images/],
];

test.each(SAID)('%s: %s', async (name, words) => {
  const { card, words: said } = await wordsOf(kept(name));
  expect(said).toMatch(words);
  expect(said).not.toMatch(ACCUSATION);
  // The problem, and the remedy.
  for (const { why } of card?.unsupported ?? []) expect(why).toMatch(/[.)] [A-Z][^.]+/);
  expect(card?.network).toBeUndefined();
});

test('all other files are read without a final softmax and without accusing notes', async () => {
  const folders = ['onnx/17-external', 'tfjs/t01b-model-first-in-sequential'];
  const single = [...archive.keys()].filter((name) => /^(onnx|keras)\/[^/]+$/.test(name));
  const said = new Set(SAID.map(([name]) => name));
  for (const name of [...single.filter((one) => !said.has(one)), ...folders]) {
    const { card, words } = await wordsOf(kept(name));
    expect([name, words]).toEqual([name, '']);
    expect([name, card?.network?.nodes.some(({ op }) => op === 'softmax')]).toEqual([name, false]);
    expect(card?.notes.join(' ')).not.toMatch(ACCUSATION);
  }
});

describe.skipIf(!HAS_SHARED)('files of ../shared/field', () => {
  const onnx: Readonly<Record<string, readonly number[]>> = HAS_SHARED
    ? JSON.parse(readFileSync(resolve(SHARED, 'onnx/expected.json'), 'utf8'))
    : {};

  test.each([
    ...[
      '12-maxpool-ceil',
      '12b-maxpool-ceil-padded',
      '12c-avgpool-ceil',
      '12d-avgpool-ceil-padded',
      '12f-avgpool-count',
    ],
    ...[
      '12g-avgpool-same-lower',
      '12h-maxpool-same-lower',
      '13-conv-same-lower-stride2',
      '13b-conv-same-upper-stride2',
      '15-conv-dilated',
      '15b-conv-groups-3-of-6',
    ],
    ...['13c-conv-same-upper-even-kernel', '13d-conv-valid', '14-conv-asymmetric', '14b-conv-stride-1x2'],
    ...[
      '22-dynamic-batch-reshape',
      '22b-reshape-1-x',
      '22d-shape-slice-5-opsets',
      '22e-flatten-nhwc-order',
      '33-one-layer',
    ],
  ])('%s matches ONNX Runtime', async (name) => {
    const { card } = await wordsOf(shared(`onnx/${name}.onnx`));
    expect(differ(await logits(card?.network as Network), onnx[`${name}.onnx`])).toBeLessThan(1e-5);
  });

  test.each([
    ['12e-avgpool-ceil-count', /^AveragePool: It counts its padding/],
    ['12i-maxpool-dilated', /^MaxPool: Its windows are dilated/],
    ['12k-lppool', /^LpPool: The page does not have this operation\. Build the network without it, [^|]*$/],
  ])('%s: %s', async (name, words) => {
    expect((await wordsOf(shared(`onnx/${name}.onnx`))).words).toMatch(words);
  });

  test.each(['12j-maxpool-ceil-last-in-pad', '22c-batch-4', '24-weights-are-inputs'])('%s is read', async (name) => {
    expect((await wordsOf(shared(`onnx/${name}.onnx`))).card?.network).toBeDefined();
  });

  test.each([
    ['p01-numpy-scalar-accuracy.pth', 'plain', /left out: "epoch", "best_acc", "optimizer"/],
    ['p04b-model-and-ema.pt', 'plain', /left out: "model_ema", "args"/],
    ['p06-pruned-mask.pt', 'pruned', /weight_orig x weight_mask/],
    ['p20-two-levels.pt', 'plain', /under "model" \/ "state_dict"/],
    ['p08-qat-observers.pt', undefined, /observers of quantization-aware training were left out/],
  ] as const)('%s', async (name, answer, note) => {
    const answers = JSON.parse(readFileSync(resolve(SHARED, 'torch/expected.json'), 'utf8'));
    const { card, words } = await wordsOf(shared(`torch/${name}`));
    expect(words).toBe('');
    expect(card?.notes.join(' ')).toMatch(note);
    expect(card?.notes.join(' ')).not.toMatch(ACCUSATION);
    if (answer !== undefined)
      expect(differ(await logits(card?.network as Network), answers[answer])).toBeLessThan(1e-5);
  });
});
