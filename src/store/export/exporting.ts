// Exports the result: the engine writes the files of every format when the dialog opens, so that sizes are known and a
// download takes one click. The bytes are held by object URLs, which the desk can store as plain text.

import { isCanceled } from '../../engine/client';
import type { ExportedFile } from '../../formats/export/context';
import type { ExportId, ExportOptions } from '../../formats/export/registry';
import { samePolicy } from '../../graph/policy';
import { configName } from '../../words/config';
import { exporting as words } from '../../words/en/exporting';
import { costsOf } from '../measure/costs';
import { headline, pointsHere } from '../measure/selectors';
import { announce } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import type { MadeExport, ReadyFile } from '../state/exporting';

/** The options of each format. */
const OPTIONS: Partial<Readonly<Record<ExportId, readonly (keyof ExportOptions)[]>>> = {
  onnx: ['int2', 'scalesInside'],
  qonnx: ['runnable', 'scalesInside'],
  tflite: ['int16', 'floatEnds'],
  tflm: ['int16', 'floatEnds'],
  aiEdge: ['int16'],
};
/** Formats in the order in which they are written, fast ones first; a record, so that none can be missing. */
const ORDER = Object.keys({
  packed: 0,
  onnx: 0,
  qonnx: 0,
  tflite: 0,
  tflm: 0,
  c: 0,
  tfjs: 0,
  project: 0,
  aiEdge: 0,
  brevitas: 0,
  modelopt: 0,
  policy: 0,
  csv: 0,
  report: 0,
} satisfies Record<ExportId, 0>) as ExportId[];
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  json: 'application/json',
  csv: 'text/csv',
  py: 'text/x-python',
};

let run = new AbortController();

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

/** The measured accuracy of the policy on the faders, stated in the files; undefined before the first stage. */
export function accuracyToState(state: Desk) {
  const current = headline(state);
  return current.source === 'measured' ? current.accuracy : undefined;
}

/**
 * Writes all formats again for the current policy. With `refresh`, when only the measurement has grown, each old file stays
 * available until the new one replaces it.
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
  if (!signal.aborted) announce(words.ready, true);
}

/** Sets an option of a format and writes it again. */
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
    put(format, { problem: words.notLoaded });
    return;
  }
  const { policy, scheme, architecture, current, sensitivity } = now;
  const accuracy = accuracyToState(now);
  const confusion = current && samePolicy(current.policy, policy) ? current.confusion : undefined;
  const chosen = Object.entries(now.exporting.options).filter(([name]) =>
    OPTIONS[format]?.includes(name as keyof ExportOptions),
  );
  const call = client.call('exportNetwork', {
    format,
    options: Object.fromEntries(chosen),
    policy,
    scheme,
    ...(accuracy && { measured: { accuracy, split: 'test' as const } }),
    ...(format === 'report' && {
      details: { ...(confusion && { confusion }), ...(sensitivity && { sensitivity: sensitivity.entries }) },
    }),
    points: pointsHere(now).map((point) => ({
      label: configName(point.policy),
      memoryBytes: costsOf(architecture, point.policy, scheme).memory,
      accuracy: point.accuracy,
      policy: point.policy,
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

function ready({ name, content, losses = [] }: ExportedFile): ReadyFile {
  const blob = new Blob([content], { type: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream' });
  return { name, bytes: blob.size, url: URL.createObjectURL(blob), losses };
}
