// Builds what the package runs in Node, from src/ into lib/: the command (lib/node/cli.js), the library
// (lib/node/fewbits.js), the threads of both (lib/node/memberThread.js) and the types (lib/types/). What they import of other
// packages stays outside, in the dependencies of package.json. `npm run build` builds the page.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'vite';

const OUT = 'lib';
const GRADIENTS = '@tensorflow/tfjs-core/dist/register_all_gradients.js';

/** A relative import in a declaration. It gets the ending that Node's way to resolve modules asks for. */
const RELATIVE = /(?<=(?:from |import\()['"])(\.[^'"]*)(?=['"])/g;

/** The import of tfjs in a declaration of what the library's names lead to, but neither take nor give. */
const TFJS = /^import \* as tf from '@tensorflow\/tfjs-core';$/m;
/** Stands for it: tfjs' own declarations contradict today's DOM, and would fail in each program that uses ours. */
const TENSORS = `// The engine's tensors: whoever uses the library gets none, and makes none.
export interface Tensor { readonly tensorOf: 'fewbits' }
export { Tensor as Scalar, Tensor as Tensor1D, Tensor as Tensor2D, Tensor as Tensor4D, Tensor as Variable };
`;

await build({
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  // The copy of tfjs' operations that comes with the gradients shares its engine and registries with tfjs-core.
  resolve: { alias: [{ find: /^@tensorflow\/tfjs$/, replacement: resolve('node_modules', GRADIENTS) }] },
  ssr: { external: ['webgpu'], noExternal: [/register_all_gradients/] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: OUT,
    emptyOutDir: true,
    rolldownOptions: {
      input: { cli: 'src/cli/main.ts', fewbits: 'src/library/library.ts', memberThread: 'src/node/memberThread.ts' },
      // One level below lib/: src/node/packageFiles.ts finds the package's other files from there.
      output: { entryFileNames: 'node/[name].js', chunkFileNames: 'node/[name]-[hash].js' },
    },
  },
});

const types = join(OUT, 'types');
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'scripts/build/types.json'], {
  stdio: 'inherit',
});
if (status !== 0) throw new Error('The declarations were not written.');
// Those that the library's names lead to; the compiler writes those of every file that it read.
const reached = new Set([join(types, 'library', 'library.d.ts')]);
for (const path of reached) {
  const text = readFileSync(path, 'utf8');
  for (const [, specifier] of text.matchAll(RELATIVE)) reached.add(join(dirname(path), `${specifier}.d.ts`));
  const tensors = `import type * as tf from '${relative(dirname(path), join(types, 'tensors.js'))}';`;
  writeFileSync(path, text.replace(RELATIVE, '$1.js').replace(TFJS, tensors));
}
for (const name of readdirSync(types, { recursive: true, encoding: 'utf8' }))
  if (name.endsWith('.d.ts') && !reached.has(join(types, name))) rmSync(join(types, name));
writeFileSync(join(types, 'tensors.d.ts'), TENSORS);
