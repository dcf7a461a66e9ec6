// No accessibility violation in the most common states, in both themes. axe.long.spec.ts checks all states.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test('the initial desk, with an estimate, and its dialogs have no accessibility violation', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=3');
  const changed = page.getByRole('region', { name: 'What changed' });
  await expect(changed.getByText(/^[1-9]\d* lost$/)).toBeVisible();
  await expectAccessible(page, 'first look');
  await page.getByRole('slider', { name: 'conv4 weight bits' }).focus();
  await page.keyboard.press('2');
  await expectAccessible(page, 'estimated');
  await page.keyboard.press('Shift+Tab');
  await page.getByRole('button', { name: /^Theme/ }).focus();
  await expect(page.getByRole('tooltip')).toBeVisible();
  await expectAccessible(page, 'a tooltip');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Export' }).getByRole('link').first()).toBeVisible();
  await expectAccessible(page, 'save');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('faders and the inspector have no accessibility violation', async ({ page }) => {
    await page.goto('./#v1/tiny/emoji10/w=3');
    await expect(page.getByRole('slider', { name: 'fc weight bits' })).toBeVisible();
    await expectAccessible(page, 'tune');
    await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Images' }).click();
    await expect(page.getByText(/^[1-9]\d* lost$/)).toBeVisible();
    await expectAccessible(page, 'inspect');
  });
});
