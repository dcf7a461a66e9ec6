// The smallest network on WebGPU, through the real worker: measured, rounded to fewer bits, measured again.
import { expect, test } from './test';

test('tiny is measured on WebGPU, and again after a fader is moved', { tag: '@long' }, async ({ page }) => {
  await page.goto('./?backend=webgpu#v1/tiny/emoji10');
  const accuracy = page.getByRole('status', { name: 'Accuracy' });
  await expect(accuracy).toContainText(/measured, n = \d/);
  await expect(page.getByRole('region', { name: 'Status', exact: true })).toContainText(/webgpu/);
  const before = Number.parseFloat((await accuracy.textContent()) ?? '');
  // Chance is 10 %; the shipped weights score 90 %.
  expect(before).toBeGreaterThan(75);
  await page.getByRole('slider', { name: 'conv2 weight bits', exact: true }).focus();
  await page.keyboard.press('1');
  await expect(accuracy).toContainText(/measured, n = \d/);
  expect(Number.parseFloat((await accuracy.textContent()) ?? '')).toBeLessThan(before);
});
