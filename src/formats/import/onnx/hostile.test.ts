// Files made to mislead the reader, and hundreds of corrupted ones.
import { expect, test } from 'vitest';
import { ProtobufWriter } from '../../protobufWriter';
import { fuzz } from '../fuzz.testing';
import { CONV, fileOf, node, random, TAIL, WEIGHTS } from './errors.testing';
import { graphProto, modelProto, onnxFile } from './onnxFile.testing';
import { onnxReader } from './reader';

test('names that are special in JavaScript are only names', async () => {
  const nodes = [
    node('Conv', ['image', '__proto__.weight'], 'constructor', { name: 'toString' }),
    node('Relu', ['constructor'], '__proto__', { name: '__proto__' }),
    node('GlobalAveragePool', ['__proto__'], 'a'),
    node('Flatten', ['a'], 'f'),
    node('Gemm', ['f', 'constructor.weight'], 'logits', { attributes: { transB: 1 } }),
  ];
  const tensors = [
    ['__proto__.weight', WEIGHTS['conv.weight']],
    ['constructor.weight', WEIGHTS['fc.weight']],
  ] as const;
  const { network, operations } = await onnxReader.read(fileOf(onnxFile({ nodes, tensors })));
  expect(network?.nodes.map(({ id }) => id)).toEqual([
    'image',
    'node __proto__',
    'node __proto___2',
    'a',
    'node constructor',
  ]);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(operations.get('Conv')).toBe(1);
});

test('an operation called __proto__ is unknown', async () => {
  const { unsupported } = await onnxReader.read(fileOf(onnxFile({ nodes: [node('__proto__', ['image'], 'logits')] })));
  expect(unsupported).toEqual([
    {
      node: 'logits',
      op: '__proto__',
      why: 'The page does not have this operation. Build the network without it, and export it again.',
    },
  ]);
});

test('messages nested ten thousand deep in unused fields are skipped, not followed', async () => {
  let nested: Uint8Array = new Uint8Array();
  for (let i = 0; i < 10_000; i++) nested = new ProtobufWriter().payload(6, nested).finish();
  const graph = graphProto({ nodes: [CONV, ...TAIL], tensors: WEIGHTS });
  const bytes = modelProto(graph.payload(10, nested)).finish();
  expect((await onnxReader.read(fileOf(bytes))).network).toBeDefined();
});

test('corrupted files are read, listed or refused, and nothing else', async () => {
  const shapes = [
    node('Shape', ['f0'], 'shape'),
    node('Gather', ['shape', 'zero'], 'batch'),
    node('Concat', ['batch', 'rest'], 'target', { attributes: { axis: 0 } }),
  ];
  const bytes = onnxFile({
    nodes: [
      CONV,
      node('Pad', ['c', 'pads'], 'p'),
      node('Slice', ['p', 'starts', 'ends', 'axes', 'steps'], 'f0'),
      ...shapes,
      node('Reshape', ['f0', 'target'], 'f'),
      node('MatMul', ['f', 'fc.weight'], 'm'),
      node('Add', ['m', 'bias'], 'logits'),
    ],
    tensors: {
      'conv.weight': WEIGHTS['conv.weight'],
      'fc.weight': random(36, 5),
      bias: random(5),
      pads: { dims: [8], values: [0, 0, 1, 1, 0, 0, 1, 1], type: 7 },
      starts: { dims: [2], values: [0, 0], type: 7 },
      ends: { dims: [2], values: [2 ** 63, 2 ** 63], type: 7 },
      axes: { dims: [2], values: [2, 3], type: 7 },
      steps: { dims: [2], values: [2, 1], type: 7 },
      zero: { dims: [1], values: [0], type: 7 },
      rest: { dims: [1], values: [-1], type: 7 },
    },
  });
  const report = await fuzz((files) => onnxReader.read(files), fileOf(bytes), { headEnd: bytes.length });
  expect(report.read + report.unsupported + [...report.errors.values()].reduce((a, b) => a + b, 0)).toBe(report.runs);
  expect(report.errors.size).toBeGreaterThan(5);
});
