// The engine on WebGPU: it passes its self-test there and takes the network in. A software adapter is used only when it
// is asked for, and is too slow to measure much with.
import { expect, test } from './test';

test('computes on WebGPU when asked to', async ({ page }) => {
  await page.goto('./?backend=webgpu');
  await expect(page.getByRole('status', { name: 'Status', exact: true })).toContainText('computing with webgpu');
});
