// PyTorch state_dicts, as torch.save writes them: the zip archive of today (data.pkl, data/<key>, byteorder) and the row
// of pickles of before 1.6. Only weights come out; where a checkpoint holds more, it is named and left out.
// Reference: torch/serialization.py of PyTorch 2.
import { openZip, type ZipEntry } from '../../zip';
import { ImportError, type Inspection, type ModelFile, type ModelReader } from '../importer';
import { TYPE_BYTES } from '../numbers';
import { inspectWeights } from '../weights';
import { findGlobal, StorageClass } from './globals';
import { type StorageBytes, StorageView, TensorView, tensorValues } from './tensors';
import { Global, type PickleWorld, Tuple, unpickle } from './unpickle';

function damaged(what: string, where: string): never {
  throw new ImportError({
    what,
    where,
    why: 'The file is cut short or damaged.',
    next: 'Copy or download the file again, or save model.state_dict() again with torch.save.',
  });
}

/** Persistent ids of torch: ('storage', class, key, device, count) and, in old files, a view [key, offset, count] or None. */
function worldOf(where: string): PickleWorld {
  return {
    find: (module, name) => findGlobal(module, name, where),
    persistent(id) {
      const [kind, type, key, , count, view = null] = id instanceof Tuple ? id.items : [];
      if (kind === 'module' && type instanceof Global) findGlobal('torch.nn.Module', type.name, where);
      const counted = Number.isSafeInteger(count) && (count as number) >= 0;
      if (kind !== 'storage' || !(type instanceof StorageClass) || typeof key !== 'string' || !counted || view !== null)
        damaged('The pickle refers to numbers in a way that torch.save does not write.', where);
      return new StorageView(key, type.type, count as number);
    },
  };
}

/** Names under which training scripts keep the weights beside other things, the likeliest first. */
const WEIGHT_KEYS = ['state_dict', 'model_state_dict', 'model_state', 'model', 'net', 'network', 'weights', 'params'];

const holdsTensors = (value: unknown): value is Map<unknown, unknown> =>
  value instanceof Map && [...value.values()].some((item) => item instanceof TensorView);

const quoted = (names: Iterable<unknown>): string =>
  [...names].map((name) => `"${String(name).slice(0, 80)}"`).join(', ');

/** The tensors of a state_dict, or of the one that lies in a checkpoint; what was left out goes to `notes`. */
function stateDictOf(value: unknown, where: string, notes: string[]): Map<string, TensorView> {
  let found = value;
  if (value instanceof Map && !holdsTensors(value)) {
    const key = [...WEIGHT_KEYS, ...value.keys()].find((name) => holdsTensors(value.get(name)));
    if (key !== undefined) {
      found = value.get(key);
      const others = [...value.keys()].filter((name) => name !== key);
      const left = others.length === 0 ? '' : ` What is beside it was left out: ${quoted(others.slice(0, 10))}.`;
      notes.push(`The weights are those under "${String(key)}".${left}`);
    }
  }
  if (!holdsTensors(found))
    throw new ImportError({
      what: 'The file holds no weights by name.',
      where,
      why: `A state_dict has a tensor for each parameter, alone or under a name such as "${WEIGHT_KEYS[0]}".`,
      next: 'In PyTorch, save model.state_dict() with torch.save.',
    });
  const tensors = new Map<string, TensorView>();
  const others: unknown[] = [];
  for (const [name, tensor] of found)
    if (typeof name === 'string' && tensor instanceof TensorView) tensors.set(name, tensor);
    else others.push(name);
  if (others.length > 0) notes.push(`These are no tensors and were left out: ${quoted(others.slice(0, 10))}.`);
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
    // A storage is read once, however many tensors look into it.
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
 * The row of pickles of torch.save before 1.6: magic number, version 1001, the machine, the value, the storages' keys, and
 * for each of them a count of 64 bits and its little-endian numbers.
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
