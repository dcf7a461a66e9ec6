// German: chosen by the browser, or by the switch; the same page, names and numbers in it.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test.describe('in a German browser', () => {
  test.use({ locale: 'de-DE' });

  test('the page speaks German from its first picture, and switches to English', async ({ page }) => {
    await page.goto('./#v1/tiny/emoji10/w=4');
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    await page.getByRole('slider', { name: 'conv2 Gewichtsbits', exact: true }).press('ArrowDown');
    await expect(page.getByRole('status', { name: 'Genauigkeit' })).toContainText('n = 2.000');
    await expect(page.getByRole('status', { name: 'Genauigkeit' })).toContainText(/\d,\d/);
    await page.getByRole('tab', { name: 'Lernen', exact: true }).click();
    await expectAccessible(page, 'in German');
    await page.getByRole('button', { name: 'English' }).click();
    await expect(page.getByRole('slider', { name: 'conv2 weight bits', exact: true })).toHaveAttribute(
      'aria-valuetext',
      /^3 bits/,
    );
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
});

test('an English page switches to German, and stays German', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=4');
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.getByRole('tab', { name: 'Bilder', exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Bilder', exact: true })).toBeVisible();
});
