// Every tensor twin gives the results of quant/ on WebGPU, forward and backward: our own kernels, composed operations,
// learned parameters. At every width.
import { expect, test } from './test';
import { runTwins } from './twinsPage';

test('every quantizer rounds and learns on WebGPU as its reference does, at every width', async ({ page }) => {
  test.slow(); // hundreds of shaders, compiled for a CPU
  const outcome = await runTwins(page, true);
  expect(outcome).toMatchObject({ backend: 'webgpu', faults: [], wrong: [] });
  expect(outcome.twins).toBeGreaterThan(80);
});
