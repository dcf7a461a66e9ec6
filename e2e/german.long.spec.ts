// No accessibility violation in German, in both themes: all tabs, views, dialogs, menus, runs and notices, wide and on a phone.
// axe.long.spec.ts does the same in English, german.spec.ts takes a sample in every run.
import type { Page } from '@playwright/test';
import { coach } from '../src/words/de/coach';
import { faders } from '../src/words/de/faders';
import { names } from '../src/words/de/names';
import { page as words } from '../src/words/de/page';
import { search } from '../src/words/de/search';
import { status } from '../src/words/de/status';
import { teach } from '../src/words/de/teach';
import { train } from '../src/words/de/train';
import { expectAccessible } from './axe';
import { expect, test } from './test';

test.use({ locale: 'de-DE' });

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name }).filter({ visible: true }).first();
const tab = (page: Page, name: string) => page.getByRole('tab', { name }).first().click();
const measured = (page: Page) => expect(page.getByRole('status', { name: names.accuracy })).toContainText('n = 2.000');

test('no state of the wide page has a violation', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=3');
  await measured(page);
  const dialog = page.getByRole('dialog');
  for (const name of [names.layer, names.train, names.search, names.learn, names.images]) {
    await tab(page, name);
    await expectAccessible(page, name);
  }
  for (const name of [words.view.table, words.view.sensitivity, words.view.plot]) {
    await tab(page, name);
    await expectAccessible(page, name);
  }
  await page.getByRole('radio', { name: faders.modes.both }).check();
  await expectAccessible(page, 'both tensors');
  for (const name of [faders.presets, /^Farbschema/, /^Rundung/, /^Rundung verbessern/, /^Auswahl/, /^Verlauf/]) {
    await button(page, name).click();
    await expectAccessible(page, String(name));
    await page.keyboard.press('Escape');
  }
  for (const name of [words.export, words.share, words.help, /^Bilder/]) {
    await button(page, name).click();
    await expect(dialog).toBeVisible();
    if (name === words.export) await expect(dialog.getByRole('link').nth(5)).toBeVisible();
    await expectAccessible(page, String(name));
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('ControlOrMeta+k');
  await expectAccessible(page, words.palette);
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: words.network }).selectOption('bring');
  await dialog.locator('input[type=file]').first().setInputFiles('public/weights/tiny-emoji10.safetensors');
  await expect(dialog.getByText('tiny-emoji10.safetensors').first()).toBeVisible();
  await expectAccessible(page, 'import card');
});

test('what training, searches, lessons, the teacher’s page and notices show has no violation', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=3/fits=16KB-hold/tab=train');
  await button(page, train.start).click();
  await expect(button(page, train.pause)).toBeVisible();
  await expectAccessible(page, 'training');
  await button(page, train.stop).click();
  await expect(button(page, train.start)).toBeVisible();
  await expectAccessible(page, 'trained');
  await tab(page, names.search);
  const run = page.getByRole('listitem').filter({ has: page.getByRole('checkbox') });
  for (const method of ['MTGP', 'Hessian']) {
    await page.getByRole('radio', { name: method }).check();
    await button(page, search.start).click();
    await expect(run.first().getByText(status.searchState.done)).toBeVisible();
    await run.first().getByRole('checkbox').check();
    await tab(page, words.view.inside);
    await expectAccessible(page, `inside of ${method}`);
  }
  await tab(page, words.view.compare);
  await expectAccessible(page, 'comparison');
  await tab(page, names.learn);
  await button(page, teach.open).click();
  await expectAccessible(page, 'teach');
  await page.goto('about:blank');
  await page.goto('./#v1/tiny/emoji10/w=5/tab=learn/challenge=accurate:32KB');
  await measured(page);
  await expectAccessible(page, 'challenge');
  await page.goto('about:blank');
  await page.goto('./#v1/tiny/emoji10/w=99/axis=no');
  await expect(page.getByRole('alert').first()).toBeVisible();
  // The hint of a first visit covers a part of the bar until it is passed over.
  await button(page, coach.skipSteps).click();
  await expectAccessible(page, 'what is wrong with a link');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('no tab has a violation', async ({ page }) => {
    await page.goto('./#v1/tiny/emoji10/w=3');
    await measured(page);
    for (const [view, other] of [
      [words.tune],
      [words.plot],
      [names.images, names.layer],
      [names.search, names.train],
      [names.learn],
    ]) {
      await page.getByRole('navigation', { name: words.views }).getByRole('button', { name: view }).click();
      await expectAccessible(page, view);
      if (other === undefined) continue;
      await tab(page, other);
      await expectAccessible(page, other);
    }
    await button(page, words.setup).click();
    await expectAccessible(page, words.setup);
  });
});
