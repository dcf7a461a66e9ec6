import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  // Scanned before the first page: a dependency found later, in the worker, would reload the page under its reader.
  optimizeDeps: { entries: ['index.html', 'src/engine/worker.ts'] },
  preview: { port: 5173 },
  build: { target: 'es2022', chunkSizeWarningLimit: 1000 },
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    setupFiles: ['src/math/matchers.ts'],
    // All cores: they are what the tests wait for.
    maxWorkers: '100%',
    // A busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
