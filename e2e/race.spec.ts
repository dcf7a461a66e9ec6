// A precomputed race of the searches, watched.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test('a race is played, moved through by keyboard, and ends in standings', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('./#race');
  const view = page.getByRole('region', { name: 'Race', exact: true });
  const slider = view.getByRole('slider', { name: 'Images that each may have spent' });
  const chart = view.getByRole('figure');
  await expect(slider).toHaveAttribute('aria-valuetext', /^([\d,]+) of \1 images$/);
  await expect(chart).not.toHaveAccessibleName(/nothing measured/);

  await view.getByRole('button', { name: 'Play' }).click();
  await expect(slider).toHaveAttribute('aria-valuetext', /^[1-3]\d,\d+ of /);
  await view.getByRole('button', { name: 'Pause' }).click();
  const place = await slider.getAttribute('aria-valuetext');
  await slider.press('Home');
  await expect(slider).not.toHaveAttribute('aria-valuetext', place as string);
  await expect(slider).toHaveAttribute('aria-valuetext', /^0 of /);
  await expect(chart).toHaveAccessibleName(/LIMPQ: nothing measured/);
  await expect(view.getByRole('row', { name: /LIMPQ/ })).toContainText('nothing yet');
  await slider.press('End');
  await expect(view.getByRole('row', { name: /LIMPQ/ })).not.toContainText('nothing yet');

  const uniform = view.getByRole('row', { name: /Uniform/ }).last();
  await expect(uniform).toContainText('compared with');
  await expect(view.getByRole('row')).toHaveCount(12);
  await expect(view.getByText(/^At 60,000 images .*Uniform: /).first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page, 'a race');
  await view.page().getByRole('button', { name: 'Close', exact: true }).click();
  await expect(view).toBeHidden();
});

test('without motion the slider alone moves it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('./#race');
  const view = page.getByRole('region', { name: 'Race', exact: true });
  await view.getByRole('slider', { name: 'Images that each may have spent' }).press('Home');
  await expect(view.getByRole('button', { name: 'Play' })).toHaveCount(0);
});
