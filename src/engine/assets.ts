// Files of the site, fetched the same way by the page and by its worker. A file may take as long as it needs while
// bytes arrive. No bytes for ten seconds, an unsuccessful response, and a web page in place of the file are errors that
// name it.
import { wait } from './patience';

/** Seconds without a byte after which a file counts as stalled. */
export const STALL_SECONDS = 10;

/** A file of the site that did not arrive, or not completely. The message names it, and says why and what to do. */
export class AssetError extends Error {
  override readonly name = 'AssetError';
}

/** Called with the bytes so far, and with their total if the server states it. */
export type AssetProgress = (done: number, total: number | undefined) => void;

export interface AssetOptions {
  readonly signal?: AbortSignal;
  readonly onBytes?: AssetProgress;
  /** Asks the server, bypassing the browser's cache. */
  readonly fresh?: boolean;
}

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;

/** Beginning of a web page; no other file of the site starts like this. */
const PAGE = /^\s*<(!doctype|!--|html|head|body|\?xml)/i;

/**
 * Fetches a complete file.
 * @param name its name in messages: its path below the site's root
 * @throws AssetError, or the signal's reason when aborted.
 */
export async function fetchAsset(url: URL | string, name: string, options: AssetOptions = {}): Promise<ArrayBuffer> {
  const { signal, onBytes, fresh = false } = options;
  const stalled = new AbortController();
  const patience = wait(STALL_SECONDS, () => stalled.abort());
  const signals = signal ? [signal, stalled.signal] : [stalled.signal];
  const parts: Uint8Array[] = [];
  let done = 0;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any(signals),
      ...(fresh && { cache: 'reload' as const }),
    });
    patience.beat();
    const type = response.headers.get('content-type') ?? '';
    if (response.status === 404 || response.status === 410)
      throw new AssetError(
        `The site lacks its file "${name}" (the server answered ${response.status}). Tell whoever runs the site.`,
      );
    if (!response.ok)
      throw new AssetError(
        `"${name}" could not be loaded: the server answered ${`${response.status} ${response.statusText}`.trim()}. Try again in a moment.`,
      );
    if (type.includes('text/html')) throw pageInstead(name);
    // If the server compresses in transit, the stated length is not that of the file.
    const isWhole = (response.headers.get('content-encoding') ?? 'identity') === 'identity';
    const length = isWhole ? Number(response.headers.get('content-length')) || undefined : undefined;
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      patience.beat();
      parts.push(part.value);
      done += part.value.length;
      onBytes?.(done, length);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AssetError) throw error;
    const sofar = done > 0 ? ` after ${kilobytes(done)}` : '';
    if (stalled.signal.aborted)
      throw new AssetError(
        `"${name}" does not arrive: the server sent nothing for ${STALL_SECONDS} seconds${sofar}. Try again, or look at the connection.`,
      );
    throw new AssetError(
      `"${name}" could not be loaded: the connection failed${sofar} (${(error as Error).message}). Try again, or look at the connection.`,
    );
  } finally {
    patience.end();
  }
  const whole = new Uint8Array(done);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  if (PAGE.test(new TextDecoder('latin1').decode(whole.subarray(0, 64)))) throw pageInstead(name);
  return whole.buffer;
}

function pageInstead(name: string): AssetError {
  return new AssetError(
    `The server sent a web page in place of "${name}", as some do where a file is missing. Try again, or tell whoever runs the site.`,
  );
}

/**
 * The content of a JSON file of the site.
 * @throws AssetError when it is not JSON, e.g. cut off.
 */
export function readJson(bytes: ArrayBuffer, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new AssetError(
      `"${name}" is damaged (${(error as Error).message}). Try again, or tell whoever runs the site.`,
    );
  }
}
