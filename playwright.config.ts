// End-to-end journeys in Chromium, against the built site (`npm run build` first).
// Project `wasm` runs every journey as on a machine without a GPU; `webgpu` runs those named *.webgpu.spec.ts on WebGPU's
// software adapter; `insecure` those named insecure*.spec.ts at an address that is no secure context. `npm run test:long`
// runs the *.long.spec.ts and the tests tagged @long, every other run the rest.

import { networkInterfaces } from 'node:os';
import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/chromium';

const port = Number(process.env.E2E_PORT ?? 4317);
/** What takes minutes runs only when asked for. */
const long = process.env.TESTS === 'long';
/** This machine's address for others: there pages are no secure context, as in a classroom. Loopback where it has none. */
const outward =
  Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1';
const executablePath = findChromium();
/** Whole files, and single tests. */
const takesMinutes = /\.long\.spec\.ts|@long/;
const insecure = '**/insecure*.spec.ts';
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

const launch = (...args: string[]) => ({
  launchOptions: { args: [...quiet, ...args], ...(executablePath === undefined ? {} : { executablePath }) },
});

export default defineConfig({
  testDir: 'e2e',
  ...(long ? { grep: takesMinutes } : { grepInvert: takesMinutes }),
  outputDir: 'test-results',
  // One computes while the other waits.
  workers: 2,
  forbidOnly: !!process.env.CI,
  retries: process.env.CI ? 1 : 0,
  // What hangs ends here; a slow, busy machine does not.
  timeout: long ? 30 * 60_000 : 5 * 60_000,
  globalTimeout: process.env.CI && !long ? 60 * 60_000 : 0,
  expect: { timeout: long ? 5 * 60_000 : 2 * 60_000 },
  reporter: [['list']],
  // Each journey is a first visit; the one about later visits allows service workers.
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1440, height: 900 },
    trace: 'on-first-retry',
    serviceWorkers: 'block',
  },
  projects: [
    { name: 'wasm', testIgnore: ['**/*.webgpu.*', insecure], use: launch() },
    {
      name: 'insecure',
      testMatch: insecure,
      use: { ...launch(), baseURL: `http://${outward}:${port}/` },
    },
    {
      name: 'webgpu',
      testMatch: ['**/*.webgpu.spec.ts', '**/*.webgpu.long.spec.ts'],
      use: launch('--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'),
    },
  ],
  webServer: {
    command: `npx vite preview --host 0.0.0.0 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
