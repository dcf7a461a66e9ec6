// The committed bytes are what the sources in assembly/ compile to.
import { expect, test } from 'vitest';
import { KERNEL_BYTES } from '../src/nn/kernels/wasm/kernelBytes';
import { compileKernels } from './buildKernels';

const compiler = await import('assemblyscript/asc').catch(() => undefined);

test.skipIf(compiler === undefined)(
  'compiling assembly/ again gives the committed bytes',
  async () => {
    expect(Buffer.from(await compileKernels()).toString('base64')).toBe(KERNEL_BYTES);
  },
  60_000,
);
