// The disposable worker that reads files from elsewhere: one import, then it is ended. Whatever a file does to a parser, the
// page and the engine do not feel it.
/// <reference lib="webworker" />
import {
  IMPORT_LIMITS,
  ImportError,
  type ImportProblem,
  type Inspection,
  type ModelFile,
} from '../formats/import/importer';
import { inspectFiles } from '../formats/import/readers';
import { isMissingCode, MISSING_READER } from './missingCode';

/** What the worker is sent: files as they were dropped. */
export interface ImportRequest {
  readonly files: readonly { readonly name: string; readonly file: Blob }[];
}

/** What it answers, once: a network, but no weights that fit none. */
export type ImportReply = { readonly inspection: Omit<Inspection, 'weights'> } | { readonly problem: ImportProblem };

/** The memory of all weights, which goes over with the answer and is not copied. */
function buffersOf(reply: ImportReply): ArrayBuffer[] {
  if (!('inspection' in reply)) return [];
  const parameters = [...(reply.inspection.network?.parameters.values() ?? [])];
  return [...new Set(parameters.map(({ values }) => values.buffer as ArrayBuffer))];
}

/** The words of any error: only an `ImportError` has its own. */
function problemOf(error: unknown, where: string): ImportProblem {
  if (error instanceof ImportError) {
    const { what, why, next } = error;
    return { what, where: error.where, why, next };
  }
  if (isMissingCode(error)) return { ...MISSING_READER, where };
  return {
    what: `Reading stopped unexpectedly: ${error instanceof Error ? error.message : String(error)}.`,
    where,
    why: 'The reader did not foresee a file like this, or has a fault.',
    next: 'Export the network once more, or in another format; ONNX is read most completely.',
  };
}

async function read({ files }: ImportRequest): Promise<ImportReply> {
  const where = files.map(({ name }) => name).join(', ') || 'nothing';
  try {
    // Sizes are looked at before a byte is read.
    const total = files.reduce((sum, { file }) => sum + file.size, 0);
    if (total > IMPORT_LIMITS.bytes)
      throw new ImportError({
        what: `${total.toLocaleString('en')} bytes are more than the page reads.`,
        where,
        why: `A network of more than ${IMPORT_LIMITS.bytes.toLocaleString('en')} bytes does not fit into a browser's tab with its activations.`,
        next: 'Choose a smaller network.',
      });
    const read: ModelFile[] = [];
    for (const { name, file } of files) read.push({ name, bytes: new Uint8Array(await file.arrayBuffer()) });
    const { weights: _, ...inspection } = await inspectFiles(read);
    return { inspection };
  } catch (error) {
    return { problem: problemOf(error, where) };
  }
}

self.onmessage = async ({ data }: MessageEvent<ImportRequest>) => {
  const reply = await read(data);
  self.postMessage(reply, buffersOf(reply));
};
