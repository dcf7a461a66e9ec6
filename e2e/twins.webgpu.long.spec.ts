// Every tensor twin gives on WebGPU what quant/ gives, forward and backward: the page's own kernels, composed operations,
// learned parameters. At every width.
import { expect, test } from './test';
import { runTwins } from './twinsPage';

test('every quantizer rounds and learns on WebGPU as on plain numbers, at every width', async ({ page }) => {
  test.slow(); // hundreds of shaders, compiled for a processor
  const outcome = await runTwins(page, true);
  expect(outcome).toMatchObject({ backend: 'webgpu', faults: [], wrong: [] });
  expect(outcome.twins).toBeGreaterThan(80);
});
