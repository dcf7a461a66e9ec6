// The race that finds what computes fastest: a minute after the first answer, when the page is idle.
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const choice = (page: Page) => page.getByRole('combobox', { name: 'Computes with' });

test('an idle page lets backends race once, and keeps the result', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await expect(choice(page).locator('option').first()).toHaveText(/^automatic \((wasm|web)/);
  const kept = await page.evaluate(() => localStorage.getItem('fewbits.engines'));
  const { choice: chosen, race } = JSON.parse(kept ?? '');
  expect(chosen).toBe('automatic');
  expect(race[0]).toMatchObject({ backend: 'wasm', workers: 1 });
  for (const { evaluation } of race) expect(evaluation).toBeGreaterThan(0);
  await page.reload();
  await expect(choice(page).locator('option').first()).toHaveText(/^automatic \((wasm|web)/);
  expect(await page.evaluate(() => localStorage.getItem('fewbits.engines'))).toBe(kept);
});
