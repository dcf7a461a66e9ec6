// What a browser loads before the first drag: the scripts, style sheets and fonts that index.html names, with what the
// scripts import statically. A build in which it is too large fails; what the first drag does without is loaded later, by
// `chunk` (src/ui/parts/chunk.tsx) or in src/store/rest.ts.
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Maximum size in bytes, gzipped. */
const MOST = 170_000;

/** What of a bundle's files matters here; `imports` are names of files. */
type Bundle = Readonly<
  Record<
    string,
    | { readonly type: 'chunk'; readonly code: string; readonly imports: readonly string[] }
    | { readonly type: 'asset'; readonly source: string | Uint8Array }
  >
>;

/** Bytes of each of these files as a server sends it: gzipped, except fonts, which are compressed already. */
export function firstRoute(bundle: Bundle): ReadonlyMap<string, number> {
  const html = bundle['index.html'];
  const page = html?.type === 'asset' ? String(html.source) : '';
  const found = new Set([...page.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css|woff2))"/g)].map(([, name]) => name));
  const sizes = new Map<string, number>();
  for (const name of found) {
    const file = bundle[name];
    if (file === undefined) throw new Error(`index.html names ${name}, which is not in the bundle.`);
    const content = file.type === 'chunk' ? file.code : file.source;
    const bytes = name.endsWith('.woff2') ? content : gzipSync(content, { level: 9 });
    sizes.set(name, bytes.length);
    if (file.type === 'chunk') for (const imported of file.imports) found.add(imported);
  }
  return sizes;
}

/** Says how large it is, and fails the build if that is too large. */
export function firstRouteLimit(): Plugin {
  return {
    name: 'first-route-limit',
    apply: 'build',
    writeBundle(_, bundle) {
      const sizes = firstRoute(bundle);
      const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      const words = `before the first drag: ${(total / 1000).toFixed(1)} KB gzipped, at most ${MOST / 1000}`;
      if (total > MOST)
        this.error(
          `${words}\n${[...sizes].map(([name, size]) => `${(size / 1000).toFixed(1)} KB ${name}`).join('\n')}`,
        );
      this.info(words);
    },
  };
}
