// The names that a pickle of weights may use, and the result of each. Of all other names only the name is kept; names
// that act on the computer are refused.
import { ImportError } from '../importer';
import { type StorageType, StorageView, TensorView } from './tensors';
import { Global, Opaque, Tuple } from './unpickle';

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

/** torch._utils._rebuild_tensor(storage, offset, size, stride); _v2 takes further arguments. */
function rebuildTensor([storage, offset, size, stride]: readonly unknown[]): TensorView | undefined {
  const [shape, strides] = [indices(size), indices(stride)];
  if (!(storage instanceof StorageView) || !isIndex(offset) || !shape || strides?.length !== shape.length)
    return undefined;
  return new TensorView(storage, offset, shape, strides);
}

/** A dict made from a dict or a list of pairs. */
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
    // defaultdict(list): the factory of missing values is not kept.
    new Global('collections.defaultdict', () => new Map()),
    // Options of the training run are often saved beside the weights; none is used.
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

/** Python modules whose functions act outside of the pickle with any arguments. */
const ACTING =
  /^(os|nt|posix|subprocess|shutil|socket|importlib|runpy|pty|code|codeop|ctypes|urllib\.request|requests|webbrowser|pip|timeit|pdb|bdb|cProfile)\.(?!PathLike$|_Environ$|stat_result$)/;
/** Builtins that act in the same way. */
const ACTING_BUILTINS = /^builtins\.(eval|exec|compile|open|__import__|input|breakpoint|apply|execfile|file)$/;

/** True for a name that acts on the computer if Python calls it. */
function acts(full: string): boolean {
  return ACTING.test(full) || ACTING_BUILTINS.test(full);
}

/**
 * The meaning of a name: its entry in the table, or an object that holds only the name.
 * @throws ImportError for names that act on the computer.
 */
export function findGlobal(module: string, name: string, where: string): Global | Opaque {
  const full = `${module === '__builtin__' ? 'builtins' : module}.${name}`;
  const found = allowed.get(full);
  if (found !== undefined) return found;
  if (!acts(full)) return new Opaque(full);
  throw new ImportError({
    what: `The file asks Python to run "${full}".`,
    where,
    why: 'Weights need no such call: opened in Python, this file would act on the computer.',
    next: 'Do not open it in Python. Get the weights from a source that you trust, best as safetensors.',
  });
}
