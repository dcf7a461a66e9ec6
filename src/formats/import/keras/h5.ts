// HDF5 files through jsfive, which trusts its input: here its work is counted, sizes are checked before allocation, and
// whatever it throws becomes an `ImportError`. jsfive is loaded with the first file.
// Reference: HDF5 File Format Specification 3.0.
import { Unzlib } from 'fflate';
import type { Dataset, File, Group } from 'jsfive';
import type { Parameter } from '../../../graph/network';
import { joinBytes } from '../../joinBytes';
import { IMPORT_LIMITS, ImportError } from '../importer';

/** Limit of jsfive's reads per file: a Keras ResNet-50 needs about 60,000. */
const MAX_READS = 400_000;

/** Number of the HDF5 filter for zlib. */
const DEFLATE = 1;

const isDataset = (object: Group | Dataset): object is Dataset => 'shape' in object;

function damaged(what: string, where: string): ImportError {
  return new ImportError({
    what,
    where,
    why: 'It is not whole, or uses a part of HDF5 that is not read here.',
    next: 'Copy or download the file again; if that does not help, save the model as .keras.',
  });
}

/** The end of an HDF5 file as stated in its superblock; undefined if unknown. */
function endOf(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 48 || view.getUint32(0) !== 0x89484446) return undefined;
  const version = bytes[8];
  const at = version <= 1 && bytes[13] === 8 ? (version === 0 ? 40 : 44) : version <= 3 && bytes[9] === 8 ? 28 : -1;
  const end = at < 0 ? 0n : view.getBigUint64(at, true);
  return end > 0n && end < 2n ** 53n ? Number(end) : undefined;
}

/**
 * A buffer that counts the copies taken from it. jsfive copies for every object, tree node and message, so a loop in a
 * damaged file, such as a tree that is its own branch, ends here.
 */
class CountedBuffer extends ArrayBuffer {
  private reads = 0;
  private bytes = 0;

  static override get [Symbol.species](): ArrayBufferConstructor {
    return ArrayBuffer;
  }

  override slice(begin?: number, end?: number): ArrayBuffer {
    const part = super.slice(begin ?? 0, end);
    this.bytes += part.byteLength;
    if (++this.reads > MAX_READS || this.bytes > 4 * this.byteLength + IMPORT_LIMITS.bytes)
      throw new Error('its parts refer to each other in circles');
    return part;
  }
}

/** Inflates one chunk of a dataset, up to a limit. */
function inflate(content: ArrayBuffer): ArrayBuffer {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const decoder = new Unzlib((piece) => {
    length += piece.length;
    if (length > 4 * IMPORT_LIMITS.parameters) throw new Error('a compressed part is too large');
    pieces.push(piece);
  });
  const packed = new Uint8Array(content);
  for (let at = 0; at < packed.length; at += 2 ** 14)
    decoder.push(packed.subarray(at, at + 2 ** 14), at + 2 ** 14 >= packed.length);
  return joinBytes(pieces).buffer;
}

/** A group of an HDF5 file. Names are only compared, never used as object keys. */
export class H5Group {
  private readonly groups = new Map<string, H5Group>();

  /** @param where file and place, for messages. */
  constructor(
    private readonly group: Group,
    readonly where: string,
    private readonly depth = 0,
  ) {}

  /** Names of the children; names that no writer may use are skipped. */
  get keys(): readonly string[] {
    return this.group.keys.filter((key) => key !== '' && key !== '.' && !key.includes('/'));
  }

  /** A string attribute, or undefined. */
  text(name: string): string | undefined {
    const value = this.attribute(name);
    return typeof value === 'string' ? value.replace(/\0+$/, '') : undefined;
  }

  /** An attribute with an array of strings, or undefined. Keras splits long ones into `name0`, `name1`, ... */
  texts(name: string): readonly string[] | undefined {
    const parts: unknown[] = [this.attribute(name)];
    if (parts[0] === undefined) {
      parts.pop();
      for (let part = this.attribute(`${name}0`); part !== undefined; part = this.attribute(`${name}${parts.length}`))
        parts.push(part);
    }
    if (parts.length === 0 || !parts.every(Array.isArray)) return undefined;
    return parts.flat().map((part) => String(part).replace(/\0+$/, ''));
  }

  private attribute(name: string): unknown {
    const attributes = guarded(this.where, () => this.group.attrs);
    return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  }

  /** A nested group, by its path; undefined if missing. */
  child(path: string): H5Group | undefined {
    const [name, ...rest] = path.split('/').filter((part) => part !== '');
    if (name === undefined) return this;
    let found = this.groups.get(name);
    if (found === undefined) {
      const object = this.object(name);
      if (object === undefined || isDataset(object)) return undefined;
      if (this.depth >= IMPORT_LIMITS.depth) throw damaged(`Groups nest more than ${this.depth} deep.`, this.where);
      found = new H5Group(object, `${this.where}/${name}`, this.depth + 1);
      this.groups.set(name, found);
    }
    return found.child(rest.join('/'));
  }

  private object(name: string): Group | Dataset | undefined {
    if (!this.group.keys.includes(name)) return undefined;
    return guarded(`${this.where}/${name}`, () => this.group.get(name) ?? undefined);
  }

  /** A nested dataset, by its path; undefined if missing. */
  private dataset(path: string): Dataset | undefined {
    const at = path.lastIndexOf('/');
    const object = this.child(path.slice(0, at + 1))?.object(path.slice(at + 1));
    return object !== undefined && isDataset(object) ? object : undefined;
  }

  /** The stated number of elements of a nested dataset, by its path; 0 if missing. */
  size(path: string): number {
    const dataset = this.dataset(path);
    if (dataset === undefined) return 0;
    return guarded(`${this.where}/${path}`, () => dataset.shape.reduce((product, d) => product * d, 1));
  }

  /**
   * The numbers of a nested float dataset, by its path; undefined if missing.
   * @throws ImportError if the dataset is too large, not float, or damaged.
   */
  numbers(path: string): Parameter | undefined {
    const dataset = this.dataset(path);
    if (dataset === undefined) return undefined;
    return guarded(`${this.where}/${path}`, () => read(dataset, `${this.where}/${path}`));
  }
}

function read(dataset: Dataset, where: string): Parameter {
  const shape = [...dataset.shape];
  const size = shape.reduce((product, d) => product * d, 1);
  if (!(size <= IMPORT_LIMITS.parameters))
    throw new ImportError({
      what: `These weights should be [${shape.join(', ')}], ${size} numbers.`,
      where,
      why: `More than ${IMPORT_LIMITS.parameters} numbers do not fit this page.`,
      next: 'Choose a smaller network; if this one is small, copy the file again.',
    });
  const { dtype } = dataset;
  if (typeof dtype !== 'string' || !/^[<>]f[248]$/.test(dtype))
    throw new ImportError({
      what: `These weights are of type ${dtype}.`,
      where,
      why: 'Only float16, float32 and float64 are read.',
      next: 'Save the model with the dtype policy float32.',
    });
  const chunks = dataset._dataobjects.chunks;
  if (chunks?.some((d, i) => !(d >= 1 && d <= Math.max(1, shape[i]))))
    throw damaged(`Its pieces of [${chunks.join(', ')}] are larger than the whole.`, where);
  const values = Float32Array.from(dataset.value);
  if (values.length !== size) throw damaged(`${size} numbers were expected, ${values.length} are there.`, where);
  return { shape, values };
}

/** Runs jsfive, which throws strings, TypeErrors and RangeErrors on damaged files. */
function guarded<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ImportError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(`This part cannot be read (${reason}).`, where);
  }
}

/**
 * Opens a file.
 * @param where its name, for messages
 * @throws ImportError if the file is damaged or of a kind that jsfive cannot read.
 */
export async function openH5(bytes: Uint8Array, where: string): Promise<H5Group> {
  const end = endOf(bytes);
  if (end !== undefined && end > bytes.length)
    throw new ImportError({
      what: `The file ends too early: it should have ${end} bytes, and has ${bytes.length}.`,
      where,
      why: 'Files end like this where a download or a copy broke off.',
      next: 'Copy or download the file again.',
    });
  const hdf5 = await import('jsfive');
  hdf5.Filters.set(DEFLATE, inflate);
  const content = new CountedBuffer(bytes.length);
  new Uint8Array(content).set(bytes);
  return new H5Group(
    guarded<File>(where, () => new hdf5.File(content, where)),
    where,
  );
}
