// Finds the record files of CIFAR-10 and CIFAR-100: in the archive of the binary version, in the files of its unpacked folder,
// or at a URL.
import { DatasetFormatError, DatasetMissingError } from './dataset';
import type { NamedFile, OpenRequest } from './definition';
import { inflate, isGzip, pieces } from './gzip';
import { sha256 } from './sha256';
import { readTar, type TarSink } from './tar';

/** One of the two data sets. */
export interface CifarVersion {
  readonly label: string;
  /** The official archive of the binary version; its server sends no CORS headers, so a page can read it only elsewhere. */
  readonly archive: string;
  readonly megabytes: number;
  /** Bytes and SHA-256 of the archive, if known. */
  readonly official?: { readonly bytes: number; readonly sha256: string };
  /** The files of records, by their base names, and the size of the largest. */
  readonly files: readonly string[];
  readonly largestFile: number;
  /** A file of the Python version. */
  readonly pickled: string;
  /** Joins and checks the records of all files. @throws DatasetFormatError */
  join(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer>;
}

/** Joined, checked records, and notes on their origin for display. */
export interface CifarRecords {
  readonly records: Uint8Array<ArrayBuffer>;
  readonly notes: readonly string[];
}

type Watch = Pick<OpenRequest, 'signal' | 'report'>;

/** Bytes between progress reports: about a hundred reports for the whole archive. */
const reportBytes = 2 ** 20;

const chooseInstead = ({ archive, megabytes }: CifarVersion) =>
  `Download ${baseName(archive)} (${megabytes} MB) from ${archive} and choose the file, or the folder it unpacks to.`;

/**
 * Reads an archive or unpacked files of records from chosen or dropped files. Other files are ignored.
 * @throws DatasetFormatError saying which file is wrong, how, and what to choose.
 */
export async function readCifarFiles(
  files: readonly NamedFile[],
  watch: Watch,
  version: CifarVersion,
): Promise<CifarRecords> {
  const { label } = version;
  const archive = files.find(({ path }) => /\.(tar\.gz|tgz|tar)$/i.test(path));
  const batches = files.filter(({ path }) => version.files.includes(baseName(path)));
  if (archive && batches.length === 0) return readCifarArchive(archive.file, baseName(archive.path), watch, version);
  if (batches.length === 0) {
    const names = files.map(({ path }) => baseName(path));
    throw new DatasetFormatError(
      `${label}: found neither ${baseName(version.archive)} nor its files among these ` +
        `(${names.slice(0, 3).join(', ') || 'none'}${names.length > 3 ? `, ... ${names.length} files` : ''}). ${chooseInstead(version)}`,
    );
  }
  const bytesOf = new Map<string, Uint8Array>();
  const total = batches.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  for (const { path, file } of batches) {
    const name = baseName(path);
    if (bytesOf.has(name)) throw new DatasetFormatError(`${label}: found ${name} twice; choose only one folder.`);
    if (file.size > version.largestFile) throw tooLarge(name, file.size, version);
    const bytes = new Uint8Array(await file.arrayBuffer());
    watch.signal.throwIfAborted();
    bytesOf.set(name, bytes);
    done += bytes.length;
    watch.report({ phase: `Reading ${label}`, done, total, unit: 'bytes' });
  }
  return { records: version.join(bytesOf), notes: ['Read from unpacked files.'] };
}

/**
 * Reads an archive.
 * @param name of the file, for messages
 * @throws DatasetFormatError when it is damaged, truncated, or another data set.
 */
export async function readCifarArchive(
  archive: Blob,
  name: string,
  watch: Watch,
  version: CifarVersion,
): Promise<CifarRecords> {
  const { label } = version;
  const start = new Uint8Array(await archive.slice(0, 512).arrayBuffer());
  if (!isGzip(start) && new TextDecoder().decode(start.subarray(257, 262)) !== 'ustar') {
    throw new DatasetFormatError(
      `${name}: expected a gzip-compressed tar archive, got something else. ${chooseInstead(version)}`,
    );
  }
  const stream = counted(archive.stream(), archive.size, `Unpacking ${label}`, watch);
  const batches = new Map<string, { bytes: Uint8Array; filled: number }>();
  let python = false;
  const open = (entry: { name: string; size: number }): TarSink | undefined => {
    const base = baseName(entry.name);
    python ||= base === version.pickled;
    if (!version.files.includes(base)) return undefined;
    if (entry.size > version.largestFile) throw tooLarge(base, entry.size, version);
    if (batches.has(base)) throw new DatasetFormatError(`${name}: contains ${base} twice.`);
    const batch = { bytes: new Uint8Array(entry.size), filled: 0 };
    batches.set(base, batch);
    return (piece) => {
      batch.bytes.set(piece, batch.filled);
      batch.filled += piece.length;
    };
  };
  await readTar(isGzip(start) ? inflate(stream, name, watch.signal) : pieces(stream), name, open);
  watch.signal.throwIfAborted();
  if (batches.size === 0) {
    throw new DatasetFormatError(
      python
        ? `${name}: this is the Python version of ${label} (pickled), which is not supported. ${chooseInstead(version)}`
        : `${name}: contains none of the files of ${label}. ${chooseInstead(version)}`,
    );
  }
  const records = version.join(new Map([...batches].map(([base, { bytes }]) => [base, bytes])));
  return { records, notes: [await compareWithOfficial(archive, version)] };
}

/**
 * Fetches an archive and reads it.
 * @throws DatasetMissingError when the server refuses, fails, or does not let this page read the file.
 */
export async function fetchCifarArchive(url: string, watch: Watch, version: CifarVersion): Promise<CifarRecords> {
  let response: Response;
  try {
    response = await fetch(url, { signal: watch.signal });
  } catch (error) {
    watch.signal.throwIfAborted();
    throw new DatasetMissingError(
      `${url} could not be read (${(error as Error).message}). Either there is no connection, or the server does not ` +
        `let other sites' pages read its files (cross-origin refusal), which only its owner can change. ${chooseInstead(version)}`,
    );
  }
  if (!response.ok || !response.body) {
    throw new DatasetMissingError(
      `${url} answered ${response.status} ${response.statusText}. ${chooseInstead(version)}`,
    );
  }
  // The stated length counts compressed bytes if the server compresses responses, so it cannot be relied on.
  const length = Number(response.headers.get('content-length'));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stream = counted(response.body, length || undefined, `Downloading ${version.label}`, watch);
  try {
    for await (const part of pieces(stream)) parts.push(part);
  } catch (error) {
    watch.signal.throwIfAborted();
    const done = parts.reduce((sum, part) => sum + part.length, 0);
    throw new DatasetMissingError(
      `The download of ${url} broke off after ${done} bytes (${(error as Error).message}). Try again. ${chooseInstead(version)}`,
    );
  }
  return readCifarArchive(new Blob(parts), url, watch, version);
}

/** For information only: a repacked archive with the right records is just as good. */
async function compareWithOfficial(archive: Blob, { official }: CifarVersion): Promise<string> {
  if (official === undefined) return 'Read from an archive.';
  if (archive.size !== official.bytes) {
    return 'Read from an archive that is not byte for byte the official one.';
  }
  return (await sha256(new Uint8Array(await archive.arrayBuffer()))) === official.sha256
    ? 'Read from the official archive (its SHA-256 matches).'
    : 'Read from an archive whose SHA-256 is not the official one.';
}

/** The stream, with its bytes reported as they pass; ends with the signal's reason when aborted. */
function counted(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  total: number | undefined,
  phase: string,
  { signal, report }: Watch,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let done = 0;
  let reported = 0;
  const tell = () => {
    reported = done;
    report({ phase, done, unit: 'bytes', ...(total === undefined ? {} : { total }) });
  };
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(piece, controller) {
      done += piece.length;
      if (done - reported >= reportBytes) tell();
      controller.enqueue(piece);
    },
    flush: tell,
  });
  return stream.pipeThrough(counter, { signal });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function tooLarge(name: string, bytes: number, version: CifarVersion): DatasetFormatError {
  return new DatasetFormatError(
    `${version.label}: ${name} has ${bytes} bytes, and has at most ${version.largestFile}. ${chooseInstead(version)}`,
  );
}
