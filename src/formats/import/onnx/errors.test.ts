// Files that are damaged, too large or of another kind, with their error messages.
import { describe, expect, test } from 'vitest';
import { ProtobufWriter } from '../../protobufWriter';
import type { ImportProblem, ModelFile } from '../importer';
import { problemOf } from '../problemOf.testing';
import { CONV, fileOf, GOOD, node, random, TAIL, WEIGHTS } from './errors.testing';
import { graphProto, modelProto, onnxFile, tensorProto } from './onnxFile.testing';
import { onnxReader } from './reader';

const COPY_AGAIN = 'Copy or download it again; if that does not help, export it again.';

const contradicts = (what: string, where: string): ImportProblem => ({
  what,
  where,
  why: 'The parts of the file do not fit together, so it is no valid ONNX model.',
  next: COPY_AGAIN,
});

test('the unmodified file is read', async () => {
  const { network, unsupported, parameters } = await onnxReader.read(fileOf(GOOD));
  expect([unsupported, parameters, network?.nodes.length]).toEqual([[], 4 * 27 + 20, 5]);
});

const NOT_FINITE = {
  why: 'A network with such a weight gives no numbers.',
  next: 'Look at this weight in the program that made the file, and export the network again with finite ones.',
};

describe('refused as a whole', () => {
  const nan = random(4, 3, 3, 3);
  (nan.values as Float32Array)[7] = Number.NaN;
  const external = (): Uint8Array => {
    const entry = (key: string, value: string) => new ProtobufWriter().text(1, key).text(2, value);
    const weight = new ProtobufWriter()
      .integers(1, [4, 3, 3, 3])
      .integer(2, 1)
      .text(8, 'conv.weight')
      .message(13, entry('location', 'net.onnx.data'))
      .integer(14, 1);
    const graph = graphProto({ nodes: [CONV, ...TAIL], tensors: { 'fc.weight': WEIGHTS['fc.weight'] } });
    return modelProto(graph.message(5, weight)).finish();
  };
  const shaped = (dims: number[]): Uint8Array => {
    const weight = new ProtobufWriter()
      .integers(1, dims)
      .integer(2, 1)
      .text(8, 'conv.weight')
      .payload(9, new Uint8Array(4));
    return modelProto(graphProto({ nodes: [CONV, ...TAIL] }).message(5, weight)).finish();
  };

  test.each<[string, () => Uint8Array, ImportProblem]>([
    [
      'cut short',
      () => GOOD.slice(0, 300),
      {
        what: `The file ends too early: the part that begins at byte 9 should have ${GOOD.length - 18} bytes, and 288 are left.`,
        where: 'net.onnx, byte 9',
        why: 'Files end like this where a download or a copy broke off.',
        next: COPY_AGAIN,
      },
    ],
    [
      'text of another kind',
      () => new TextEncoder().encode('{"layers": []}'),
      {
        what: 'The file cannot be read as ONNX: a field has the wire type 3, which is not used.',
        where: 'net.onnx, byte 0',
        why: 'ONNX files are protobuf messages, and this one is truncated or damaged.',
        next: COPY_AGAIN,
      },
    ],
    [
      'protobuf of another kind',
      () => new ProtobufWriter().integer(1, 8).text(2, 'hello').finish(),
      {
        what: 'The file holds no network.',
        where: 'net.onnx',
        why: 'It can be read as protobuf, as ONNX files are, but has no graph with nodes and an output.',
        next: 'Drop the file that torch.onnx.export or another exporter wrote.',
      },
    ],
    [
      'an open image size',
      () => onnxFile({ nodes: [CONV, ...TAIL], tensors: WEIGHTS, image: ['N', 3, 'height', ''] }),
      {
        what: 'The size of the image is left open: [N, 3, height, ?].',
        where: 'net.onnx, input "image"',
        why: 'Only the batch may be of any size; memory and cost depend on the size of the image.',
        next: 'Export it again with an example of fixed size, and only the batch in dynamic_axes or dynamic_shapes.',
      },
    ],
    [
      'weights in another file',
      external,
      {
        what: 'The weights are in another file, "net.onnx.data".',
        where: 'net.onnx, tensor "conv.weight"',
        why: 'The ONNX file holds only the graph, and the other file was not dropped with it.',
        next: 'Drop both files together, or export with external_data=False.',
      },
    ],
    [
      'weights that are no numbers',
      () => onnxFile({ nodes: [CONV, ...TAIL], tensors: { ...WEIGHTS, 'conv.weight': nan } }),
      {
        what: 'The tensor "conv.weight" holds NaN at index 7.',
        where: 'net.onnx, tensor "conv.weight"',
        ...NOT_FINITE,
      },
    ],
    [
      'weights that become none when they are computed',
      () =>
        onnxFile({
          nodes: [
            node('Div', ['conv.weight', 'zero'], 'w'),
            node('Conv', ['image', 'w'], 'c', { attributes: { strides: [2, 2] } }),
            ...TAIL,
          ],
          tensors: { ...WEIGHTS, zero: { dims: [], values: [0] } },
        }),
      {
        what: expect.stringMatching(
          /^Computing "w" from the file's numbers gives -?Infinity at index 0\.$/,
        ) as unknown as string,
        where: 'net.onnx, node "c"',
        ...NOT_FINITE,
      },
    ],
    [
      'a tensor whose size overflows',
      () => shaped([2 ** 31, 2 ** 31, 2 ** 31, 3]),
      {
        what: 'The tensor "conv.weight" has 2147483648 x 2147483648 x 2147483648 x 3 numbers.',
        where: 'net.onnx, tensor "conv.weight"',
        why: "The page takes 27000000 numbers, so that it fits a browser's memory.",
        next: 'Choose a smaller network.',
      },
    ],
    [
      'a tensor of a negative size',
      () => shaped([4, -3, 3, 3]),
      contradicts('The tensor "conv.weight" has the impossible shape [4, -3, 3, 3].', 'net.onnx, tensor "conv.weight"'),
    ],
    [
      'a tensor with too few bytes',
      () => shaped([4, 3, 3, 3]),
      contradicts('The tensor "conv.weight" [4, 3, 3, 3] needs 432 bytes but has 4.', 'net.onnx, tensor "conv.weight"'),
    ],
    [
      'nodes in a circle',
      () =>
        onnxFile({
          nodes: [node('Add', ['image', 'b'], 'a'), node('Relu', ['a'], 'b'), node('Relu', ['b'], 'logits')],
        }),
      contradicts('The nodes "a" and "b" wait for each other.', 'net.onnx, node "a"'),
    ],
    [
      'two nodes that give the same',
      () => onnxFile({ nodes: [CONV, CONV, ...TAIL], tensors: WEIGHTS }),
      contradicts('The node gives "c", which is there already.', 'net.onnx, node "c"'),
    ],
    [
      'two tensors of one name',
      () =>
        onnxFile({
          nodes: [CONV, ...TAIL],
          tensors: [...Object.entries(WEIGHTS), ['fc.weight', random(1)] as const],
        }),
      contradicts('Two tensors have the name "fc.weight".', 'net.onnx, tensor "fc.weight"'),
    ],
    [
      'a node that reads nothing',
      () => onnxFile({ nodes: [node('Relu', ['nowhere'], 'logits')] }),
      contradicts('The node reads "nowhere", which nothing gives.', 'net.onnx, node "logits"'),
    ],
    [
      'weights for other channels',
      () => onnxFile({ nodes: [CONV, ...TAIL], tensors: { ...WEIGHTS, 'conv.weight': random(4, 2, 3, 3) } }),
      contradicts('The convolution "c" has weights for 2 channels but reads 3.', 'net.onnx, node "c"'),
    ],
    [
      'an old opset',
      () => onnxFile({ nodes: [CONV, ...TAIL], tensors: WEIGHTS, opset: 6 }),
      {
        what: 'The file is of opset 6.',
        where: 'net.onnx',
        why: 'Before opset 7, the operations of ONNX meant other things.',
        next: 'Export it again with opset 17.',
      },
    ],
    [
      'an image that no browser holds',
      () => onnxFile({ nodes: [CONV, ...TAIL], tensors: WEIGHTS, image: [1, 3, 100_000, 100_000] }),
      {
        what: 'The node gives [100000, 100000, 3] numbers.',
        where: 'net.onnx, node "image"',
        why: "The page takes 16777216 numbers of an image at a time, so that it fits a browser's memory.",
        next: 'Choose a smaller network.',
      },
    ],
    [
      'more nodes than a network has',
      () => onnxFile({ nodes: Array.from({ length: 5001 }, (_, i) => node('Relu', ['image'], `r${i}`)) }),
      {
        what: 'The graph has more than 5000 nodes.',
        where: 'net.onnx',
        why: "The page takes 5000 nodes, so that it fits a browser's memory.",
        next: 'Choose a smaller network.',
      },
    ],
    [
      'more tensors than a network has',
      () =>
        onnxFile({
          nodes: [CONV, ...TAIL],
          tensors: Array.from({ length: 10_001 }, (_, i) => [`t${i}`, { dims: [0], values: [] }] as const),
        }),
      {
        what: 'The graph has more than 10000 tensors.',
        where: 'net.onnx',
        why: "The page takes 10000 tensors, so that it fits a browser's memory.",
        next: 'Choose a smaller network.',
      },
    ],
    [
      'a name without end',
      () => onnxFile({ nodes: [node('Relu', ['image'], 'x'.repeat(2000))] }),
      {
        what: 'A name has 2000 characters.',
        where: 'net.onnx',
        why: "The page takes names of 1000 characters, so that it fits a browser's memory.",
        next: 'Choose a smaller network.',
      },
    ],
    [
      'a constant that grows while it is computed',
      () =>
        onnxFile({
          nodes: [
            ...Array.from({ length: 13 }, (_, i) =>
              node('Concat', [`x${i}`, `x${i}`], `x${i + 1}`, { attributes: { axis: 0 } }),
            ),
            ...Array.from({ length: 5 }, (_, i) => node('Identity', [`x${13 + i}`], `x${14 + i}`)),
            node('Add', ['image', 'x18'], 'logits'),
          ],
          tensors: { x0: { dims: [1000], values: new Float32Array(1000) } },
        }),
      {
        what: 'The file holds or computes too many constants.',
        where: 'net.onnx',
        why: "The page takes 54000000 numbers of them, so that it fits a browser's memory.",
        next: 'Choose a smaller network.',
      },
    ],
  ])('%s', async (_, bytes, problem) => {
    expect(await problemOf(() => onnxReader.read(fileOf(bytes())))).toEqual(problem);
  });
});

test('weights in a second dropped file', async () => {
  const values = WEIGHTS['conv.weight'].values as Float32Array;
  const data = new Uint8Array(8 + values.byteLength);
  data.set(new Uint8Array(values.buffer), 8);
  const entry = (key: string, value: string) => new ProtobufWriter().text(1, key).text(2, value);
  const weight = tensorProto('conv.weight', { dims: [4, 3, 3, 3], values: [] });
  for (const [key, value] of [
    ['location', 'net.onnx.data'],
    ['offset', '8'],
    ['length', String(values.byteLength)],
  ])
    weight.message(13, entry(key, value));
  const graph = graphProto({ nodes: [CONV, ...TAIL], tensors: { 'fc.weight': WEIGHTS['fc.weight'] } });
  const bytes = modelProto(graph.message(5, weight.integer(14, 1))).finish();
  const read = (files: ModelFile[]) => onnxReader.read([{ name: 'folder/net.onnx', bytes }, ...files]);
  const { network } = await read([{ name: 'folder/net.onnx.data', bytes: data }]);
  const { network: whole } = await onnxReader.read(fileOf(GOOD));
  expect(network?.parameters.get('conv.kernel')).toEqual(whole?.parameters.get('conv.kernel'));
  await expect(read([{ name: 'folder/net.onnx.data', bytes: data.subarray(1) }])).rejects.toThrow(
    'should be 432 bytes at 8 of "folder/net.onnx.data", which has 439',
  );
});
