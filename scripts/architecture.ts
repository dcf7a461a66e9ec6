// The rooms of src/ and the arrows between them, as docs/architecture.md draws them, and the check that imports follow
// them. A new room or arrow is a line in `rooms`. biome.json checks cycles, barrels and stray globals.
import { dirname, join } from 'node:path/posix';
import { parseSync } from 'vite';

interface Room {
  /**
   * Rooms (`math`), folders or single files (`zoo/registry`) that it may import; with the prefix `type `, only their
   * types.
   */
  readonly imports: readonly string[];
  /** Packages that it may import, by name prefix. */
  readonly packages?: readonly string[];
}

const PURE = [
  'device',
  'graph',
  'math',
  'quant',
  'rounding',
  'policy',
  'options',
  'formats',
  'optim',
  'zoo/registry',
  'zoo/shipped',
  'data/registry',
  'data/normalizations',
];

/** What the session is made of. */
const UNDER_CORE =
  'pool search train nn optim data device zoo formats rounding options graph quant math ../package.json'.split(' ');

const rooms: Readonly<Record<string, Room>> = {
  math: { imports: [] },
  quant: { imports: ['math'] },
  graph: { imports: ['math', 'type quant'] },
  rounding: { imports: ['graph', 'math', 'quant'] },
  policy: { imports: ['graph', 'quant'] },
  options: { imports: ['quant'] },
  zoo: { imports: ['graph', 'math'] },
  words: { imports: ['graph/size', 'policy/edits', 'type graph', 'type math'] },
  formats: {
    imports: ['graph', 'math', 'quant', 'rounding', 'type options', 'zoo', '../package.json'],
    packages: ['fflate', 'jsfive'],
  },
  device: { imports: ['formats', 'graph', 'math', 'quant'] },
  data: { imports: ['math'], packages: ['@noble/hashes', 'idb-keyval'] },
  optim: { imports: ['math', 'graph'] },
  nn: { imports: ['graph', 'quant', 'rounding'], packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-'] },
  train: { imports: ['nn', 'data', 'graph', 'math', 'quant', 'rounding'], packages: ['@tensorflow/tfjs-core'] },
  pool: {
    imports: ['search', 'train', 'nn', 'data', 'graph', 'math', 'quant', 'rounding'],
    packages: ['@tensorflow/tfjs-core'],
  },
  search: {
    imports: [
      'optim',
      'train',
      'graph',
      'math',
      'quant',
      'rounding',
      'options',
      'type data',
      'data/batch',
      'formats/shape',
      'formats/stateFile',
      'nn/candidates',
      'nn/inference',
      'nn/supernet',
      'nn/kernelSource',
      'nn/hypernetKernels',
      'nn/mixture',
      'type nn',
      'formats/packed',
      'formats/export/tflite',
      'device',
    ],
  },
  core: { imports: UNDER_CORE, packages: ['@tensorflow/tfjs-core'] },
  engine: {
    imports: ['core', ...UNDER_CORE],
    packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-'],
  },
  store: {
    imports: [
      'engine/assets',
      'engine/client',
      'engine/plainError',
      'engine/protocol',
      'words',
      '../package.json',
      ...PURE,
    ],
    packages: ['zustand', 'workbox-window', 'yjs', 'y-websocket', 'lib0'],
  },
  offline: { imports: [], packages: ['workbox-'] },
  ui: {
    imports: ['store', 'words', 'type engine/protocol', '../docs/race.jsonl', ...PURE],
    packages: ['react', 'react-dom', 'recharts', 'uqr', 'zustand'],
  },
  node: {
    imports: ['core', 'engine', ...UNDER_CORE.filter((room) => room !== 'nn'), '../'],
    packages: [
      'bullmq',
      'ioredis',
      'node:',
      '@tensorflow/tfjs',
      '@jsquash/jpeg',
      'fast-png',
      'selfsigned',
      'webgpu',
      'ws',
      'yjs',
      'y-protocols',
      'lib0',
    ],
  },
  cli: { imports: ['node', 'core', 'engine', ...UNDER_CORE], packages: ['node:', '@tensorflow/tfjs-core'] },
  library: {
    imports: [
      'node',
      'core',
      'search',
      'optim',
      'data/registry',
      'zoo/registry',
      'formats',
      'options',
      'policy',
      'graph',
      'quant',
      'math',
      'engine/backend',
      'type engine/protocol',
    ],
  },
  'main.tsx': {
    imports: ['store', 'ui', 'words', 'engine/worker', 'type engine/protocol'],
    packages: ['react', 'react-dom'],
  },
};

/** Packages and rooms that must not be reachable from an entry, directly or indirectly. */
const bundles: Readonly<Record<string, { readonly why: string; readonly never: RegExp }>> = {
  'main.tsx': { why: 'the page loads before tfjs does', never: /^(@tensorflow\/|(nn|train|search|core)\/)/ },
  'engine/importWorker.ts': {
    why: 'the importer only reads',
    never: /^(@tensorflow\/|react|recharts|zustand|(nn|train|search|core|ui|store)\/)/,
  },
  'engine/worker.ts': { why: 'the worker draws nothing', never: /^(react|recharts|zustand|(ui|store)\/)/ },
};

/** One import: its specifier, and whether compilation removes it. */
interface Import {
  readonly specifier: string;
  readonly kind: 'value' | 'type' | 'worker';
}

/** Source text of every file in src/, by its path there, e.g. `quant/affine.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** Test files may import anything, and so may files that only tests import. */
const isTest = (path: string): boolean => /\.(test|testing)\.tsx?$/.test(path) || path === 'math/matchers.ts';

/** @throws Error when the source does not parse. */
export function importsOf(path: string, source: string): Import[] {
  const { module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const found: Import[] = [];
  for (const { start, end, moduleRequest } of module.staticImports)
    found.push({
      specifier: moduleRequest.value,
      // `import { type A }` remains as a bare import in the output, so it counts as a value import.
      kind: /^import\s+type\b/.test(source.slice(start, end)) ? 'type' : 'value',
    });
  for (const { start, end, entries } of module.staticExports) {
    const request = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest;
    if (request)
      found.push({
        specifier: request.value,
        kind: /^export\s+type\b/.test(source.slice(start, end)) ? 'type' : 'value',
      });
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^(['"])(.*)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end));
    if (literal === null) throw new Error(`${path}: import() of something other than a plain string`);
    found.push({ specifier: literal[2], kind: 'value' });
  }
  for (const [, specifier] of source.matchAll(/new URL\(\s*['"](\.[^'"]*)['"],\s*import\.meta\.url/g))
    found.push({ specifier, kind: 'worker' });
  for (const [, specifier] of source.matchAll(/(?<!await )\bimport\(\s*['"]([^'"]+)['"]\s*\)\./g))
    found.push({ specifier, kind: 'type' });
  return found;
}

/** The file in src/ that a relative specifier refers to; null for packages. An unknown file keeps its path. */
function resolve(from: string, specifier: string, sources: Sources): string | null {
  if (!specifier.startsWith('.')) return null;
  const path = join(dirname(from), specifier.replace(/\?.*$/, ''));
  return [path, `${path}.ts`, `${path}.tsx`].find((candidate) => sources.has(candidate)) ?? path;
}

const roomOf = (path: string): string => path.split('/')[0];

/**
 * True if `target` is or lies in `allowed` (a room, a folder, a file without extension) and the kind of import is
 * allowed too.
 */
function permits(allowed: string, target: string, kind: Import['kind']): boolean {
  const name = allowed.replace(/^type /, '');
  if (name !== allowed && kind !== 'type') return false;
  return `${target.replace(/\.tsx?$/, '')}/`.startsWith(`${name}/`);
}

function edgeFaults(path: string, sources: Sources): string[] {
  const room = rooms[roomOf(path)];
  if (room === undefined) return [`${path}: no such room; add "${roomOf(path)}" to scripts/architecture.ts`];
  return importsOf(path, sources.get(path) as string).flatMap(({ specifier, kind }) => {
    const target = resolve(path, specifier, sources);
    const allowed =
      target === null
        ? (room.packages ?? []).some((name) =>
            /[-:]$/.test(name) ? specifier.startsWith(name) : `${specifier}/`.startsWith(`${name}/`),
          )
        : roomOf(target) === roomOf(path) || room.imports.some((name) => permits(name, target, kind));
    return allowed ? [] : [`${path}: may not import ${kind === 'type' ? 'types of ' : ''}${target ?? specifier}`];
  });
}

/** Follows the imports that remain after compilation, to the first forbidden one on each path. */
function bundleFaults(entry: string, sources: Sources): string[] {
  const { why, never } = bundles[entry];
  const faults: string[] = [];
  const cameFrom = new Map<string, string>([[entry, '']]);
  for (const path of cameFrom.keys()) {
    for (const { specifier, kind } of importsOf(path, sources.get(path) ?? '')) {
      if (kind !== 'value') continue;
      const target = resolve(path, specifier, sources) ?? specifier;
      if (never.test(target)) {
        let way = target;
        for (let at = path; at !== ''; at = cameFrom.get(at) as string) way = `${at} -> ${way}`;
        faults.push(`${way}: ${why}`);
      } else if (sources.has(target) && !cameFrom.has(target)) cameFrom.set(target, path);
    }
  }
  return faults;
}

/** Rooms whose folders must not import each other in a cycle, including type imports. */
const ACYCLIC = ['store', 'ui'];

/** The cycles of folders, each reported once, starting at the folder that comes first. */
function circleFaults(paths: readonly string[], sources: Sources): string[] {
  const arrows = new Map<string, Set<string>>();
  for (const path of paths) {
    if (!ACYCLIC.includes(roomOf(path))) continue;
    const from = dirname(path);
    const targets = importsOf(path, sources.get(path) as string).map(({ specifier }) =>
      resolve(path, specifier, sources),
    );
    const others = targets.filter((target) => target !== null && roomOf(target) === roomOf(path));
    const folders = others.map((target) => dirname(target as string)).filter((folder) => folder !== from);
    arrows.set(from, new Set([...(arrows.get(from) ?? []), ...folders]));
  }
  const faults: string[] = [];
  const done = new Set<string>();
  const walk = (folder: string, way: readonly string[]): void => {
    const start = way.indexOf(folder);
    if (start >= 0)
      faults.push(`${[...way.slice(start), folder].join(' -> ')}: folders must not import each other in a cycle`);
    if (start >= 0 || done.has(folder)) return;
    for (const next of arrows.get(folder) ?? []) walk(next, [...way, folder]);
    done.add(folder);
  };
  for (const folder of [...arrows.keys()].sort()) walk(folder, []);
  return faults;
}

/** Every import that breaks the rules, one line each; empty if there is none. */
export function architectureFaults(sources: Sources): string[] {
  const product = [...sources.keys()].filter((path) => /\.tsx?$/.test(path) && !isTest(path));
  return [
    ...product.flatMap((path) => edgeFaults(path, sources)),
    ...circleFaults(product, sources),
    ...Object.keys(bundles).flatMap((entry) => (sources.has(entry) ? bundleFaults(entry, sources) : [])),
  ];
}
