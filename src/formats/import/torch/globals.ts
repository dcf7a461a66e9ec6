// The names that a pickle of weights may use, and what each makes. All others are refused, in words.
import { ImportError } from '../importer';
import { type StorageType, StorageView, TensorView } from './tensors';
import { Global, Tuple } from './unpickle';

/** A storage class of torch, as a name in the file: the type of its numbers. */
export class StorageClass extends Global {
  constructor(
    name: string,
    readonly type: StorageType,
  ) {
    super(name, undefined);
  }
}

const storages: readonly (readonly [name: string, type: StorageType])[] = [
  ['FloatStorage', 'F32'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['DoubleStorage', 'F64'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
];

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const indices = (value: unknown): readonly number[] | undefined =>
  value instanceof Tuple && value.items.every(isIndex) ? (value.items as readonly number[]) : undefined;

/** torch._utils._rebuild_tensor(storage, offset, size, stride), of which _v2 takes more arguments. */
function rebuildTensor([storage, offset, size, stride]: readonly unknown[]): TensorView | undefined {
  const [shape, strides] = [indices(size), indices(stride)];
  if (!(storage instanceof StorageView) || !isIndex(offset) || !shape || strides?.length !== shape.length)
    return undefined;
  return new TensorView(storage, offset, shape, strides);
}

/** A dict of a dict or of a list of pairs. */
function dict([from, ...rest]: readonly unknown[]): Map<unknown, unknown> | undefined {
  if (rest.length > 0) return undefined;
  if (from === undefined) return new Map();
  if (from instanceof Map) return new Map(from);
  const pairs = Array.isArray(from) ? from.map(itemsOf) : [undefined];
  return pairs.every((pair) => pair?.length === 2) ? new Map(pairs as [unknown, unknown][]) : undefined;
}

function itemsOf(value: unknown): readonly unknown[] | undefined {
  return value instanceof Tuple ? value.items : Array.isArray(value) ? value : undefined;
}

const allowed: ReadonlyMap<string, Global> = new Map(
  [
    ...storages.map(([name, type]) => new StorageClass(`torch.${name}`, type)),
    new Global('collections.OrderedDict', dict),
    new Global('collections.Counter', dict),
    // Options of the training run are often saved beside the weights; nothing of them is used.
    new Global('argparse.Namespace', () => new Map()),
    new Global('builtins.set', ([items = []]) => {
      const found = itemsOf(items);
      return found && new Set(found);
    }),
    new Global('torch.Size', ([size]) => (size instanceof Tuple ? size : undefined)),
    new Global('torch.device', ([name]) => (typeof name === 'string' ? name : undefined)),
    new Global('torch._utils._rebuild_tensor', rebuildTensor),
    new Global('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new Global('torch._utils._rebuild_parameter', ([data]) => (data instanceof TensorView ? data : undefined)),
    ...['float16', 'bfloat16', 'float32', 'float64', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool'].map(
      (type) => new Global(`torch.${type}`, undefined),
    ),
  ].map((global) => [global.name, global]),
);

/** Modules of Python whose functions act outside of the pickle. */
const ACTING =
  /^(os|nt|posix|sys|builtins|subprocess|shutil|socket|importlib|runpy|pty|code|codeop|ctypes|operator|functools|types|inspect|pickle|_pickle|marshal|multiprocessing|threading|asyncio|urllib|http|requests|webbrowser|tempfile|pathlib|io|pip|timeit|pdb|bdb|cProfile)(\.|$)/;

/**
 * What a name stands for.
 * @throws ImportError for every name that is not in the table.
 */
export function findGlobal(module: string, name: string, where: string): Global {
  const full = `${module === '__builtin__' ? 'builtins' : module}.${name}`;
  const found = allowed.get(full);
  if (found !== undefined) return found;
  if (ACTING.test(full))
    throw new ImportError({
      what: `The file asks Python to run "${full}".`,
      where,
      why: 'Weights need no such call: opened in Python, this file would act on the computer.',
      next: 'Do not open it in Python. Get the weights from a source that you trust, best as safetensors.',
    });
  const whole = module.startsWith('torch.nn.');
  throw new ImportError({
    what: whole
      ? `The file holds a whole PyTorch module, not only its weights: it needs the class "${full}".`
      : `The file asks for "${full}", which is no part of a state_dict.`,
    where,
    why: 'To build it, Python would run code that belongs to the file, and that is never done here.',
    next: 'In PyTorch, save model.state_dict() with torch.save, or export the model with torch.onnx.export.',
  });
}
