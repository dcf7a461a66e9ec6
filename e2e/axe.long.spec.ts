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
  await expect(page.getByRole('button', { name: 'Start training' })).toBeVisible();
  await expectAccessible(page, 'trained');
  await openTab(page, 'Search');
  await page.getByText('Further settings').click();
  await expectAccessible(page, 'settings of a search');
  await page.getByRole('button', { name: 'Start search' }).click();
  await expectAccessible(page, 'searching');
});

test('neither have what searches found, nor pins, a zoomed plot, help, the projector view and notices', async ({
  page,
}) => {
  test.slow();
  await page.goto('./#v1/tiny/emoji10/w=3/fits=16KB-hold/tab=search');
  const run = page.getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
  for (const method of ['Greedy', 'MTGP', 'Hessian']) {
    await page.getByRole('radio', { name: method }).check();
    await page.getByRole('button', { name: 'Start search' }).click();
    await expect(run.getByText('done')).toBeVisible();
    await run.getByRole('checkbox', { name: /^Compare / }).check();
    await openView(page, 'Inside');
    await expectAccessible(page, `inside of ${method}`);
  }
  await openView(page, 'Compare');
  const comparison = page.getByRole('region', { name: 'Comparison' });
  for (const view of ['race', 'bits per layer', 'Against uniform']) {
    await page.getByRole('group', { name: 'Compare' }).getByRole('radio', { name: view }).check();
    await expect(comparison).toBeVisible();
    await expectAccessible(page, `comparison: ${view}`);
  }
  await openView(page, 'Plot');
  await page.getByRole('application').focus();
  for (const key of ['Home', 'p', '+', '+']) await page.keyboard.press(key);
  await expectAccessible(page, 'a zoomed plot with a pin and a card');
  await page.keyboard.press('0');
  await openTab(page, 'Images');
  await page
    .getByRole('button', { name: /, lost: / })
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Which layers did it?' })).toBeVisible();
  await page
    .getByRole('region', { name: 'Your own picture' })
    .locator('input[type=file]')
    .setInputFiles('docs/screenshot.png');
  await expect(page.getByText(/^Float (and now agree|sees)/)).toBeVisible();
  await expectAccessible(page, 'pins, confusion, and a picture of one’s own');
  await page.getByRole('button', { name: 'Presets' }).click();
  await expectAccessible(page, 'a menu');
  await page.keyboard.press('Escape');
  for (const [keys, name] of [
    ['?', 'Keys and glossary'],
    ['ControlOrMeta+k', 'All actions'],
  ]) {
    await page.keyboard.press(keys);
    await expect(page.getByRole('dialog', { name })).toBeVisible();
    await expectAccessible(page, name);
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Shift+F');
  await expectAccessible(page, 'the projector view');
  await page.keyboard.press('Escape');
  await page.goto('about:blank');
  await page.goto('./#v1/tiny/emoji10/w=99/axis=no');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expectAccessible(page, 'what is wrong with a link');
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
