// Every tensor twin gives the results of quant/ on WebGPU, forward and backward: our own kernels, composed operations,
// learned parameters. At one width; twins.webgpu.long.spec.ts tests all of them.
import { expect, test } from './test';
import { runTwins } from './twinsPage';

test('every quantizer rounds and learns on WebGPU as its reference does', async ({ page }) => {
  test.slow(); // dozens of shaders, compiled for a CPU
  const outcome = await runTwins(page, false);
  expect(outcome).toMatchObject({ backend: 'webgpu', faults: [], wrong: [] });
  expect(outcome.twins).toBeGreaterThan(40);
});
