import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { contentSecurityPolicy } from './scripts/build/contentSecurityPolicy.ts';
import { firstRouteLimit } from './scripts/build/firstRoute.ts';
import { notices } from './scripts/build/notices.ts';
import { offline } from './scripts/build/offline.ts';

const { page, worker } = notices();

/** `npm run test:long` runs the `*.long.test.ts`, every other run the rest. */
const long = process.env.TESTS === 'long';
const suffix = long ? 'long.test.ts' : 'test.ts';
const others = long ? [] : ['**/*.long.test.ts'];
const tests = (...files: string[]) => files.map((file) => `${file}.${suffix}`);
/** Tests that change what other files share: the page's state, globals, modules, the list of quantizers. */
const alone = tests(
  'src/{store,ui}/**/*',
  'src/nn/webgpu/**/*',
  'src/train/compiledSteps',
  'src/engine/selfTest',
  'src/rounding/toyQuantizer',
);

export default defineConfig({
  base: './',
  // A missing file is an error, as on any web server, and not the page.
  appType: 'mpa',
  plugins: [react(), contentSecurityPolicy(), offline(worker), page, firstRouteLimit()],
  worker: { format: 'es', plugins: () => [worker()] },
  // Scanned before the first page: a dependency found later, in the worker, would reload the page under its reader.
  optimizeDeps: { entries: ['index.html', 'src/engine/worker.ts'] },
  // Short, and still readable in the inspector.
  css: { modules: { generateScopedName: '[local]_[hash:base64:4]' } },
  preview: { port: 5173 },
  build: {
    target: 'es2022',
    // Browsers without it load the same later.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    // What the first picture needs is one file.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'index', tags: ['$initial'] }] } } },
  },
  test: {
    // All cores: they are what the tests wait for.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: tests('src/**/*', 'scripts/**/*'),
          exclude: [...others, ...alone],
          setupFiles: ['src/math/matchers.ts', 'src/nn/freshFile.testing.ts'],
          // Loading and compiling all modules again for each file took a third of the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          exclude: others,
          setupFiles: ['src/math/matchers.ts'],
        },
      },
    ],
    // A busy machine is no failure.
    testTimeout: long ? 30 * 60_000 : 5 * 60_000,
    hookTimeout: 5 * 60_000,
  },
});
