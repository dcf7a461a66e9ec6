// Links that a teacher gives to a room: what they hide is absent, what they fix stays, and whoever opens one can undo it.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test('a link hides panels and fixes the seed for whoever opens it, and both can be undone', async ({ page }) => {
  await page.goto('./#teach');
  const links = page.getByRole('region', { name: 'Links to give away' });
  await links.getByLabel('Network', { exact: true }).selectOption('tiny');
  for (const part of ['Train', 'Search', 'opening files', 'Export'])
    await links.getByLabel(part, { exact: true }).check();
  await links.getByLabel(/^Fix the seed/).check();
  await links.getByLabel('Seed', { exact: true }).fill('7');
  const link = links.getByLabel('Link', { exact: true });
  await expect(link).toHaveValue(/#v1\/tiny\/emoji10\/hide=train,search,import,export\/fix=7$/);
  const address = await link.inputValue();
  // A lesson keeps what it uses.
  await links.getByLabel('Start with').selectOption('Let the machine search');
  await expect(links.getByLabel('Search (the lesson uses it)')).toBeDisabled();
  await expect(link).toHaveValue(/lesson=search\/hide=train,import,export\/fix=7$/);

  await page.goto(address);
  const note = page.getByRole('region', { name: 'What this link has set' });
  await expect(note).toContainText('This link hides Train, Search, opening files, Export.');
  await expect(note).toContainText('This link fixes the seed at 7.');
  const tabs = page.getByRole('tablist', { name: 'Panels' }).getByRole('tab');
  await expect(tabs).toHaveText(['Images', 'Layer', 'Learn']);
  // Absent, not only out of sight: neither in the page, nor among all actions.
  await expect(page.getByRole('tabpanel', { name: /Train|Search/, includeHidden: true })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Export', includeHidden: true })).toHaveCount(0);
  await expect(page.getByLabel('Network').getByRole('option', { name: /own network/ })).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+k');
  const actions = page.getByRole('listbox', { name: 'All actions' }).getByRole('option');
  await expect(actions.filter({ hasText: /Train|Search|Export|own network/ })).toHaveCount(0);
  await expect(actions.filter({ hasText: 'Show Layer' })).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expectAccessible(page, 'a link that hides panels');
  await page.getByRole('tab', { name: 'Learn' }).click();
  await expect(page.getByRole('region', { name: 'Challenges' })).toContainText('Challenge of the seed 7');

  await note.getByRole('button', { name: 'Show everything' }).click();
  await expect(tabs).toHaveText(['Images', 'Layer', 'Train', 'Search', 'Learn']);
  await expect(page.locator('main')).toBeFocused();
  await expect(page).not.toHaveURL(/hide=/);
  await page.getByRole('tab', { name: 'Train' }).click();
  const seed = page.getByRole('region', { name: 'Training' }).getByLabel('Seed');
  await expect(seed).toBeDisabled();
  await expect(seed).toHaveValue('7');
  await note.getByRole('button', { name: 'Free the seed' }).click();
  await expect(seed).toBeEnabled();
  await expect(seed).toHaveValue('1');
  await expect(note).toBeHidden();
});

test('a tab that is hidden is not opened by its link, on a phone neither', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('./#v1/tiny/emoji10/tab=search/hide=train,search');
  const bar = page.getByRole('navigation', { name: 'Views' }).getByRole('button');
  await expect(bar).toHaveText(['Tune', 'Plot', 'Images', 'Learn']);
  await expect(bar.filter({ hasText: 'Tune' })).toHaveAttribute('aria-current', 'page');
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(bar).toHaveText(['Tune', 'Plot', 'Images', 'Search', 'Learn']);
});

test('the projector view has large type, is in the link, and is left by Escape and by its button', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto('./#v1/tiny/emoji10/w=5/fits=32KB');
  await expect(page.getByText(/measured, n = 2,000/).first()).toBeAttached();
  await page.getByRole('button', { name: 'Projector view' }).click();
  await expect(page).toHaveURL(/view=projector/);
  await expect(page.getByRole('tablist', { name: 'Panels' })).toBeHidden();
  for (const [width, height] of [
    [1280, 720],
    [1920, 1080],
  ]) {
    await page.setViewportSize({ width, height });
    // Everything that is read, at least as large as asked for, and within the window.
    const small = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('body *')].flatMap((element) => {
          const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
          const shown = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
          const unseen = element.closest('.unseen, [aria-hidden=true] title') !== null;
          const { width: wide, right } = element.getBoundingClientRect();
          if (!text || !shown || unseen || wide <= 1) return [];
          const size = Number.parseFloat(getComputedStyle(element).fontSize);
          return size < 24 || right > innerWidth + 1
            ? [`${element.textContent?.slice(0, 30)}: ${size} px, to ${right}`]
            : [];
        }),
      );
    await expect.poll(small).toEqual([]);
  }
  await expectAccessible(page, 'the projector view');
  await page.keyboard.press('?');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/view=projector/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tablist', { name: 'Panels' })).toBeVisible();
  await expect(page).not.toHaveURL(/view=/);
  await page.keyboard.press('Shift+F');
  await page.getByRole('button', { name: 'Leave projector view' }).click();
  await expect(page.getByRole('banner').getByRole('button', { name: 'Export' })).toBeVisible();
});
