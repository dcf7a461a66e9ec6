// The end of files: a softmax and operations on its probabilities, several outputs, unsupported outputs.
import { expect, test } from 'vitest';
import type { ProtobufWriter } from '../../protobufWriter';
import {
  type FileSpec,
  graphProto,
  modelProto,
  type NodeSpec,
  onnxFile,
  type TensorSpec,
  valueInfo,
} from './onnxFile.testing';
import { head, ints, node, number, random } from './operators.testing';
import { onnxReader } from './reader';

const end = head(4);
const body = [node('Conv', 'image w', 'x'), ...end.nodes];
const tensors = { w: random(4, 3, 3, 3), ...end.tensors };
const zero: TensorSpec = { dims: [], values: [-128], type: 3 };

const read = (bytes: Uint8Array) => onnxReader.read([{ name: 'test.onnx', bytes }]);
const fileOf = (nodes: readonly NodeSpec[], more: Record<string, TensorSpec> = {}, rest: Partial<FileSpec> = {}) =>
  onnxFile({ nodes: [...body, ...nodes], tensors: { ...tensors, ...more }, output: 'y', ...rest });
/** A file with these outputs. */
function outputs(nodes: readonly NodeSpec[], names: readonly string[]): Uint8Array {
  let graph: ProtobufWriter = graphProto({ nodes: [...body, ...nodes], tensors, output: names[0] });
  for (const name of names.slice(1)) graph = graph.message(12, valueInfo(name, undefined));
  return modelProto(graph).finish();
}

test.each<[string, NodeSpec[], Record<string, TensorSpec>?]>([
  ['nothing', [node('Softmax', 'logits', 'y')]],
  ['Identity', [node('Softmax', 'logits', 's'), node('Identity', 's', 'y')]],
  ['Reshape', [node('LogSoftmax', 'logits', 's'), node('Reshape', 's shape', 'y')], { shape: ints(-1, 4) }],
  ['Cast', [node('Softmax', 'logits', 's'), node('Cast', 's', 'y', { to: 1 })]],
  [
    'a rounding whose codes begin at zero',
    [
      node('Softmax', 'logits', 's'),
      node('QuantizeLinear', 's step zero', 'q'),
      node('DequantizeLinear', 'q step zero', 'd'),
      node('Squeeze', 'd', 'e'),
      node('Reshape', 'e shape', 'y'),
    ],
    { step: number(1 / 256), zero, shape: ints(1, 4) },
  ],
])('a softmax at the end with %s behind it is left out', async (_, nodes, more) => {
  const [plain, withTail] = await Promise.all([
    read(fileOf([node('Identity', 'logits', 'y')])),
    read(fileOf(nodes, more)),
  ]);
  if (withTail.network === undefined) throw new Error(JSON.stringify(withTail.unsupported));
  expect(withTail.network.nodes).toEqual(plain.network?.nodes);
  expect(withTail.notes[0]).toMatch(/^Removed the final (Log)?Softmax; fewbits works on logits\.$/);
});

test('only an inner softmax is named, not the nodes after it', async () => {
  const nodes = [
    node('Softmax', 'logits', 's'),
    node('Shape', 's', 'shape'),
    node('Gather', 'shape first', 'n'),
    node('Reshape', 's shape', 'r'),
    node('Gemm', 'r w3', 'y'),
  ];
  const { unsupported } = await read(fileOf(nodes, { w3: random(4, 4), first: ints(0) }));
  expect(unsupported.map(({ op }) => op)).toEqual(['Softmax']);
});

test('of several outputs, the one computed from the others is used', async () => {
  const { network, notes } = await read(outputs([], ['features', 'averages', 'logits']));
  expect(network?.nodes.at(-1)).toMatchObject({ op: 'dense', units: 4 });
  expect(notes).toEqual(['Of the file\'s 3 outputs ("features", "averages", "logits"), "logits" is used.']);
});

test('an unsupported output is replaced by a supported one', async () => {
  const nodes = [node('Softmax', 'logits', 's'), node('ArgMax', 's', 'class')];
  const { network, notes } = await read(outputs(nodes, ['class', 's']));
  expect(network?.nodes.at(-1)).toMatchObject({ op: 'dense', units: 4 });
  expect(notes).toContain('Of the file\'s 2 outputs ("class", "s"), "s" is used.');
});

test('a node whose second output has a reader is refused by name, not as damage', async () => {
  const pooled = { ...node('MaxPool', 'x', 'p', { kernel_shape: [2, 2] }), outputs: ['p', 'places'] };
  const split = { ...node('Unique', 'image', 'left'), outputs: ['left', 'right'] };
  const both = await read(fileOf([pooled, node('Cast', 'places', 'y', { to: 1 })]));
  expect(both.unsupported).toEqual([
    {
      node: '/p/MaxPool',
      op: 'MaxPool',
      why: 'Its output "places" is used; of such an operation, the page has the first output alone. Build the network without the others, and export it again.',
    },
  ]);
  const { unsupported } = await read(fileOf([split, node('Concat', 'right left', 'y', { axis: 1 })]));
  expect(unsupported).toEqual([
    {
      node: '/left/Unique',
      op: 'Unique',
      why: 'The page does not have this operation. Build the network without it, and export it again.',
    },
  ]);
  const quiet = await read(
    fileOf([pooled, node('Flatten', 'p', 'f'), node('Gemm', 'f w3', 'y')], { w3: random(36, 4) }),
  );
  expect(quiet.unsupported).toEqual([]);
});
