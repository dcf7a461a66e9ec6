// Why images flipped: the layers that did it, the confusion matrix, pinned configs image by image, a picture of one's own.
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, test } from './test';

const images = (page: Page) => page.getByRole('tabpanel', { name: 'Images' });
const measured = (page: Page) => expect(page.getByText(/n = 2,000/).first()).toBeAttached({ timeout: 120_000 });

test('a flipped image names the layers that did it, and a bar leads to its layer', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=2');
  await measured(page);
  await images(page)
    .getByRole('button', { name: /, lost: / })
    .first()
    .click();
  const culprits = images(page).getByRole('region', { name: 'Which layers did it?' });
  const bar = culprits.getByRole('button', { name: /: \d+\.\d\d logits/ }).first();
  await expect(bar).toBeVisible({ timeout: 30_000 });
  const layer = ((await bar.getAttribute('aria-label')) ?? '').split(':')[0];
  await bar.click();
  await page.getByRole('tab', { name: 'Layer' }).click();
  await expect(page.getByRole('figure', { name: new RegExp(`^Layer ${layer}, `) })).toBeVisible();
});

test('the confusion matrix counts all images; its cells lead to flipped ones', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=2');
  await measured(page);
  const confusion = images(page).getByRole('region', { name: 'Confusion' });
  await confusion.getByRole('radio', { name: 'Counts', exact: true }).check();
  const counts = await confusion.locator('tbody button').allTextContents();
  expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(2000);
  await confusion.locator('tbody button[aria-disabled=false]').first().click();
  await expect(images(page).getByRole('region', { name: 'Which layers did it?' })).toBeVisible();
});

test('two pins are compared image by image, and are in the link', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=3');
  await measured(page);
  const pins = images(page).getByRole('region', { name: 'Pins' });
  await pins.getByRole('button', { name: 'Pin', exact: true }).click();
  await page.getByRole('slider', { name: 'conv3 weight bits', exact: true }).focus();
  await page.keyboard.press('2');
  await expect(pins.getByText(/paired difference .* points, n = 2,000/)).toBeVisible({ timeout: 60_000 });
  await expect(pins.getByText(/Now against A: (.* points (above|below)|accuracy within chance), /)).toBeVisible();
  await expect(page).toHaveURL(/pins=A-3-8/);
  await pins.getByRole('button', { name: 'Load A' }).click();
  await expect(page.getByRole('slider', { name: 'conv3 weight bits', exact: true })).toHaveAttribute(
    'aria-valuetext',
    /^3 bits/,
  );
  // On the rack a pin is a cap where its bits are not those on the fader; P pins from there.
  const cap = page.locator('[data-fader=conv3] [data-pin=A]');
  await expect(cap).toHaveCount(0);
  await page.getByRole('slider', { name: 'conv3 weight bits', exact: true }).focus();
  await page.keyboard.press('5');
  await expect(cap).toBeVisible();
  await expect(pins.getByText('now conv3 3→5')).toBeVisible();
  await page.keyboard.press('p');
  await expect(pins.getByRole('button', { name: 'Load B' })).toBeDisabled();
});

test('a drawing is classified by both networks as the bit widths change', { tag: '@long' }, async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  const own = images(page).getByRole('region', { name: 'Your own picture' });
  await own.getByRole('radio', { name: 'red' }).check({ force: true });
  const pad = own.getByRole('img', { name: /^Your picture, 32 × 32 pixels/ });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (box === null) throw new Error('The pad is not shown.');
  await page.mouse.move(box.x + 30, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + 120, box.y + 120, { steps: 5 });
  await page.mouse.up();
  const verdict = own.getByRole('status');
  await expect(verdict).toContainText(/Float and now agree: |Float sees /);
  const shares = own.getByRole('listitem');
  await expect(shares).toHaveCount(6);
  const before = await shares.nth(3).getAttribute('aria-label');
  await page.getByRole('slider', { name: 'conv1 weight bits', exact: true }).focus();
  await page.keyboard.press('1');
  await expect(shares.nth(3)).not.toHaveAttribute('aria-label', before ?? '');
  await expectAccessible(page, 'an own picture, classified');
});

test('a file that is no picture is refused by name', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  const own = images(page).getByRole('region', { name: 'Your own picture' });
  const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') };
  await own.getByLabel('Open picture').setInputFiles(file);
  await expect(own.getByRole('alert')).toHaveText(/“notes.txt” is not a picture that this browser can read/);
});
