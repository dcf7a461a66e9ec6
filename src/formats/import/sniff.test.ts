import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { createRng } from '../../math/rng';
import { initialize } from '../../zoo/definition';
import { networks } from '../../zoo/registry';
import { writeCheckpoint } from '../checkpoint';
import { ImportError, type ImportProblem } from './importer';
import { inspectFiles } from './readers';
import { type FormatId, sniff } from './sniff';

const text = (content: string) => new TextEncoder().encode(content);
const json = (content: unknown) => text(JSON.stringify(content));
const file = (bytes: Uint8Array | readonly number[], name = 'dropped') => ({ name, bytes: Uint8Array.from(bytes) });
const zip = (...names: string[]) =>
  zipSync(Object.fromEntries(names.map((name) => [name, Uint8Array.of(1)])), { level: 0 });
const padded = (at: number, bytes: Uint8Array) => Uint8Array.from([...new Uint8Array(at), ...bytes]);

/** ModelProto {ir_version 8, producer_name "pytorch", graph {name "g"}, opset_import {version 17}}. */
const onnx = [8, 8, 0x12, 7, ...text('pytorch'), 0x3a, 3, 0x12, 1, 0x67, 0x42, 2, 0x10, 17];
const hdf5 = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0);
const torchMagic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

describe('readable files', () => {
  test.each<[string, FormatId, ArrayLike<number>]>([
    ['ONNX', 'onnx', onnx],
    ['ONNX with the graph first', 'onnx', [0x3a, 3, 0x12, 1, 0x67, 8, 8]],
    ['ONNX that breaks off in its graph', 'onnx', onnx.slice(0, -6)],
    ['HDF5', 'keras-h5', hdf5],
    ['HDF5 behind a user block', 'keras-h5', padded(1024, hdf5)],
    ['.keras', 'keras-zip', zip('metadata.json', 'config.json', 'model.weights.h5')],
    ['PyTorch zip', 'torch-zip', zip('model/data.pkl', 'model/data/0', 'model/version')],
    ['PyTorch legacy', 'torch-legacy', torchMagic],
    ['TensorFlow Lite', 'tflite', [0x1c, 0, 0, 0, ...text('TFL3'), 0, 0]],
    ['safetensors', 'safetensors', writeCheckpoint(initialize(networks.tiny.build([8, 8, 3], 2), createRng(1)))],
    ['LayersModel', 'tfjs-layers', json({ modelTopology: { model_config: {} }, weightsManifest: [] })],
    ['LayersModel that says so', 'tfjs-layers', json({ format: 'layers-model', modelTopology: {} })],
    ['GraphModel', 'tfjs-graph', json({ format: 'graph-model', modelTopology: { node: [] } })],
    ['GraphModel of old', 'tfjs-graph', json({ modelTopology: { node: [] } })],
    ['bit policy', 'policy', json({ stem: { weights: 4, activations: 32 } })],
    ['bit policy with its setting', 'policy', json({ seed: 1, layers: { stem: { weights: 4, activations: 32 } } })],
  ])('%s', (_, format, bytes) => {
    expect(sniff([file(Uint8Array.from(bytes), 'wrong.png')]).format).toBe(format);
  });

  test('the model comes first among shards and other files', () => {
    const model = file(json({ modelTopology: {}, weightsManifest: [] }), 'model.json');
    const others = [file([1, 2, 3], 'weights.bin'), file(text('{'), 'broken.json'), file([], '.keep')];
    const { format, files } = sniff([...others, model]);
    expect(format).toBe('tfjs-layers');
    expect(files).toEqual([model, ...others]);
  });
});

function problemOf(bytes: ArrayLike<number>): ImportProblem {
  try {
    sniff([file(Uint8Array.from(bytes), 'model.bin')]);
  } catch (error) {
    expect(error).toBeInstanceOf(ImportError);
    return error as ImportError;
  }
  throw new Error('The file was taken for a model.');
}

describe('refused files, by name', () => {
  const nodeDef = [0x0a, 20, 0x0a, 1, 0x78, 0x12, 11, ...text('Placeholder')];
  test.each<[string, ArrayLike<number>, string]>([
    ['an empty file', [], 'Copy or download'],
    ['a Git LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:00\n'), 'git lfs pull'],
    ['a web page', text('\n<!DOCTYPE html><title>404</title>'), 'download the file itself'],
    ['an XML file', text('\ufeff<?xml version="1.0"?><net/>'), 'ONNX'],
    ['a NumPy array', [0x93, ...text('NUMPY'), 1, 0], 'ONNX'],
    ['an archive of NumPy arrays', zip('a.npy', 'b.npy'), 'ONNX'],
    ['a gzip archive', [0x1f, 0x8b, 8, 0], 'Unpack it'],
    ['a tar archive', padded(257, text('ustar')), 'Unpack it'],
    ['a PNG picture', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a], 'Your own images'],
    ['a JPEG picture', [0xff, 0xd8, 0xff, 0xe0], 'Your own images'],
    ['a TensorFlow SavedModel or frozen graph', nodeDef, 'tf2onnx.convert'],
    ['a TensorFlow SavedModel or frozen graph', [8, 1, 0x12, 0x80, 1, 0x0a, 3], 'tf2onnx.convert'],
    ['a Core ML model', [8, 5, 0x12, 0x80, 1, 0x0a, 3], 'as ONNX'],
    ['a TorchScript program', zip('m/data.pkl', 'm/constants.pkl', 'm/code/__torch__.py'), 'torch.onnx.export'],
    ['a program of torch.export', zip('m/models/model.json', 'm/version'), 'torch.onnx.export'],
    ['a zip archive around a model', zip('readme.txt', 'out/model.onnx'), 'drop "out/model.onnx"'],
    ['a zip archive without a network', zip('word/document.xml'), 'ONNX'],
    ['a Python pickle that torch.save did not write', [0x80, 4, 0x95, 0, 0], 'model.state_dict()'],
    ['a Keras architecture without weights', json({ class_name: 'Sequential', config: {} }), 'model.save'],
    ['a JSON file that describes no network', json({ hello: 'world' }), 'ONNX'],
    ['a list of TF.js weights without a network', json([{ paths: ['a-shard1'], weights: [] }]), 'model.save()'],
    ['a JSON file that holds a list', json([1, 2]), 'ONNX'],
    ['an unrecognized file', text('hello world'), 'ONNX'],
  ])('%s', (name, bytes, next) => {
    const problem = problemOf(bytes);
    expect(problem.what).toContain(`This is ${name}`);
    expect(problem.where).toBe('model.bin');
    expect(problem.why).toMatch(/\.$/);
    expect(problem.next).toContain(next);
  });

  test('invalid JSON, by line and column, also after a byte order mark', () => {
    expect(problemOf(text('\uFEFF{"format": "layers-model",\n "x": ]')).what).toBe(
      'The JSON cannot be parsed (line 2, column 7: a value should stand where "]" stands).',
    );
  });

  test('JSON nested too deeply, before parsing', () => {
    expect(problemOf(text('{"a":'.repeat(100_000)))).toMatchObject({
      what: 'The JSON nests 100000 levels deep.',
      next: 'Save the model again with the program that made it.',
    });
    expect(problemOf(text('{"[[[[": "[{\\"[["')).what).toContain('The JSON cannot be parsed');
  });

  test('two models at once', () => {
    const both = [file(onnx, 'a.onnx'), file(hdf5, 'b.h5')];
    expect(() => sniff(both)).toThrow('Here are 2 models at once. (a.onnx, b.h5)');
  });

  test('a folder without files', () => {
    expect(() => sniff([])).toThrow('No file came.');
  });

  test('more bytes than fit', async () => {
    const half = { name: 'a.bin', bytes: new Uint8Array(100_000_001) };
    await expect(inspectFiles([half, half])).rejects.toThrow('Here are 2 files of 200000002 bytes together.');
  });

  test('a bit policy, with the place to drop it', async () => {
    const policy = file(json({ stem: { weights: 4, activations: 32 } }), 'policy.json');
    await expect(inspectFiles([policy])).rejects.toThrow('Open the network first, then drop this file again.');
  });
});
