// The list of undo steps: branches stay, a state can be named and gone back to, also after a reload.
import type { Page } from '@playwright/test';
import { choosePreset } from './preset';
import { expect, test } from './test';

const weights = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits` });
const list = (page: Page) => page.getByRole('region', { name: 'History' });
const steps = (page: Page) => list(page).getByRole('listitem').getByRole('button');
const open = (page: Page) => page.getByRole('button', { name: 'History', exact: true }).click();

test('a branch left behind is gone back to by its name, also after a reload, and by keyboard', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await weights(page, 'conv1').focus();
  await page.keyboard.press('3');
  await page.keyboard.press('l');
  await open(page);
  await list(page).getByLabel('Name of this state').fill('locked and low');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await choosePreset(page, 'Uniform 4');
  await expect(weights(page, 'conv1')).toHaveAttribute('aria-valuetext', /^4 bits/);
  await open(page);
  const texts = [
    'start',
    'conv1 8→3 (other branch)',
    'locked and low locked conv1 (other branch)',
    'uniform 4, activations 8',
  ];
  await expect(steps(page)).toHaveText(texts);

  await page.reload();
  await open(page);
  await expect(steps(page)).toHaveText(texts);
  await expect(steps(page).last()).toHaveAttribute('aria-current', 'step');
  await steps(page).last().focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(list(page).getByLabel('Name of this state')).toHaveValue('locked and low');
  await expect(steps(page).nth(2)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(weights(page, 'conv1')).toHaveAttribute('aria-valuetext', /^3 bits.*locked/);
});

test('a change just before a reload is there after it', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await weights(page, 'fc').focus();
  // The address follows the first at once, the second later.
  await page.keyboard.press('4');
  await expect.poll(() => page.evaluate(() => location.hash)).toContain('/w=88884');
  await page.keyboard.press('2');
  await page.keyboard.press('3');
  await page.reload();
  await expect(weights(page, 'fc')).toHaveAttribute('aria-valuetext', /^3 bits/);
  await expect.poll(() => page.evaluate(() => location.hash)).toContain('/w=88883');
});
