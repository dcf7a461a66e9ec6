// Writes the built site's service worker (src/offline/serviceWorker.ts) with the list of what it keeps.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';
import type { SiteFile, SiteFiles } from '../../src/offline/siteFiles.ts';

/** Kept when they are first used: samples, and weights except those of the network that opens first and of the smallest. */
const ON_USE = /^(?:samples\/|weights\/(?!(?:resnet8|tiny)-emoji10\.))/;
/** Not for the page: what embeds it, and the worker itself. */
const NEVER = /^(?:embed|sw)\.js$/;
/** Most bytes that a first visit keeps. */
const MOST = 12_000_000;

/** The files of a built site by when they are kept. */
export function siteFiles(directory: string): SiteFiles & { readonly bytes: number } {
  const atOnce: SiteFile[] = [];
  const onUse: SiteFile[] = [];
  let bytes = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const url = relative(directory, path).split(sep).join('/');
    if (NEVER.test(url)) continue;
    const content = readFileSync(path);
    const digest = createHash('sha256').update(content).digest('base64');
    if (ON_USE.test(url)) onUse.push({ url, revision: digest, integrity: `sha256-${digest}` });
    else {
      atOnce.push({ url, revision: url.startsWith('assets/') ? null : digest });
      bytes += content.length;
    }
  }
  return { atOnce, onUse, bytes };
}

/**
 * The plugin; before the one of the licenses page.
 * @param collect reports the worker's modules to that page
 */
export function offline(collect: () => Plugin): Plugin {
  let [root, outDir, code] = ['', '', ''];
  return {
    name: 'offline',
    apply: 'build',
    configResolved: (config) => {
      root = config.root;
      outDir = resolve(config.root, config.build.outDir);
    },
    async generateBundle() {
      const [{ output }] = (await build({
        ...{ configFile: false, publicDir: false, logLevel: 'warn', root, plugins: [collect()] },
        define: { 'process.env.NODE_ENV': '"production"' },
        build: {
          ...{ write: false, target: 'es2022' },
          // Not a module: Firefox runs those as service workers only since version 147.
          lib: { entry: 'src/offline/serviceWorker.ts', formats: ['iife'], name: 'serviceWorker' },
        },
      })) as Rolldown.RolldownOutput[];
      code = output[0].code;
    },
    closeBundle() {
      const { bytes, ...files } = siteFiles(outDir);
      const words = `kept for visits without a network: ${(bytes / 1e6).toFixed(1)} MB, at most ${MOST / 1e6}`;
      if (bytes > MOST) this.error(words);
      this.info(words);
      writeFileSync(join(outDir, 'sw.js'), `const SITE_FILES = ${JSON.stringify(files)};\n${code}`);
    },
  };
}
