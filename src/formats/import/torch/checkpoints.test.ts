// Other contents saved by training scripts beside and around the weights: found, named, left out, and never constructed.
import { describe, expect, test } from 'vitest';
import { inspectFiles } from '../readers';
import * as py from './torchFiles.testing';

const inspect = (bytes: Uint8Array) => inspectFiles([{ name: 'model.pt', bytes }]);
const NUMBERS = { 0: py.floats(3, 4), 1: py.floats(0, 1), 2: py.floats(5) };
const state = py.dict(['fc.weight', py.tensor('0', [1, 2])]);
const loss = py.tensor('2', []);
const found = async (value: py.Piece, numbers: Record<string, Uint8Array> = NUMBERS) => {
  const { weights, notes } = await inspect(py.torchZip(value, numbers));
  return { values: Object.fromEntries([...(weights ?? [])].map(([name, { values }]) => [name, [...values]])), notes };
};
const BARE = { 'fc.weight': [3, 4] };

// Pickled objects of these classes consist of a name, arguments, and often a state set afterwards (BUILD, 0x62).
const built = (object: py.Piece, ...setting: py.Piece[]): py.Piece => [...object, ...py.tuple(...setting), 0x62];
const dtype = built(py.call(py.named('numpy', 'dtype'), py.text('f8')), py.int(3), py.text('<'));
const scalar = py.call(py.named('numpy._core.multiarray', 'scalar'), dtype, py.text('12345678'));
const array = built(py.call(py.named('numpy.core.multiarray', '_reconstruct'), py.named('numpy', 'ndarray')), dtype);
const path = py.call(py.named('pathlib', 'PosixPath'), py.text('runs'), py.text('1'));
const date = py.call(py.named('datetime', 'datetime'), py.text('1234567890'));
const namespace = built(py.call(py.named('argparse', 'Namespace')), path);
const log = [
  ...py.call(py.named('collections', 'defaultdict'), py.named('builtins', 'list')),
  ...py.text('loss'),
  ...py.list(py.int(1)),
  0x73,
];
const own = built([...py.named('train', 'Meter'), ...py.tuple(), 0x81], py.int(7));
const enumeration = py.call(py.named('builtins', 'getattr'), py.named('train', 'Mode'), py.text('EVAL'));

describe('beside the weights', () => {
  test.each<[string, py.Piece]>([
    ['a NumPy number', scalar],
    ['a NumPy array', array],
    ['a path', path],
    ['a date', date],
    ['options with a path in them', namespace],
    ['a defaultdict', log],
    ['an object of the training program', own],
    ['a member of an enumeration', enumeration],
    ['a tensor', loss],
    ['another network’s optimizer', py.dict(['state', py.dict(['momentum', py.tensor('1', [2])])])],
  ])('%s is left out and named', async (_, value) => {
    for (const checkpoint of [
      py.dict(['best', value], ['state_dict', state]),
      py.dict(['state_dict', state], ['best', value]),
    ])
      expect(await found(checkpoint)).toEqual({
        values: BARE,
        notes: ['The weights are those under "state_dict". What is beside it was left out: "best".'],
      });
  });

  test('counters of thop are left out', async () => {
    const counts = [py.tensor('2', [1]), py.tensor('2', [1])];
    const counted = py.dict(
      ['fc.weight', py.tensor('0', [1, 2])],
      ['fc.total_ops', counts[0]],
      ['total_params', counts[1]],
    );
    expect(await found(counted)).toEqual({
      values: BARE,
      notes: ['2 counts of operations and parameters (total_ops, total_params of thop) were left out.'],
    });
  });

  test.each([
    [['c.weight_g', 'c.weight_v'], 'c.weight_g', /weight-normalized\. Call torch\.nn\.utils\.remove_weight_norm/],
    [['c.weight_orig', 'c.weight_u', 'c.weight_v'], 'c.weight_u', /remove_spectral_norm/],
    [['c.parametrizations.weight.original0'], 'c.parametrizations.weight.original0', /remove_parametrizations/],
  ] as const)('a weight that %j make says how to make it plain', async (names, node, why) => {
    const entries = names.map((name): [string, py.Piece] => [name, py.tensor('0', [1, 2])]);
    const { unsupported } = await inspect(py.torchZip(py.dict(...entries), NUMBERS));
    expect(unsupported).toEqual([{ node, op: 'weights', why: expect.stringMatching(why) }]);
  });

  test('of two sets of weights, the one with the usual name; otherwise the one with most kernels', async () => {
    const large = py.dict(['a.weight', py.tensor('1', [1, 2])], ['b.weight', py.tensor('1', [2, 1])]);
    const usual = await found(py.dict(['model_ema', large], ['model', state]));
    expect(usual.values).toEqual(BARE);
    const most = await found(py.dict(['generator', state], ['critic', large]));
    expect(Object.keys(most.values)).toEqual(['a.weight', 'b.weight']);
  });

  test('weights two levels deep, and at top level beside a dict without any', async () => {
    expect(await found(py.dict(['model', py.dict(['state_dict', state])], ['cfg', py.text('x')]))).toEqual({
      values: BARE,
      notes: ['The weights are those under "model" / "state_dict". What is beside it was left out: "cfg".'],
    });
    expect(
      (await found(py.dict(['fc.weight', py.tensor('0', [1, 2])], ['meta', py.dict(['s', loss])]))).values,
    ).toEqual(BARE);
  });
});

describe('around the weights', () => {
  test('pruned weights are multiplied by their masks', async () => {
    const pruned = py.dict(['fc.weight_orig', py.tensor('0', [1, 2])], ['fc.weight_mask', py.tensor('1', [1, 2])]);
    expect(await found(pruned)).toEqual({
      values: { 'fc.weight': [0, 4] },
      notes: ['1 pruned weight was multiplied with its mask (weight_orig x weight_mask), as prune.remove does.'],
    });
  });

  test('observers of quantization-aware training are left out, even infinite ones', async () => {
    const infinite = { ...NUMBERS, 2: py.floats(Number.POSITIVE_INFINITY) };
    const observed = py.dict(
      ['fc.weight', py.tensor('0', [1, 2])],
      ['fc.activation_post_process.activation_post_process.min_val', loss],
      ['fc.weight_fake_quant.scale', loss],
    );
    expect(await found(observed, infinite)).toEqual({
      values: BARE,
      notes: [
        '2 numbers and ranges of the observers of quantization-aware training were left out: the weights are the float ones.',
      ],
    });
  });
});

test('paths and partial functions are harmless; calls that act are reported at any place', async () => {
  const partial = py.call(py.named('functools', 'partial'), py.named('train', 'collate'));
  expect((await found(py.dict(['state_dict', state], ['collate', partial]))).values).toEqual(BARE);
  for (const [module, name] of [
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['builtins', '__import__'],
    ['subprocess', 'Popen'],
  ])
    await expect(
      found(py.dict(['state_dict', state], ['hook', py.call(py.named(module, name), py.text('id'))])),
    ).rejects.toThrow(`The file asks Python to run "${module}.${name}".`);
});
