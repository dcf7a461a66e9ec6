// A backend that the address asks for and this browser does not have is no dead end.
import { expect, test } from './test';

test('WebGPU is asked for where there is none: said, and without the GPU it starts', async ({ page }) => {
  await page.goto('./?backend=webgpu#v1/tiny/emoji10/w=4');
  const fault = page.getByRole('alert').filter({ hasText: 'No backend works here (webgpu: ' });
  await fault.getByRole('button', { name: 'Restart without the GPU' }).click();
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  await expect(fault).toHaveCount(0);
});
