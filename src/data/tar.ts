// Reads a tar archive as a stream, entry by entry, holding no more than one header.
// Format: POSIX ustar (IEEE Std 1003.1-1988). Not supported: long names (pax, GNU), links and sparse files. Such entries
// are skipped, which is enough for the archives read here.
import { DatasetFormatError } from './dataset';

export interface TarEntry {
  /** Path inside the archive, e.g. "cifar-10-batches-bin/test_batch.bin". */
  readonly name: string;
  /** Bytes of content. */
  readonly size: number;
  /** '0' is a regular file. */
  readonly type: string;
}

/** Receives the content of one entry in pieces. The pieces are views that are valid only during the call. */
export type TarSink = (piece: Uint8Array) => void;

const block = 512;
const maxEntries = 1000;
const maxEntryBytes = 2 ** 32;

/**
 * Reads all entries of `source`.
 * @param open is called with each entry and returns the sink for its content, or undefined to skip it
 * @param what name of the archive, for messages
 * @throws DatasetFormatError when the archive is damaged, truncated or not a tar archive.
 */
export async function readTar(
  source: AsyncIterable<Uint8Array>,
  what: string,
  open: (entry: TarEntry) => TarSink | undefined,
): Promise<void> {
  const header = new Uint8Array(block);
  let inHeader = 0;
  let entry: TarEntry | undefined;
  let sink: TarSink | undefined;
  /** Remaining bytes of content and of padding. */
  let content = 0;
  let padding = 0;
  let entries = 0;
  for await (const piece of source) {
    let at = 0;
    while (at < piece.length) {
      if (content > 0) {
        const n = Math.min(content, piece.length - at);
        sink?.(piece.subarray(at, at + n));
        content -= n;
        at += n;
      } else if (padding > 0) {
        const n = Math.min(padding, piece.length - at);
        padding -= n;
        at += n;
      } else {
        const n = Math.min(block - inHeader, piece.length - at);
        header.set(piece.subarray(at, at + n), inHeader);
        inHeader += n;
        at += n;
        if (inHeader < block) continue;
        inHeader = 0;
        // Zero blocks end the archive; after them comes padding to the tape's record size.
        if (header.every((byte) => byte === 0)) continue;
        entry = parseHeader(header, what, entries);
        if (++entries > maxEntries) throw new DatasetFormatError(`${what}: more than ${maxEntries} entries.`);
        content = entry.size;
        padding = (block - (entry.size % block)) % block;
        sink = open(entry);
      }
    }
  }
  if (content > 0 || padding > 0 || inHeader > 0) {
    throw new DatasetFormatError(
      `${what}: the archive ends inside ${entry?.name ?? 'its first header'}, ${content} bytes early. ` +
        'The download was interrupted; download the file again.',
    );
  }
}

function parseHeader(header: Uint8Array, what: string, entries: number): TarEntry {
  // The checksum counts its own eight bytes as spaces.
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== sum) {
    throw new DatasetFormatError(
      entries === 0
        ? `${what}: expected a tar archive, got something else (the checksum of its first header is wrong).`
        : `${what}: damaged, the checksum of header ${entries + 1} is wrong. Download the file again.`,
    );
  }
  const size = octal(header, 124, 12);
  if (!(size <= maxEntryBytes)) throw new DatasetFormatError(`${what}: an entry of ${size} bytes is too large.`);
  const isUstar = text(header, 257, 5) === 'ustar';
  const prefix = isUstar ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return { name: prefix ? `${prefix}/${name}` : name, size, type: text(header, 156, 1) || '0' };
}

/** Text up to the first zero byte. */
function text(header: Uint8Array, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** Octal number, padded with spaces or zero bytes; NaN for anything else, including the base-256 numbers of GNU tar. */
function octal(header: Uint8Array, from: number, length: number): number {
  const digits = text(header, from, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}
