// Every tensor twin gives on WebGPU what quant/ gives, forward and backward: the page's own kernels, composed operations,
// learned parameters. At one width; at all of them: twins.webgpu.long.spec.ts.
import { expect, test } from './test';
import { runTwins } from './twinsPage';

test('every quantizer rounds and learns on WebGPU as on plain numbers', async ({ page }) => {
  test.slow(); // dozens of shaders, compiled for a processor
  const outcome = await runTwins(page, false);
  expect(outcome).toMatchObject({ backend: 'webgpu', faults: [], wrong: [] });
  expect(outcome.twins).toBeGreaterThan(40);
});
