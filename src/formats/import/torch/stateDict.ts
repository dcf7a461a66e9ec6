// PyTorch state_dicts, as written by torch.save: the current zip archive (data.pkl, data/<key>, byteorder) and the
// sequence of pickles before 1.6. Only weights are extracted; other contents of a checkpoint are named and left out.
// Reference: torch/serialization.py of PyTorch 2.
import { openZip, type ZipEntry } from '../../zip';
import { ImportError, type Inspection, type ModelFile, type ModelReader } from '../importer';
import { TYPE_BYTES } from '../numbers';
import { inspectWeights } from '../weights';
import { findGlobal, StorageClass } from './globals';
import { type StorageBytes, StorageView, TensorView, tensorValues } from './tensors';
import { Opaque, type PickleWorld, Tuple, unpickle } from './unpickle';

function damaged(what: string, where: string): never {
  throw new ImportError({
    what,
    where,
    why: 'The file is not whole, or not as torch.save writes it.',
    next: 'Copy or download the file again, or save model.state_dict() again with torch.save.',
  });
}

/** Persistent ids of torch: ('storage', class, key, device, count) and, in old files, a view [key, offset, count] or None. */
function worldOf(where: string): PickleWorld {
  return {
    find: (module, name) => findGlobal(module, name, where),
    persistent(id) {
      const [kind, type, key, , count, view = null] = id instanceof Tuple ? id.items : [];
      // Before 1.6, the class of a whole module was stored with its source.
      if (kind === 'module') return new Opaque(type instanceof Opaque ? type.name : 'torch.nn.Module');
      const counted = Number.isSafeInteger(count) && (count as number) >= 0;
      if (kind !== 'storage' || !(type instanceof StorageClass) || typeof key !== 'string' || !counted || view !== null)
        damaged('The pickle refers to numbers in a way that torch.save does not write.', where);
      return new StorageView(key, type.type, count as number);
    },
  };
}

/** Keys under which training scripts store weights beside other things, the likeliest first. */
const WEIGHT_KEYS = ['state_dict', 'model_state_dict', 'model_state', 'model', 'net', 'network', 'weights', 'params'];

const quoted = (names: Iterable<unknown>): string => {
  const all = [...names];
  const first = all.slice(0, 10).map((name) => `"${String(name).slice(0, 80)}"`);
  return `${first.join(', ')}${all.length > 10 ? ', …' : ''}`;
};

/** A dict of a checkpoint that may be the state_dict. */
interface Candidate {
  readonly path: readonly string[];
  readonly state: Map<unknown, unknown>;
  /** Its tensors with two axes or more, by name: kernels and matrices. */
  readonly kernels: number;
}

/** Nesting depth of weights in checkpoints: `{"model": {"state_dict": ...}}`. */
const LEVELS = 3;

/** Every dict with tensors inside a value, the outermost first. */
function candidatesOf(value: unknown): Candidate[] {
  const found: Candidate[] = [];
  let level: { path: readonly string[]; value: unknown }[] = [{ path: [], value }];
  for (let depth = 0; depth <= LEVELS; depth++) {
    const inside: typeof level = [];
    for (const { path, value: state } of level) {
      if (!(state instanceof Map)) continue;
      const tensors = [...state].flatMap(([name, item]) =>
        typeof name === 'string' && item instanceof TensorView ? [item] : [],
      );
      if (tensors.length > 0)
        found.push({ path, state, kernels: tensors.filter(({ shape }) => shape.length >= 2).length });
      for (const [name, item] of state)
        if (typeof name === 'string' && item instanceof Map) inside.push({ path: [...path, name], value: item });
    }
    level = inside;
  }
  return found;
}

/**
 * The likeliest state_dict: one under a usual key, if it has at least half as many kernels as any other; else the
 * largest.
 */
function likeliest(candidates: readonly Candidate[]): Candidate | undefined {
  const most = Math.max(0, ...candidates.map(({ kernels }) => kernels));
  const rank = ({ path }: Candidate): number => {
    const at = WEIGHT_KEYS.indexOf(path.at(-1) ?? '');
    return at < 0 ? WEIGHT_KEYS.length : at;
  };
  const usual = candidates.filter(
    (one) => rank(one) < WEIGHT_KEYS.length && one.kernels > 0 && 2 * one.kernels >= most,
  );
  const [best] = usual.toSorted((a, b) => rank(a) - rank(b) || b.kernels - a.kernels);
  return best ?? candidates.find(({ kernels }) => kernels === most);
}

/** Names of the opaque objects inside a value, up to LEVELS deep. */
function opaqueNames(value: unknown, level = 0): string[] {
  if (value instanceof Opaque) return [value.name];
  if (level > LEVELS) return [];
  const items = value instanceof Map ? value.values() : Array.isArray(value) ? value : [];
  return [...items].flatMap((item) => opaqueNames(item, level + 1));
}

/** The message for a file without named tensors, depending on its contents. */
function noWeights(value: unknown, where: string): ImportError {
  const names = opaqueNames(value);
  const array = names.find((name) => /^numpy\b/.test(name));
  const module = names.find((name) => name.startsWith('torch.nn.'));
  const object = names.find((name) => name !== array);
  if (module !== undefined || object !== undefined)
    return new ImportError({
      what:
        module === undefined
          ? `The file holds an object of the Python class "${object}", and no weights by name.`
          : `The file holds a whole PyTorch module, not only its weights: an object of the class "${module}".`,
      where,
      why: 'To build it, Python would run code that is not in the file, and that is never done here.',
      next: 'In PyTorch, save model.state_dict() with torch.save, or export the model with torch.onnx.export.',
    });
  if (array !== undefined)
    return new ImportError({
      what: 'The file holds NumPy arrays, not tensors.',
      where,
      why: 'Only tensors of PyTorch are read from such a file.',
      next: 'In PyTorch, save {name: torch.from_numpy(array)} with torch.save, or model.state_dict().',
    });
  return new ImportError({
    what: 'The file holds no weights by name.',
    where,
    why: `A state_dict has a tensor for each parameter, alone or under a name such as "${WEIGHT_KEYS[0]}".`,
    next: 'In PyTorch, save model.state_dict() with torch.save.',
  });
}

/** @throws ImportError for a tensor of another class than plain ones, alone or packed with its bias. */
function refuseRebuilt(name: string, item: unknown, where: string): void {
  const parts = item instanceof Tuple ? item.items : [item];
  const rebuilt = parts.find((part) => part instanceof Opaque && part.name.startsWith('torch._utils._rebuild_'));
  const packed = /(^|[._])packed_params/.test(name) && item instanceof Opaque;
  if (rebuilt === undefined && !packed) return;
  const by = (rebuilt as Opaque | undefined)?.name ?? '';
  const tensor = `"${name.slice(0, 80)}"`;
  throw new ImportError(
    packed || by.endsWith('_rebuild_qtensor')
      ? {
          what: `PyTorch has quantized this network: ${tensor} holds codes of 8 bits, not numbers.`,
          where,
          why: 'Codes run only in PyTorch’s own quantized layers, which are no layers here.',
          next: 'In PyTorch, save the state_dict of the float model, from before convert() or quantize_dynamic(), and set its bits here.',
        }
      : {
          what: `The tensor ${tensor} is stored by "${by}".`,
          where,
          why: 'Only plain tensors of numbers are read; this one is sparse or of a class of its own.',
          next: 'In PyTorch, save the state_dict with plain tensors: {k: v.to_dense() for k, v in model.state_dict().items()}.',
        },
  );
}

/** The tensors of a state_dict, or of the one inside a checkpoint; omissions go to `notes`. */
function stateDictOf(value: unknown, where: string, notes: string[]): Map<string, TensorView> {
  const found = likeliest(candidatesOf(value));
  for (const [name, item] of found?.state ?? (value instanceof Map ? value : []))
    refuseRebuilt(String(name), item, where);
  if (found === undefined) throw noWeights(value, where);
  const { path, state } = found;
  if (path.length > 0) {
    const others = value instanceof Map ? [...value.keys()].filter((name) => name !== path[0]) : [];
    const left = others.length === 0 ? '' : ` What is beside it was left out: ${quoted(others)}.`;
    notes.push(`The weights are those under "${path.join('" / "')}".${left}`);
  }
  const tensors = new Map<string, TensorView>();
  const others: unknown[] = [];
  for (const [name, tensor] of state)
    if (typeof name === 'string' && tensor instanceof TensorView) tensors.set(name, tensor);
    else others.push(name);
  if (others.length > 0) notes.push(`These are no tensors and were left out: ${quoted(others)}.`);
  return tensors;
}

function inspect(
  file: string,
  value: unknown,
  storageOf: (storage: StorageView, where: string) => StorageBytes,
  format: string,
): Inspection {
  const notes: string[] = [];
  const tensors = [...stateDictOf(value, file, notes)].map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    type: tensor.storage.type,
    values: () => {
      const where = `${file}, tensor "${name}"`;
      return tensorValues(tensor, storageOf(tensor.storage, where), where);
    },
  }));
  return inspectWeights({ file, format, producer: '', notes }, tensors);
}

/** The zip archive of torch.save since 1.6. */
export const torchZipReader: ModelReader = {
  async read([{ name: file, bytes }]: readonly ModelFile[]): Promise<Inspection> {
    const entries = openZip(bytes, file);
    const pickles = [...entries.keys()].filter((name) => /(^|\/)data\.pkl$/.test(name));
    const root = pickles[0]?.slice(0, -'data.pkl'.length);
    if (pickles.length !== 1) damaged(`The archive has ${pickles.length} entries "data.pkl" where one belongs.`, file);
    const order = entries.get(`${root}byteorder`)?.read();
    const littleEndian = order === undefined || new TextDecoder().decode(order).trim() !== 'big';
    const where = `${file}, ${pickles[0]}`;
    const { value } = unpickle((entries.get(pickles[0]) as ZipEntry).read(), 0, worldOf(where), where);
    // Each storage is read once, even if several tensors share it.
    const read = new Map<string, Uint8Array>();
    const storageOf = ({ key }: StorageView, place: string): StorageBytes => {
      const known = read.get(key) ?? entries.get(`${root}data/${key}`)?.read();
      if (known === undefined) damaged(`The archive has no entry "${root}data/${key}".`, place);
      read.set(key, known);
      return { bytes: known, littleEndian };
    };
    return inspect(file, value, storageOf, 'PyTorch state_dict');
  },
};

/**
 * The sequence of pickles of torch.save before 1.6: magic number, version 1001, the machine, the value, the storages'
 * keys, and for each key a 64-bit count with its little-endian numbers.
 */
export const torchLegacyReader: ModelReader = {
  async read([{ name: file, bytes }]: readonly ModelFile[]): Promise<Inspection> {
    const types = new Map<string, StorageView>();
    const world = worldOf(file);
    const recorded: PickleWorld = {
      ...world,
      persistent(id) {
        const storage = world.persistent(id) as StorageView;
        types.set(storage.key, storage);
        return storage;
      },
    };
    let at = 0;
    const next = (): unknown => {
      const { value, end } = unpickle(bytes, at, recorded, file);
      at = end;
      return value;
    };
    next();
    const version = next();
    if (version !== 1001) damaged(`The file has version ${String(version)} where 1001 is expected.`, file);
    next();
    const value = next();
    const keys = next();
    const storages = new Map<string, Uint8Array>();
    for (const key of Array.isArray(keys) ? keys : []) {
      const storage = types.get(String(key));
      if (storage === undefined) damaged(`The file lists a storage "${String(key)}" that no tensor uses.`, file);
      const length = storage.count * TYPE_BYTES[storage.type];
      if (at + 8 + length > bytes.length)
        damaged(
          `The file ends in storage "${storage.key}": ${length} bytes are needed and ${Math.max(0, bytes.length - at - 8)} left.`,
          `${file}, byte ${at}`,
        );
      const count = new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigUint64(0, true);
      if (count !== BigInt(storage.count))
        damaged(
          `The storage "${storage.key}" has ${count} numbers where ${storage.count} are expected.`,
          `${file}, byte ${at}`,
        );
      storages.set(storage.key, bytes.subarray(at + 8, at + 8 + length));
      at += 8 + length;
    }
    const storageOf = ({ key }: StorageView, place: string): StorageBytes => {
      const found = storages.get(key);
      if (found === undefined) damaged(`The file has no numbers for the storage "${key}".`, place);
      return { bytes: found, littleEndian: true };
    };
    return inspect(file, value, storageOf, 'PyTorch state_dict (before 1.6)');
  },
};
