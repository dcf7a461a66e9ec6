// Files that ask Python to run something, that are damaged or hold no state_dict, with their error messages; then
// hundreds of corrupted files.
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { openZip } from '../../zip';
import { fuzz } from '../fuzz.testing';
import { IMPORT_LIMITS, type ImportProblem } from '../importer';
import { problemOf } from '../problemOf.testing';
import { inspectFiles } from '../readers';
import * as py from './torchFiles.testing';

const inspect = (bytes: Uint8Array) => inspectFiles([{ name: 'model.pt', bytes }]);
const state = (value: py.Piece, numbers = py.floats(1, 2)) => py.torchZip(value, { 0: numbers });
const system = py.call(py.named('posix', 'system'), py.text('echo fewbits'));

const runs = (name: string): ImportProblem => ({
  what: `The file asks Python to run "${name}".`,
  where: 'model.pt, model/data.pkl',
  why: 'Weights need no such call: opened in Python, this file would act on the computer.',
  next: 'Do not open it in Python. Get the weights from a source that you trust, best as safetensors.',
});
const inPython = 'To build it, Python would run code that is not in the file, and that is never done here.';
const stateDict = 'In PyTorch, save model.state_dict() with torch.save, or export the model with torch.onnx.export.';
const noPickle = {
  why: 'It is no pickle of weights as torch.save writes them.',
  next: 'In PyTorch, save model.state_dict() again with torch.save.',
};
const QUANTIZED = (name: string) => ({
  what: `PyTorch has quantized this network: "${name}" holds codes of 8 bits, not numbers.`,
  where: 'model.pt',
  why: 'Codes run only in PyTorch’s own quantized layers, which are no layers here.',
  next: 'In PyTorch, save the state_dict of the float model, from before convert() or quantize_dynamic(), and set its bits here.',
});
const damaged = {
  why: 'The file is not whole, or not as torch.save writes it.',
  next: 'Copy or download the file again.',
};

/** A dict of tensors in pieces of a thousand, as written by picklers. */
function manyTensors(count: number): py.Piece {
  const opcodes = [0x7d];
  for (let from = 0; from < count; from += 1000) {
    opcodes.push(0x28);
    for (let i = from; i < Math.min(count, from + 1000); i++) opcodes.push(...py.text(`t${i}`), ...py.tensor('0', [2]));
    opcodes.push(0x75);
  }
  return opcodes;
}

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
        what: 'The file holds a whole PyTorch module, not only its weights: an object of the class "torch.nn.modules.container.Sequential".',
        where: 'model.pt',
        why: inPython,
        next: stateDict,
      },
    ],
    [
      'a class of someone’s program',
      state(py.dict(['config', py.call(py.named('train', 'Config'))])),
      {
        what: 'The file holds an object of the Python class "train.Config", and no weights by name.',
        where: 'model.pt',
        why: inPython,
        next: stateDict,
      },
    ],
    [
      'arrays in place of tensors',
      state(py.dict(['w', py.call(py.named('numpy.core.multiarray', '_reconstruct'), py.named('numpy', 'ndarray'))])),
      {
        what: 'The file holds NumPy arrays, not tensors.',
        where: 'model.pt',
        why: 'Only tensors of PyTorch are read from such a file.',
        next: 'In PyTorch, save {name: torch.from_numpy(array)} with torch.save, or model.state_dict().',
      },
    ],
    [
      'quantized tensors',
      state(py.dict(['w', py.call(py.named('torch._utils', '_rebuild_qtensor'))], ['b', py.tensor('0', [2])])),
      QUANTIZED('w'),
    ],
    [
      'a dynamically quantized layer beside float ones',
      state(
        py.dict(
          ['conv.weight', py.tensor('0', [2])],
          [
            'fc._packed_params._packed_params',
            py.tuple(py.call(py.named('torch._utils', '_rebuild_qtensor')), py.tensor('0', [2])),
          ],
        ),
      ),
      QUANTIZED('fc._packed_params._packed_params'),
    ],
    [
      'sparse tensors',
      state(py.dict(['w', py.call(py.named('torch._utils', '_rebuild_sparse_tensor'))], ['b', py.tensor('0', [2])])),
      {
        what: 'The tensor "w" is stored by "torch._utils._rebuild_sparse_tensor".',
        where: 'model.pt',
        why: 'Only plain tensors of numbers are read; this one is sparse or of a class of its own.',
        next: 'In PyTorch, save the state_dict with plain tensors: {k: v.to_dense() for k, v in model.state_dict().items()}.',
      },
    ],
    [
      'more tensors than a network has',
      state(manyTensors(10_001)),
      {
        what: 'The file has 10001 tensors.',
        where: 'model.pt',
        why: "The page takes 10000 tensors, so that it fits a browser's memory.",
        next: 'Choose a smaller network.',
      },
    ],
    [
      'a TorchScript program',
      zipSync({ 'm/data.pkl': py.pickle(py.NONE), 'm/constants.pkl': py.pickle(py.NONE), 'm/code/m.py': py.floats(1) }),
      {
        what: 'This is a TorchScript program.',
        where: 'model.pt',
        why: 'It holds compiled code next to the weights, and code from a file is never run here.',
        next: 'In PyTorch, export it: torch.onnx.export(torch.jit.load("model.pt"), torch.zeros(1, 3, 32, 32), "model.onnx"), with the size of its images.',
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
        what: 'The network has 2,000,000,000,000,000,000 weights.',
        where: 'model.pt',
        why: 'It needs 40000000000.0 GB of memory: a browser’s tab holds five copies of each weight. The page takes 27,000,000 weights, 0.5 GB.',
        next: 'Choose a smaller network, such as a narrower one of the same family.',
      },
    ],
    [
      'a tensor beyond its storage',
      state(py.dict(['w', py.tensor('0', [2], { count: 2, strides: [2] })])),
      {
        what: 'The tensor reaches to number 2 of a storage of 2.',
        where: 'model.pt, tensor "w"',
        why: damaged.why,
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
      state(py.dict(['w', py.tensor('0', [2])]), py.floats(1, Number.NaN)),
      {
        what: 'The tensor "w" holds NaN at index 1.',
        where: 'model.pt, tensor "w"',
        why: 'A network with such a weight gives no numbers.',
        next: 'Look at this tensor in the program that made the file, and use a checkpoint with finite numbers.',
      },
    ],
    [
      'a legacy file that ends in a storage',
      py.torchLegacy(py.dict(['w', py.tensor('0', [2], { legacy: true })]), [['0', 2, py.floats(1)]]),
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
    expect(await problemOf(() => inspect(bytes))).toEqual(problem);
  });
});

describe('corrupted files', { timeout: 600_000 }, () => {
  test('of the legacy form', async () => {
    const report = await fuzz(inspectFiles, [{ name: 'model.pt', bytes: py.fixture('torch-2.13-legacy.pt') }]);
    expect(report.errors.size).toBeGreaterThan(5);
  });

  test('of the zip form', async () => {
    const report = await fuzz(inspectFiles, [{ name: 'model.pt', bytes: py.fixture('torch-2.13.pt') }]);
    expect(report.errors.size).toBeGreaterThan(3);
  });

  // The archive's checksums catch most corruptions; corrupting the pickle before packing reaches deeper.
  test('of a pickle in an intact archive', async () => {
    const entries = openZip(py.fixture('torch-2.13.pt'), 'model.pt');
    const contents = Object.fromEntries([...entries].map(([name, entry]) => [name, entry.read()]));
    const pickle = contents['odd/data.pkl'];
    const report = await fuzz(
      ([{ bytes }]) => inspect(zipSync({ ...contents, 'odd/data.pkl': bytes }, { level: 0 })),
      [{ name: 'data.pkl', bytes: pickle }],
    );
    expect(report.errors.size).toBeGreaterThan(5);
  });
});
