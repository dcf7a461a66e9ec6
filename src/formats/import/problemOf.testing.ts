import { ImportError, type ImportProblem } from './importer';

/** The four sentences of a reader's refusal, within five seconds. */
export async function problemOf(read: () => Promise<unknown>): Promise<ImportProblem> {
  const before = performance.now();
  const error = await read().then(
    () => new Error('The file was read.'),
    (reason: unknown) => reason,
  );
  if (performance.now() - before > 60_000) throw new Error('The file was refused only after more than a minute.');
  if (!(error instanceof ImportError)) throw error;
  const { what, where, why, next } = error;
  return { what, where, why, next };
}
