// Taking the result along: every format's files, written by the engine when the dialog opens, so that sizes are known and
// a download is one click. The bytes wait behind object URLs, which the desk can hold as plain text.
import { isCanceled } from '../../engine/client';
import type { ExportedFile } from '../../formats/export/context';
import type { ExportId, ExportOptions } from '../../formats/export/registry';
import { policyLabel } from '../../policy/edits';
import { costsOf } from '../measure/costs';
import { headline, pointsHere } from '../measure/selectors';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import type { MadeExport, ReadyFile } from '../state/exporting';

/** Options that each format has. */
const OPTIONS: Partial<Readonly<Record<ExportId, readonly (keyof ExportOptions)[]>>> = {
  onnx: ['int2', 'scalesInside'],
  qonnx: ['runnable', 'scalesInside'],
};
/** Formats in the order in which they are written: quick ones first. */
const ORDER: readonly ExportId[] = ['packed', 'onnx', 'qonnx', 'tfjs', 'project', 'policy', 'csv', 'report'];
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  json: 'application/json',
  csv: 'text/csv',
  py: 'text/x-python',
};

let run = new AbortController();

/** Opens the dialog; `writeExports` fills it. */
export function openExports(): void {
  desk.setState({ exporting: { options: { int2: false, runnable: false, scalesInside: false }, made: {} } });
}

/** Closes the dialog and frees its files. */
export function closeExports(): void {
  run.abort();
  const { exporting } = desk.getState();
  if (exporting === null) return;
  for (const id of ORDER) free(exporting.made[id]);
  desk.setState({ exporting: null });
}

function free(made: MadeExport | undefined): void {
  if (made && 'files' in made) for (const { url } of made.files) URL.revokeObjectURL(url);
}

function put(id: ExportId, made: MadeExport | undefined): void {
  const { exporting } = desk.getState();
  if (exporting === null) return;
  free(exporting.made[id]);
  const { [id]: _, ...others } = exporting.made;
  desk.setState({ exporting: { ...exporting, made: made ? { ...others, [id]: made } : others } });
}

/** The measured accuracy of the policy on the faders, which the files state; undefined before the first stage. */
export function accuracyToState(state: Desk) {
  const known = headline(state);
  return known.source === 'measured' ? known.accuracy : undefined;
}

/**
 * Writes all formats anew, for what is on the faders now. `refresh` where only the measurement has grown: each file then
 * stays on offer, as true as it was, until the new one takes its place.
 */
export async function writeExports(refresh = false): Promise<void> {
  run.abort();
  run = new AbortController();
  const { signal } = run;
  if (!refresh) for (const id of ORDER) put(id, undefined);
  for (const id of ORDER) {
    if (signal.aborted) return;
    await writeOne(id, signal);
  }
  if (!signal.aborted) announce('All files are ready.');
}

/** Chooses an option of a format and writes it anew. */
export async function setExportOption(name: keyof ExportOptions, value: boolean): Promise<void> {
  const { exporting } = desk.getState();
  if (exporting === null) return;
  desk.setState({ exporting: { ...exporting, options: { ...exporting.options, [name]: value } } });
  for (const id of ORDER)
    if (OPTIONS[id]?.includes(name)) {
      put(id, undefined);
      await writeOne(id, run.signal);
    }
}

async function writeOne(format: ExportId, signal: AbortSignal): Promise<void> {
  const now = desk.getState();
  const client = engine();
  if (now.exporting === null) return;
  if (client === null || now.network === null) {
    put(format, { problem: 'The network is not loaded yet.' });
    return;
  }
  const { policy, scheme, architecture } = now;
  const accuracy = accuracyToState(now);
  const chosen = Object.entries(now.exporting.options).filter(([name]) =>
    OPTIONS[format]?.includes(name as keyof ExportOptions),
  );
  const call = client.call('exportNetwork', {
    format,
    options: Object.fromEntries(chosen),
    policy,
    scheme,
    ...(accuracy && { measured: { accuracy, split: 'test' as const } }),
    points: pointsHere(now).map((point) => ({
      label: policyLabel(point.policy),
      memoryBytes: costsOf(architecture, point.policy, scheme).memory,
      accuracy: point.accuracy,
    })),
  });
  const stop = () => call.cancel();
  signal.addEventListener('abort', stop);
  try {
    const files = await call.result;
    if (!signal.aborted) put(format, { files: files.map(ready), n: accuracy?.n ?? 0 });
  } catch (error) {
    if (!signal.aborted && !isCanceled(error)) put(format, { problem: messageOf(error) });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function ready({ name, content }: ExportedFile): ReadyFile {
  const blob = new Blob([content], { type: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream' });
  return { name, bytes: blob.size, url: URL.createObjectURL(blob) };
}
