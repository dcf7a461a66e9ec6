// Finds CIFAR-10's six batches: in cifar-10-binary.tar.gz, in the files of its unpacked folder, or at a URL.
import { type CifarBatch, cifarBatches, fullBatch, joinBatches, recordBytes } from './cifar10';
import { DatasetFormatError, DatasetMissingError } from './dataset';
import type { NamedFile, OpenRequest } from './definition';
import { inflate, isGzip, pieces } from './gzip';
import { sha256 } from './sha256';
import { readTar, type TarSink } from './tar';

/** The author's URL. It sends no CORS headers, so a page can read the file only through a mirror. */
export const officialArchive = 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz';

/** SHA-256 of the archive with 170,052,171 bytes, as quoted by TensorFlow Datasets and others. */
const officialSha256 = 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd';
const officialBytes = 170_052_171;

/** Six joined, checked batches, and notes on their origin for display. */
export interface CifarRecords {
  readonly records: Uint8Array<ArrayBuffer>;
  readonly notes: readonly string[];
}

type Watch = Pick<OpenRequest, 'signal' | 'report'>;

/** Bytes between progress reports: about a hundred reports for the whole archive. */
const reportBytes = 2 ** 20;

const chooseInstead =
  `Download cifar-10-binary.tar.gz (170 MB) from ${officialArchive} and choose the file, ` +
  'or the folder it unpacks to.';

/**
 * Reads an archive or six batches from chosen or dropped files. Other files are ignored.
 * @throws DatasetFormatError saying which file is wrong, how, and what to choose.
 */
export async function readCifarFiles(files: readonly NamedFile[], watch: Watch): Promise<CifarRecords> {
  const archive = files.find(({ path }) => /\.(tar\.gz|tgz|tar)$/i.test(path));
  const batches = files.filter(({ path }) => isBatch(baseName(path)));
  if (archive && batches.length === 0) return readCifarArchive(archive.file, baseName(archive.path), watch);
  if (batches.length === 0) {
    const names = files.map(({ path }) => baseName(path));
    throw new DatasetFormatError(
      'CIFAR-10: found neither cifar-10-binary.tar.gz nor its batches among these files ' +
        `(${names.slice(0, 3).join(', ') || 'none'}${names.length > 3 ? `, ... ${names.length} files` : ''}). ${chooseInstead}`,
    );
  }
  const bytesOf = new Map<CifarBatch, Uint8Array>();
  const total = batches.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  for (const { path, file } of batches) {
    const name = baseName(path) as CifarBatch;
    if (bytesOf.has(name)) throw new DatasetFormatError(`CIFAR-10: found ${name} twice; choose only one folder.`);
    if (file.size > fullBatch * recordBytes) throw tooLarge(name, file.size);
    const bytes = new Uint8Array(await file.arrayBuffer());
    watch.signal.throwIfAborted();
    bytesOf.set(name, bytes);
    done += bytes.length;
    watch.report({ phase: 'Reading CIFAR-10', done, total, unit: 'bytes' });
  }
  return { records: joinBatches(bytesOf), notes: ['Read from unpacked files.'] };
}

/**
 * Reads an archive.
 * @param name of the file, for messages
 * @throws DatasetFormatError when it is damaged, truncated, or not CIFAR-10.
 */
export async function readCifarArchive(archive: Blob, name: string, watch: Watch): Promise<CifarRecords> {
  const start = new Uint8Array(await archive.slice(0, 512).arrayBuffer());
  if (!isGzip(start) && new TextDecoder().decode(start.subarray(257, 262)) !== 'ustar') {
    throw new DatasetFormatError(
      `${name}: expected a gzip-compressed tar archive, got something else. ${chooseInstead}`,
    );
  }
  const stream = counted(archive.stream(), archive.size, 'Unpacking CIFAR-10', watch);
  const batches = new Map<CifarBatch, { bytes: Uint8Array; filled: number }>();
  let python = false;
  const open = (entry: { name: string; size: number }): TarSink | undefined => {
    const base = baseName(entry.name);
    python ||= base === 'data_batch_1';
    if (!isBatch(base)) return undefined;
    if (entry.size > fullBatch * recordBytes) throw tooLarge(base, entry.size);
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
        ? `${name}: this is the Python version of CIFAR-10 (pickled), which is not supported. ${chooseInstead}`
        : `${name}: contains none of CIFAR-10's batches. ${chooseInstead}`,
    );
  }
  const records = joinBatches(new Map([...batches].map(([base, { bytes }]) => [base, bytes])));
  return { records, notes: [await compareWithOfficial(archive)] };
}

/**
 * Fetches an archive and reads it.
 * @throws DatasetMissingError when the server refuses, fails, or does not let this page read the file.
 */
export async function fetchCifarArchive(url: string, watch: Watch): Promise<CifarRecords> {
  let response: Response;
  try {
    response = await fetch(url, { signal: watch.signal });
  } catch (error) {
    watch.signal.throwIfAborted();
    throw new DatasetMissingError(
      `${url} could not be read (${(error as Error).message}). Either there is no connection, or the server does not ` +
        `let other sites' pages read its files (cross-origin refusal), which only its owner can change. ${chooseInstead}`,
    );
  }
  if (!response.ok || !response.body) {
    throw new DatasetMissingError(`${url} answered ${response.status} ${response.statusText}. ${chooseInstead}`);
  }
  // The stated length counts compressed bytes if the server compresses responses, so it cannot be relied on.
  const length = Number(response.headers.get('content-length'));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stream = counted(response.body, length || undefined, 'Downloading CIFAR-10', watch);
  try {
    for await (const part of pieces(stream)) parts.push(part);
  } catch (error) {
    watch.signal.throwIfAborted();
    const done = parts.reduce((sum, part) => sum + part.length, 0);
    throw new DatasetMissingError(
      `The download of ${url} broke off after ${done} bytes (${(error as Error).message}). Try again. ${chooseInstead}`,
    );
  }
  return readCifarArchive(new Blob(parts), url, watch);
}

/** For information only: a repacked archive with the right records is just as good. */
async function compareWithOfficial(archive: Blob): Promise<string> {
  if (archive.size !== officialBytes) {
    return 'Read from an archive that is not byte for byte the official one.';
  }
  return (await sha256(new Uint8Array(await archive.arrayBuffer()))) === officialSha256
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

function isBatch(name: string): name is CifarBatch {
  return (cifarBatches as readonly string[]).includes(name);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function tooLarge(name: string, bytes: number): DatasetFormatError {
  return new DatasetFormatError(
    `CIFAR-10: ${name} has ${bytes} bytes, a batch has at most ${fullBatch * recordBytes}. ${chooseInstead}`,
  );
}
