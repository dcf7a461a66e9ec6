// Reads zip archives by their central directory, without trusting them: sizes are added up before anything is inflated,
// inflated bytes are counted as they arrive, and nested archives are not opened. Names are never used as paths.
// Reference: PKWARE APPNOTE 6.3.10, sections 4.3.6 to 4.3.16. Not here: encryption, Zip64 sizes, archives split over
// several disks.
import { Inflate } from 'fflate';
import { IMPORT_LIMITS, ImportError } from './import/importer';

export interface ZipEntry {
  /** As written in the archive, e.g. `archive/data/0`; never to be used as a path. */
  readonly name: string;
  /** Bytes of content. */
  readonly size: number;
  /**
   * The content, a view into the archive if it is stored uncompressed.
   * @throws ImportError when it is damaged or larger than its stated size.
   */
  read(): Uint8Array;
}

const SIGNATURE = { end: 0x06054b50, central: 0x02014b50, local: 0x04034b50 } as const;
const SIZE = { end: 22, central: 46, local: 30 } as const;
/** Compressed bytes passed to the decoder at once: 16 KiB can inflate to 17 MB at most. */
const PIECE = 2 ** 14;

/** True for bytes that begin like a zip archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** The faults of one archive, as errors. */
class Archive {
  constructor(
    readonly file: string,
    readonly bytes: Uint8Array,
    readonly view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ) {}

  damaged(what: string, where = ''): never {
    throw new ImportError({
      what,
      where: where === '' ? this.file : `${this.file}, ${where}`,
      why: 'The archive is cut short or damaged.',
      next: 'Copy or download the file again.',
    });
  }

  refuse(what: string, where: string, why: string): never {
    throw new ImportError({
      what,
      where: where === '' ? this.file : `${this.file}, ${where}`,
      why,
      next: 'Save the model again with the program that made it.',
    });
  }
}

/**
 * Entries of an archive by name, without folders.
 * @param file its name, for messages
 * @throws ImportError when the archive is damaged, encrypted, or larger than IMPORT_LIMITS when inflated.
 */
export function openZip(bytes: Uint8Array, file: string): ReadonlyMap<string, ZipEntry> {
  const archive = new Archive(file, bytes);
  const { view } = archive;
  const end = findEnd(archive);
  const count = view.getUint16(end + 10, true);
  if (count > IMPORT_LIMITS.entries)
    archive.refuse(
      `The archive has ${count} entries.`,
      '',
      `A model has fewer than ${IMPORT_LIMITS.entries}; more are refused.`,
    );
  const entries = new Map<string, ZipEntry>();
  let total = 0;
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + SIZE.central > end || view.getUint32(at, true) !== SIGNATURE.central)
      archive.damaged(`The list of contents breaks off at entry ${index + 1} of ${count}.`, `byte ${at}`);
    const nameLength = view.getUint16(at + 28, true);
    const next = at + SIZE.central + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) archive.damaged(`The list of contents breaks off at entry ${index + 1} of ${count}.`, `byte ${at}`);
    const name = new TextDecoder().decode(bytes.subarray(at + SIZE.central, at + SIZE.central + nameLength));
    const entry = new Entry(archive, name, at);
    if (!name.endsWith('/')) {
      if (entries.has(name)) archive.damaged(`The archive holds "${name}" twice.`, `byte ${at}`);
      entries.set(name, entry);
      total += entry.size;
    }
    at = next;
  }
  if (total > IMPORT_LIMITS.bytes)
    archive.refuse(
      `The archive holds ${total} bytes when inflated.`,
      '',
      `More than ${IMPORT_LIMITS.bytes} bytes do not fit this page.`,
    );
  return entries;
}

/** Position of the end-of-directory record, which only a comment of up to 65,535 bytes may follow. */
function findEnd(archive: Archive): number {
  const { view } = archive;
  const last = view.byteLength - SIZE.end;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--)
    if (view.getUint32(at, true) === SIGNATURE.end && at + SIZE.end + view.getUint16(at + 20, true) <= view.byteLength)
      return at;
  return archive.damaged('The archive has no list of contents at its end.');
}

class Entry implements ZipEntry {
  readonly size: number;
  private readonly packedSize: number;
  private readonly method: number;
  private readonly checksum: number;
  private readonly local: number;

  /** @param at position of its record in the central directory. */
  constructor(
    private readonly archive: Archive,
    readonly name: string,
    at: number,
  ) {
    const { view } = archive;
    if (view.getUint16(at + 8, true) & 1)
      archive.refuse('The archive is encrypted.', `entry "${name}"`, 'No password can be given here.');
    this.method = view.getUint16(at + 10, true);
    this.checksum = view.getUint32(at + 16, true);
    this.packedSize = view.getUint32(at + 20, true);
    this.size = view.getUint32(at + 24, true);
    this.local = view.getUint32(at + 42, true);
    if (this.packedSize === 0xffffffff || this.size === 0xffffffff || this.local === 0xffffffff)
      archive.refuse(
        'An entry has a size of more than 4 GB.',
        `entry "${name}"`,
        `More than ${IMPORT_LIMITS.bytes} bytes do not fit this page.`,
      );
  }

  read(): Uint8Array {
    const { archive, local } = this;
    const { bytes, view } = archive;
    const place = `entry "${this.name}"`;
    if (local + SIZE.local > bytes.length || view.getUint32(local, true) !== SIGNATURE.local)
      archive.damaged(`"${this.name}" does not begin where the list of contents says.`, `byte ${local}`);
    const start = local + SIZE.local + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + this.packedSize > bytes.length)
      archive.damaged(`"${this.name}" needs ${this.packedSize} bytes, ${bytes.length - start} are left.`, place);
    const packed = bytes.subarray(start, start + this.packedSize);
    const content = this.unpack(packed, place);
    if (content.length !== this.size)
      archive.damaged(`"${this.name}" has ${content.length} bytes instead of ${this.size}.`, place);
    if (crc32(content) !== this.checksum) archive.damaged(`The checksum of "${this.name}" is wrong.`, place);
    return content;
  }

  private unpack(packed: Uint8Array, place: string): Uint8Array {
    if (this.method === 0) return packed;
    if (this.method !== 8)
      this.archive.refuse(
        `"${this.name}" is compressed by method ${this.method}.`,
        place,
        'Only stored and deflated entries are read.',
      );
    const content = new Uint8Array(this.size);
    let filled = 0;
    const decoder = new Inflate((piece) => {
      if (filled + piece.length > this.size)
        this.archive.damaged(`"${this.name}" inflates to more than its ${this.size} bytes.`, place);
      content.set(piece, filled);
      filled += piece.length;
    });
    try {
      for (let from = 0; from < packed.length; from += PIECE)
        decoder.push(packed.subarray(from, from + PIECE), from + PIECE >= packed.length);
    } catch (error) {
      if (error instanceof ImportError) throw error;
      this.archive.damaged(`"${this.name}" does not inflate (${(error as Error).message}).`, place);
    }
    return content.subarray(0, filled);
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 as in zip, gzip and PNG (polynomial 0x04c11db7, reflected). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
