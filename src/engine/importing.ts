// Reads a dropped model in a separate worker, which is terminated afterwards, or when it takes too long.
import { ImportError } from '../formats/import/importer';
import type { ImportReply, ImportRequest } from './importWorker';
import { MISSING_READER } from './missingCode';

/** The content of the files. */
export type ReadFiles = Extract<ImportReply, { readonly inspection: unknown }>['inspection'];

/** The part of a worker's interface that is used. */
export interface DisposableWorker {
  postMessage(request: ImportRequest): void;
  onmessage: ((event: MessageEvent<ImportReply>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/**
 * Time limit of an import in milliseconds: twenty seconds, plus one per megabyte. On a busy machine, a read takes twenty times
 * what it computes: two seconds for 100 MB.
 */
export function importTime(bytes: number): number {
  return 20_000 + bytes / 1000;
}

/**
 * The content of the files. The worker is terminated when it has answered, when `signal` is aborted, or after
 * `milliseconds`.
 * @throws ImportError; or the signal's reason.
 */
export function inspectInWorker(
  spawn: () => DisposableWorker,
  files: ImportRequest['files'],
  signal: AbortSignal,
  milliseconds = importTime(files.reduce((sum, { file }) => sum + file.size, 0)),
): Promise<ReadFiles> {
  const where = files.map(({ name }) => name).join(', ');
  return new Promise<ReadFiles>((resolve, reject) => {
    signal.throwIfAborted();
    const worker = spawn();
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      worker.terminate();
      settle();
    };
    const refuse = (what: string, why: string, next: string) =>
      end(() => reject(new ImportError({ what, where, why, next })));
    const stop = () => end(() => reject(signal.reason as Error));
    const timer = setTimeout(
      () =>
        refuse(
          `Reading took longer than ${(milliseconds / 1000).toFixed(1)} seconds and was ended.`,
          'A network that fits this page is read in less.',
          'Export the network once more, or in another format such as ONNX.',
        ),
      milliseconds,
    );
    signal.addEventListener('abort', stop);
    worker.onmessage = ({ data }) =>
      end(() => ('inspection' in data ? resolve(data.inspection) : reject(new ImportError(data.problem))));
    worker.onerror = ({ message }) => {
      // An event without a message means that the worker's script did not load.
      if (!message) refuse(MISSING_READER.what, MISSING_READER.why, MISSING_READER.next);
      else
        refuse(
          `The reader broke down: ${message}.`,
          'Most likely the file asks for more memory than the browser gives.',
          'Choose a smaller network, or export it in another format such as ONNX.',
        );
    };
    worker.postMessage({ files });
  });
}
