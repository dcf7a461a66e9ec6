// The tensors in files of torch.save, and the contents beside them.
import { describe, expect, test } from 'vitest';
import { inspectFiles } from '../readers';
import * as py from './torchFiles.testing';

const inspect = (bytes: Uint8Array) => inspectFiles([{ name: 'model.pt', bytes }]);

// Written by PyTorch 2.13.0 with torch.save(odd, …), the second with _use_new_zipfile_serialization=False:
// odd = {'transposed': torch.arange(12.).reshape(3, 4).t(), 'half': torch.arange(6).half().reshape(2, 3) / 4,
//        'bfloat16': torch.arange(6).bfloat16()[1:], 'expanded': torch.ones(1, 3).expand(4, 3),
//        'double': torch.arange(4).double() / 3, 'parameter': torch.nn.Parameter(torch.tensor([-1.5, 2.0])),
//        'bn.num_batches_tracked': torch.tensor(3)}
describe.each(['torch-2.13.pt', 'torch-2.13-legacy.pt'])('%s', (name) => {
  test('gives PyTorch’s numbers for every type and stride', async () => {
    const { weights, parameters, notes, network } = await inspect(py.fixture(name));
    expect(
      Object.fromEntries([...(weights ?? [])].map(([key, { shape, values }]) => [key, [shape, [...values]]])),
    ).toEqual({
      transposed: [
        [4, 3],
        [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11],
      ],
      half: [
        [2, 3],
        [0, 0.25, 0.5, 0.75, 1, 1.25],
      ],
      bfloat16: [[5], [1, 2, 3, 4, 5]],
      expanded: [[4, 3], Array(12).fill(1)],
      double: [[4], [0, Math.fround(1 / 3), Math.fround(2 / 3), 1]],
      parameter: [[2], [-1.5, 2]],
    });
    expect(parameters).toBe(12 + 6 + 5 + 12 + 4 + 2);
    expect(notes).toEqual([]);
    expect(network).toBeUndefined();
  });
});

describe('contents of a checkpoint', () => {
  const weights = new Map([['module.fc.weight', { shape: [1, 2], values: Float32Array.of(3, 4) }]]);

  test.each([false, true])('weights are found, and the rest is named (legacy %s)', async (legacy) => {
    const wrap = (state: py.Piece) => py.dict(['epoch', py.int(7)], ['state_dict', state], ['args', py.NONE]);
    const { weights: found, notes, format } = await inspect(py.torchFile(weights, { legacy, wrap }));
    expect(format).toMatch(/^PyTorch state_dict/);
    expect([...(found ?? [])]).toEqual([['fc.weight', { shape: [1, 2], values: Float32Array.of(3, 4) }]]);
    expect(notes).toEqual([
      'The weights are those under "state_dict". What is beside it was left out: "epoch", "args".',
      'All names began with "module.", as DataParallel leaves them; it was taken off.',
    ]);
  });

  test('numbers of a big-endian machine', async () => {
    const bytes = py.torchZip(
      py.dict(['w', py.tensor('0', [2])]),
      { 0: Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0) },
      'big',
    );
    expect((await inspect(bytes)).weights?.get('w')?.values).toEqual(Float32Array.of(1, -2));
  });

  test('tensors that share a storage, and names that are special in JavaScript', async () => {
    const whole = py.tensor('0', [2, 2]);
    const row = py.tensor('0', [2], { count: 4, offset: 2 });
    const bytes = py.torchZip(py.dict(['__proto__', whole], ['constructor', row]), { 0: py.floats(1, 2, 3, 4) });
    const { weights: found } = await inspect(bytes);
    expect([...(found?.get('constructor')?.values ?? [])]).toEqual([3, 4]);
    expect([...(found?.keys() ?? [])]).toEqual(['__proto__', 'constructor']);
  });

  test('integers beside weights are left out with a note, counters without', async () => {
    const integer = { type: 'LongStorage' };
    const value = py.dict(
      ['w', py.tensor('0', [1])],
      ['ids', py.tensor('1', [1], integer)],
      ['n.num_batches_tracked', py.tensor('1', [], integer)],
    );
    const { weights: found, notes } = await inspect(py.torchZip(value, { 0: py.floats(1), 1: new Uint8Array(8) }));
    expect([...(found?.keys() ?? [])]).toEqual(['w']);
    expect(notes).toEqual(['Integers are no weights and were left out: "ids".']);
  });
});
