// The committed bytes are what the sources in assembly/ compile to.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kernelFile } from './buildKernels';

const compiler = await import('assemblyscript/asc').catch(() => undefined);

test.skipIf(compiler === undefined)(
  'compiling assembly/ again gives the committed bytes',
  async () => {
    const committed = readFileSync(new URL('../src/nn/kernels/wasm/kernelBytes.ts', import.meta.url), 'utf8');
    expect(await kernelFile()).toBe(committed);
  },
  240_000,
);
