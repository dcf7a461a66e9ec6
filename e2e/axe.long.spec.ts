// No accessibility violation in any main state, in both themes: panels, dialogs, an import, training, searches, all
// tabs of a phone. axe.spec.ts checks the most common states in every run.
import { expectAccessible } from './axe';
import { openTab, openView } from './tabs';
import { expect, test } from './test';

test('no state of the wide page has an accessibility violation', async ({ page }) => {
  test.slow();
  await page.goto('./#v1/tiny/emoji10/w=3');
  const dialog = page.getByRole('dialog');
  const close = () => dialog.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByText(/^[1-9]\d* lost$/)).toBeVisible();
  await expectAccessible(page, 'first look');
  await page.getByRole('slider', { name: 'conv4 weight bits' }).focus();
  await page.keyboard.press('2');
  await expectAccessible(page, 'estimated');
  await openView(page, 'Table');
  await expectAccessible(page, 'the plot as a table');
  await openView(page, 'Sensitivity');
  await expectAccessible(page, 'sensitivity');
  await openView(page, 'Plot');
  await page.getByRole('radio', { name: 'Both' }).check();
  await expectAccessible(page, 'faders of both tensors');
  await openTab(page, 'Layer');
  await expectAccessible(page, 'layer');
  await page.getByRole('group', { name: 'Show of the layer' }).getByRole('radio', { name: 'activations' }).check();
  await expect(page.getByRole('figure', { name: /^Layer conv4, test image/ })).toBeVisible();
  await expectAccessible(page, 'activations');
  await page.getByRole('button', { name: /^Rounding/ }).click();
  await expectAccessible(page, 'rounding');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Theme/ }).click();
  await expectAccessible(page, 'the menu of themes');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(dialog.getByRole('link').nth(5)).toBeVisible();
  await expectAccessible(page, 'save');
  await close();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible();
  await expectAccessible(page, 'share');
  await close();
  await page.getByRole('button', { name: /^Images/ }).click();
  await expectAccessible(page, 'images');
  await close();
  await page.getByLabel('Network').selectOption('bring');
  await expectAccessible(page, 'your own network');
  await dialog.locator('input[type=file]').first().setInputFiles('public/weights/tiny-emoji10.safetensors');
  await expect(dialog.getByText('tiny-emoji10.safetensors').first()).toBeVisible();
  await expectAccessible(page, 'import card');
  await close();
  await openTab(page, 'Learn');
  await expectAccessible(page, 'learn');
  await openTab(page, 'Train');
  await page.getByRole('button', { name: 'Start training' }).click();
  await expect(page.getByText(/ left$/).first()).toBeVisible();
  await expectAccessible(page, 'training');
  await page.getByRole('region', { name: 'Training', exact: true }).getByRole('button', { name: 'Stop' }).click();
  await openTab(page, 'Search');
  await page.getByRole('button', { name: 'Start search' }).click();
  await expectAccessible(page, 'searching');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('no tab has an accessibility violation', async ({ page }) => {
    test.slow();
    await page.goto('./#v1/tiny/emoji10/w=3');
    await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
    for (const tab of ['Tune', 'Plot', 'Images', 'Search', 'Learn']) {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: tab }).click();
      await expectAccessible(page, tab);
      // Two of them show two panels each.
      const other = { Images: 'Layer', Search: 'Train' }[tab];
      if (other === undefined) continue;
      await page.getByRole('tab', { name: other }).click();
      await expectAccessible(page, other);
    }
    await page.getByRole('button', { name: 'Setup' }).click();
    await expectAccessible(page, 'setup');
  });
});
