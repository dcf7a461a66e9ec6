// The engine on WebGPU passes its self-test and loads the network. A software adapter is used only on request, and is
// too slow to measure much.
import { expect, test } from './test';

test('computes on WebGPU on request', async ({ page }) => {
  await page.goto('./?backend=webgpu');
  await expect(page.getByRole('status', { name: 'Status', exact: true })).toContainText('computing with webgpu');
});
