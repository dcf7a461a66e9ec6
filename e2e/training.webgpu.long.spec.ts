// Training on WebGPU, through the real worker. The software adapter takes seconds per step.
import { expect, test } from './test';

test('tiny is trained on WebGPU for a few steps', async ({ page }) => {
  await page.goto('./?backend=webgpu#v1/tiny/emoji10/tab=train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Epochs').fill('1');
  await training.getByLabel('Images per epoch').fill('64');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText('Weights: trained here')).toBeVisible({ timeout: 15 * 60_000 });
});
