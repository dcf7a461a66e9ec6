// The disposable worker that reads imported files: one import, then it is terminated. Whatever a file does to a parser,
// the page and the engine are not affected.
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

/** The request to the worker: the dropped files. */
export interface ImportRequest {
  readonly files: readonly { readonly name: string; readonly file: Blob }[];
}

/** Its only reply: a network, or weights only if they fit a known one. */
export type ImportReply = { readonly inspection: Omit<Inspection, 'weights'> } | { readonly problem: ImportProblem };

/** The memory of all weights, which is transferred with the reply instead of copied. */
function buffersOf(reply: ImportReply): ArrayBuffer[] {
  if (!('inspection' in reply)) return [];
  const parameters = [...(reply.inspection.network?.parameters.values() ?? [])];
  return [...new Set(parameters.map(({ values }) => values.buffer as ArrayBuffer))];
}

/** The wording of any error: only an `ImportError` has its own. */
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
    // Sizes are checked before a byte is read.
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
