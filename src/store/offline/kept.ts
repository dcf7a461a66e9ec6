// What of the site this browser keeps (src/offline/serviceWorker.ts), and fetching the rest.
import { shippedNames } from '../../zoo/shipped';

/** Of the weights that a first visit does not keep; a test compares it with the files. */
export const MORE_BYTES = 11_300_000;

export interface KeptSite {
  readonly files: number;
  readonly bytes: number;
}

/** The kept files; null where none are, or the browser does not tell. */
export async function keptSite(): Promise<KeptSite | null> {
  if (!('caches' in globalThis) || navigator.serviceWorker?.controller == null) return null;
  const names = await caches.keys();
  let [files, bytes] = [0, 0];
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (!request.url.startsWith(new URL('.', location.href).href)) continue;
      files++;
      bytes += (await (await cache.match(request))?.blob())?.size ?? 0;
    }
  }
  return files > 0 ? { files, bytes } : null;
}

/** Has the service worker keep the weights of all networks. @throws Error for the first that does not come. */
export async function keepAllWeights(): Promise<void> {
  for (const name of shippedNames())
    for (const type of ['json', 'safetensors']) {
      const path = `weights/${name}.${type}`;
      const answer = await fetch(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await answer.arrayBuffer();
    }
}
