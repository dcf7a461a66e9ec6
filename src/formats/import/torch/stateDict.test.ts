import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { openZip } from '../../zip';
import { fuzz } from '../fuzz.testing';
import { IMPORT_LIMITS, ImportError, type ImportProblem } from '../importer';
import { inspectFiles } from '../readers';
import * as py from './torchFiles.testing';

const here = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, import.meta.url)));
const inspect = (bytes: Uint8Array) => inspectFiles([{ name: 'model.pt', bytes }]);
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

// Written by PyTorch 2.13.0 with torch.save(odd, …), the second with _use_new_zipfile_serialization=False:
// odd = {'transposed': torch.arange(12.).reshape(3, 4).t(), 'half': torch.arange(6).half().reshape(2, 3) / 4,
//        'bfloat16': torch.arange(6).bfloat16()[1:], 'expanded': torch.ones(1, 3).expand(4, 3),
//        'double': torch.arange(4).double() / 3, 'parameter': torch.nn.Parameter(torch.tensor([-1.5, 2.0])),
//        'bn.num_batches_tracked': torch.tensor(3)}
describe.each(['torch-2.13.pt', 'torch-2.13-legacy.pt'])('%s', (name) => {
  test('gives the numbers that PyTorch has, whatever their type and strides', async () => {
    const { weights, parameters, notes, network } = await inspect(here(name));
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

describe('what a checkpoint is made of', () => {
  const weights = new Map([['module.fc.weight', { shape: [1, 2], values: Float32Array.of(3, 4) }]]);

  test.each([false, true])('the weights in it are found, and the rest is named (legacy %s)', async (legacy) => {
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

  test('tensors that share a storage, and names that are special elsewhere', async () => {
    const whole = py.tensor('0', [2, 2]);
    const row = py.tensor('0', [2], { count: 4, offset: 2 });
    const bytes = py.torchZip(py.dict(['__proto__', whole], ['constructor', row]), { 0: floats(1, 2, 3, 4) });
    const { weights: found } = await inspect(bytes);
    expect([...(found?.get('constructor')?.values ?? [])]).toEqual([3, 4]);
    expect([...(found?.keys() ?? [])]).toEqual(['__proto__', 'constructor']);
  });

  test('integers beside weights are named and left out, counters in silence', async () => {
    const integer = { type: 'LongStorage' };
    const value = py.dict(
      ['w', py.tensor('0', [1])],
      ['ids', py.tensor('1', [1], integer)],
      ['n.num_batches_tracked', py.tensor('1', [], integer)],
    );
    const { weights: found, notes } = await inspect(py.torchZip(value, { 0: floats(1), 1: new Uint8Array(8) }));
    expect([...(found?.keys() ?? [])]).toEqual(['w']);
    expect(notes).toEqual(['Integers are no weights and were left out: "ids".']);
  });
});

async function problemOf(bytes: Uint8Array): Promise<ImportProblem> {
  const before = performance.now();
  const error = await inspect(bytes).then(
    () => new Error('The file was read.'),
    (reason) => reason,
  );
  expect(performance.now() - before).toBeLessThan(5000);
  expect(error).toBeInstanceOf(ImportError);
  const { what, where, why, next } = error as ImportError;
  return { what, where, why, next };
}

const state = (value: py.Piece, numbers = floats(1, 2)) => py.torchZip(value, { 0: numbers });
const system = py.call(py.named('posix', 'system'), py.text('echo bitmixer'));

const runs = (name: string): ImportProblem => ({
  what: `The file asks Python to run "${name}".`,
  where: 'model.pt, model/data.pkl',
  why: 'Weights need no such call: opened in Python, this file would act on the computer.',
  next: 'Do not open it in Python. Get the weights from a source that you trust, best as safetensors.',
});
const inPython = 'To build it, Python would run code that belongs to the file, and that is never done here.';
const stateDict = 'In PyTorch, save model.state_dict() with torch.save, or export the model with torch.onnx.export.';
const noPickle = {
  why: 'The file is damaged, or it is no plain pickle of weights.',
  next: 'In PyTorch, save model.state_dict() again with torch.save.',
};
const damaged = { why: 'The file is cut short or damaged.', next: 'Copy or download the file again.' };

describe('bad files', () => {
  const good = state(py.dict(['w', py.tensor('0', [2])]));

  test.each<[string, Uint8Array, ImportProblem]>([
    ['a pickle that calls os.system', state(system), runs('posix.system')],
    ['the same in the legacy form', py.torchLegacy(system, []), { ...runs('posix.system'), where: 'model.pt' }],
    ['a pickle that calls eval', state(py.call(py.named('__builtin__', 'eval'), py.text('1'))), runs('builtins.eval')],
    [
      'a call hidden in the arguments of an allowed one',
      state(py.dict(['w', py.call(py.named('collections', 'OrderedDict'), py.list(py.tuple(py.text('a'), system)))])),
      runs('posix.system'),
    ],
    [
      'a name put together on the stack',
      state([...py.text('os'), ...py.text('system'), 0x93, ...py.tuple(py.text('ls')), 0x52]),
      runs('os.system'),
    ],
    [
      'a whole module',
      state([...py.named('torch.nn.modules.container', 'Sequential'), ...py.tuple(), 0x81]),
      {
        what: 'The file holds a whole PyTorch module, not only its weights: it needs the class "torch.nn.modules.container.Sequential".',
        where: 'model.pt, model/data.pkl',
        why: inPython,
        next: stateDict,
      },
    ],
    [
      'a class of someone’s program',
      state(py.dict(['config', py.call(py.named('train', 'Config'))])),
      {
        what: 'The file asks for "train.Config", which is no part of a state_dict.',
        where: 'model.pt, model/data.pkl',
        why: inPython,
        next: stateDict,
      },
    ],
    [
      'a TorchScript program',
      zipSync({ 'm/data.pkl': py.pickle(py.NONE), 'm/constants.pkl': py.pickle(py.NONE), 'm/code/m.py': floats(1) }),
      {
        what: 'This is a TorchScript program.',
        where: 'model.pt',
        why: 'It holds compiled code next to the weights, and code from a file is never run here.',
        next: 'In PyTorch, export the model with torch.onnx.export, or save model.state_dict() with torch.save.',
      },
    ],
    [
      'an archive that is cut short',
      good.slice(0, -30),
      {
        what: 'The archive has no list of contents at its end.',
        where: 'model.pt',
        why: 'The archive is cut short or damaged.',
        next: damaged.next,
      },
    ],
    [
      'an instruction that no weights need',
      state([0x82, 1]),
      {
        what: 'The pickle has the instruction 0x82, which no weights need.',
        where: 'model.pt, model/data.pkl, byte 3',
        ...noPickle,
      },
    ],
    [
      'tuples in tuples',
      state([0x29, ...Array(IMPORT_LIMITS.depth).fill(0x85)]),
      { what: 'The pickle nests more than 64 levels deep.', where: 'model.pt, model/data.pkl, byte 67', ...noPickle },
    ],
    [
      'opened and opened containers',
      state(Array(100_000).fill(0x28)),
      { what: 'The pickle nests more than 64 levels deep.', where: 'model.pt, model/data.pkl, byte 67', ...noPickle },
    ],
    [
      'a stack without end',
      state(Array(100_000).fill(0x7d)),
      {
        what: "More than 20000 values wait on the pickle's stack.",
        where: 'model.pt, model/data.pkl, byte 20003',
        ...noPickle,
      },
    ],
    [
      'a text longer than the file',
      state([0x58, 0xff, 0xff, 0xff, 0x7f, 0x61]),
      {
        what: 'The pickle needs 2147483647 more bytes where 2 are left.',
        where: 'model.pt, model/data.pkl, byte 7',
        ...noPickle,
      },
    ],
    [
      'an absurd shape',
      state(py.dict(['w', py.tensor('0', [2, 1_000_000_000, 1_000_000_000], { count: 2, strides: [0, 0, 0] })])),
      {
        what: 'The weights are 2000000000000000000 numbers.',
        where: 'model.pt',
        why: 'More than 25000000 do not fit this page.',
        next: 'Choose a smaller network.',
      },
    ],
    [
      'a tensor beyond its storage',
      state(py.dict(['w', py.tensor('0', [2], { count: 2, strides: [2] })])),
      {
        what: 'The tensor reaches to number 2 of a storage of 2.',
        where: 'model.pt, tensor "w"',
        why: 'The file is damaged.',
        next: damaged.next,
      },
    ],
    [
      'a storage with too few bytes',
      state(py.dict(['w', py.tensor('0', [3])])),
      {
        what: 'The storage "0" has 8 bytes where 3 numbers of type F32 need 12.',
        where: 'model.pt, tensor "w"',
        ...damaged,
      },
    ],
    [
      'a storage that is not there',
      state(py.dict(['w', py.tensor('7', [2])])),
      {
        what: 'The archive has no entry "model/data/7".',
        where: 'model.pt, tensor "w"',
        why: damaged.why,
        next: 'Copy or download the file again, or save model.state_dict() again with torch.save.',
      },
    ],
    [
      'weights that are no numbers',
      state(py.dict(['w', py.tensor('0', [2])]), floats(1, Number.NaN)),
      {
        what: 'The tensor "w" holds NaN at index 1.',
        where: 'model.pt, tensor "w"',
        why: 'The training diverged, or the file is damaged; a network with such weights gives no numbers.',
        next: 'Use a checkpoint from before that.',
      },
    ],
    [
      'a legacy file that ends in a storage',
      py.torchLegacy(py.dict(['w', py.tensor('0', [2], { legacy: true })]), [['0', 2, floats(1)]]),
      {
        what: 'The file ends in storage "0": 8 bytes are needed and 4 left.',
        where: expect.stringMatching(/^model\.pt, byte \d+$/),
        why: damaged.why,
        next: 'Copy or download the file again, or save model.state_dict() again with torch.save.',
      },
    ],
    [
      'a value that is no state_dict',
      state(py.list(py.int(1))),
      {
        what: 'The file holds no weights by name.',
        where: 'model.pt',
        why: 'A state_dict has a tensor for each parameter, alone or under a name such as "state_dict".',
        next: 'In PyTorch, save model.state_dict() with torch.save.',
      },
    ],
  ])('%s', async (_, bytes, problem) => {
    expect(await problemOf(bytes)).toEqual(problem);
  });
});

describe('broken files', { timeout: 600_000 }, () => {
  test('of the legacy form', async () => {
    const report = await fuzz(inspectFiles, [{ name: 'model.pt', bytes: here('torch-2.13-legacy.pt') }]);
    expect(report.errors.size).toBeGreaterThan(5);
  });

  test('of the zip form', async () => {
    const report = await fuzz(inspectFiles, [{ name: 'model.pt', bytes: here('torch-2.13.pt') }]);
    expect(report.errors.size).toBeGreaterThan(3);
  });

  // The archive's checksums catch most of that; a pickle broken before it was put into the archive goes deeper.
  test('of a pickle in a whole archive', async () => {
    const entries = openZip(here('torch-2.13.pt'), 'model.pt');
    const contents = Object.fromEntries([...entries].map(([name, entry]) => [name, entry.read()]));
    const pickle = contents['odd/data.pkl'];
    const report = await fuzz(
      ([{ bytes }]) => inspect(zipSync({ ...contents, 'odd/data.pkl': bytes }, { level: 0 })),
      [{ name: 'data.pkl', bytes: pickle }],
    );
    expect(report.errors.size).toBeGreaterThan(5);
  });
});
