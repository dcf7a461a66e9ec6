// A backend requested in the address that this browser does not have: the page still offers a way on.
import { expect, test } from './test';

test('a link that asks for missing WebGPU says so, and the page can start without the GPU', async ({ page }) => {
  await page.goto('./?backend=webgpu#v1/tiny/emoji10/w=4');
  const fault = page.getByRole('alert').filter({ hasText: 'No backend works here (webgpu: ' });
  await fault.getByRole('button', { name: 'Restart without the GPU' }).click();
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  await expect(fault).toHaveCount(0);
});
