// Searches: two clicks start one, its points arrive, the faders stay under the user's control. Runs are paused,
// stopped, discarded and restored; a run killed with its page and resumed ends the same as an uninterrupted one.
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { choosePreset } from './preset';
import { openView } from './tabs';
import { expect, test } from './test';

const region = (page: Page) => page.getByRole('region', { name: 'Search', exact: true });
const runs = (page: Page) => region(page).getByRole('list', { name: 'Runs' }).getByRole('listitem');
const open = async (page: Page) => {
  await page.goto('./#v1/tiny/emoji10/w=4/tab=search');
  await expect(region(page).getByRole('button', { name: 'Start search' })).toBeEnabled();
};
const evaluations = async (run: Locator) =>
  Number(/([\d,]+) measured/.exec((await run.textContent()) ?? '')?.[1].replace(',', ''));

async function openFurther(page: Page): Promise<void> {
  const further = region(page).getByText('Further settings');
  if (!(await region(page).getByLabel('Seed', { exact: true }).isVisible())) await further.click();
}

async function start(page: Page, method: string, budget: number, images: number, seed = 1): Promise<void> {
  const form = region(page);
  await form.getByRole('radio', { name: new RegExp(`^${method}`) }).check();
  await form.getByLabel('Budget in').selectOption('evaluations');
  await form.getByLabel('Budget (configs measured)').fill(String(budget));
  await openFurther(page);
  await form.getByLabel('Images per evaluation').fill(String(images));
  await form.getByLabel('Seed', { exact: true }).fill(String(seed));
  await form.getByRole('button', { name: 'Start search' }).click();
}

/** A run's rows in the plot's table: policies, sizes and accuracies. */
async function pointsOf(page: Page, name: string): Promise<string[]> {
  await openView(page, 'Table');
  const rows = page
    .getByRole('region', { name: 'Table' })
    .getByRole('row')
    .filter({ hasText: `${name}:` });
  await expect(rows).not.toHaveCount(0);
  const texts = await rows.allTextContents();
  return texts.map((text) => text.replaceAll(name, '')).sort();
}

test('two clicks start a search; its front is measured on test images at the end', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=4/tab=search/method=uniform/bits=34');
  await expect(region(page).getByRole('button', { name: 'Start search' })).toBeEnabled();
  await region(page).getByRole('button', { name: 'Start search' }).click();
  const run = runs(page).first();
  await expect(run.getByText(/done/)).toBeVisible();
  await expect(run.getByText(/validation .*\(n = 256\)/)).toContainText(/test .*\(n = 2,000\)/);
  await expectAccessible(page, 'a finished search');
  // Loaded onto the faders, the policy measures what the run says.
  const tested = /test ([\d.]+) % ±[\d.]+ \(n = 2,000\)/.exec((await run.textContent()) ?? '')?.[1] as string;
  await choosePreset(page, 'Uniform 8');
  await run.getByRole('button', { name: 'Load' }).click();
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText(tested);
});

test('a fader responds while a search runs; the run is paused, resumed, stopped, discarded and restored', async ({
  page,
}) => {
  await open(page);
  await start(page, 'Random', 400, 128);
  const run = runs(page).first();
  await expect.poll(() => evaluations(run)).toBeGreaterThan(1);
  const fader = page.getByRole('slider', { name: 'conv4 weight bits', exact: true });
  await fader.press('2');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  await expect(run.getByText('running')).toBeVisible();

  await run.getByRole('button', { name: 'Pause' }).click();
  await expect(run.getByText('paused')).toBeVisible();
  const before = await evaluations(run);
  await run.getByRole('button', { name: /^Resume \(\d+ %\)/ }).click();
  await expect.poll(() => evaluations(run)).toBeGreaterThan(before);
  await run.getByRole('button', { name: 'Stop' }).click();
  await expect(run.getByText('stopped')).toBeVisible();
  expect((await pointsOf(page, 'Random · 19.1 KB · seed 1')).length).toBeGreaterThan(before);
  await run.getByRole('button', { name: 'Measure on test images' }).click();
  await expect(run.getByText(/validation .*\(n = 128\)/)).toContainText(/test .*\(n = 2,000\)/);
  await expect(run.getByRole('button', { name: 'Measure on test images' })).toHaveCount(0);

  await run.getByRole('button', { name: 'Discard' }).click();
  await expect(runs(page)).toHaveCount(0);
  await region(page).getByRole('button', { name: 'Undo' }).click();
  await expect(run.getByText('stopped')).toBeVisible();
});

test('a run killed with its page resumes at the next visit and ends like an uninterrupted one', async ({
  page,
  context,
}) => {
  await open(page);
  await start(page, 'Random', 5, 192, 7);
  await expect(runs(page).first().getByText('done')).toBeVisible();
  const whole = runs(page).first();
  const name = whole.getByRole('textbox', { name: 'Name of the run' });
  await name.fill('whole');
  await name.press('Enter');

  await start(page, 'Random', 5, 192, 7);
  await expect.poll(() => evaluations(runs(page).first())).toBeGreaterThan(0);
  const seen = await evaluations(runs(page).first());
  await page.close();

  const again = await context.newPage();
  await open(again);
  const killed = runs(again).first();
  await expect(killed.getByText('paused (the page was closed)')).toBeVisible();
  // Everything seen before the kill is still there.
  expect(await evaluations(killed)).toBeGreaterThanOrEqual(seen);
  await killed.getByRole('button', { name: /^Resume \(\d+ %\)/ }).click();
  await expect(killed.getByText('done')).toBeVisible();
  const ends = async (run: Locator) => (await run.getByText(/^Picked/).textContent()) ?? '';
  expect(await ends(killed)).toBe(await ends(runs(again).nth(1)));
  const points = await pointsOf(again, 'Random · 19.1 KB · seed 7');
  expect(points).toHaveLength(5);
  // The table lists each config once: those of the whole run stand there alone while the other is not compared.
  const compared = killed.getByRole('checkbox', { name: /^Compare / });
  await compared.uncheck();
  expect(await pointsOf(again, 'whole')).toEqual(points);
  await compared.check();

  // Side by side: the same bits for every layer, and the gain from mixing widths.
  await openView(again, 'Compare');
  const comparison = again.getByRole('region', { name: 'Comparison' });
  await expect(comparison.getByRole('row').filter({ hasText: 'whole' })).toContainText('2,000 test images');
  await again.getByRole('radio', { name: 'bits per layer' }).check();
  const row = comparison.getByRole('row').filter({ hasText: 'conv3' }).getByRole('cell');
  expect(await row.nth(1).textContent()).toBe(await row.nth(2).textContent());
  await again.getByRole('radio', { name: 'Against uniform' }).check();
  await expect(comparison.getByText(/whole: .* % at .*×/)).toBeVisible();
  await runs(again).nth(1).getByRole('checkbox', { name: 'Compare whole' }).uncheck();
  await expect(comparison.getByText(/whole: /)).toHaveCount(0);
});

test('a second tab watches a run of the first, and continues it when that tab is closed', { tag: '@long' }, async ({
  page,
  context,
}) => {
  await open(page);
  await start(page, 'Random', 2000, 64);
  await expect.poll(() => evaluations(runs(page).first())).toBeGreaterThan(1);
  const other = await context.newPage();
  await open(other);
  const watched = runs(other).first();
  await expect(watched.getByText('running in another tab')).toBeVisible();
  await expect(watched.getByRole('button', { name: /Resume|Stop|Discard/ })).toHaveCount(0);
  const seen = await evaluations(watched);
  await expect.poll(() => evaluations(watched)).toBeGreaterThan(seen);
  await page.close();
  await expect(watched.getByText('paused (the page was closed)')).toBeVisible();
  const before = await evaluations(watched);
  await watched.getByRole('button', { name: /^Resume/ }).click();
  await expect.poll(() => evaluations(watched)).toBeGreaterThan(before);
  await watched.getByRole('button', { name: 'Stop' }).click();
  await expect(watched.getByText('stopped')).toBeVisible();
});

test('the generations of a genetic search can be viewed by keyboard', { tag: '@long' }, async ({ page }) => {
  await open(page);
  const form = region(page);
  await form.getByRole('radio', { name: /^MetaQuantNet/ }).check();
  await openFurther(page);
  await form.getByLabel('Training steps').fill('12');
  await form.getByLabel('Population size').fill('4');
  await form.getByLabel('Generations', { exact: true }).fill('3');
  await form.getByLabel('Best configs measured at the end').fill('1');
  await start(page, 'MetaQuantNet', 240, 32);
  await expect(runs(page).first().getByText('done')).toBeVisible();
  await openView(page, 'Inside');
  const inside = page.getByRole('region', { name: 'Inside' });
  await expect(inside.getByText(/^Generation 3 of 3: .* best [\d.]+ % at [\d.]+ KB/)).toBeVisible();
  const slider = inside.getByRole('slider', { name: 'Generation' });
  await slider.press('Home');
  await expect(slider).toHaveAttribute('aria-valuetext', /^Generation 1 of 3: 4 random; best [\d.]+ % at/);
  await slider.press('ArrowRight');
  await expect(inside.getByText(/^Generation 2 of 3: .*; best before/)).toBeVisible();
});

test('a click puts MTGP’s next candidate on the faders', async ({ page }) => {
  await open(page);
  await start(page, 'MTGP', 400, 32);
  await openView(page, 'Inside');
  const next = page.getByRole('table', { name: 'Try this next' }).getByRole('row', { name: /measured next/ });
  await expect(next).toContainText(/~[\d.]+ ±[\d.]+/);
  await runs(page).first().getByRole('button', { name: 'Pause' }).click();
  await expect(runs(page).first().getByText('paused')).toBeVisible();
  const memory = /([\d.]+) KB/.exec((await next.textContent()) ?? '')?.[1] as string;
  await next.getByRole('button', { name: /^Load/ }).click();
  await expect(page.getByRole('status', { name: 'Model size' })).toContainText(memory);
});

test('settings that cannot be met return to the form with the reason, and locked layers are named there', async ({
  page,
}) => {
  await open(page);
  const form = region(page);
  const limit = form.getByLabel('Size limit (KB)');
  const locks = form.getByRole('group', { name: /^Locked layers/ });
  await openFurther(page);
  await page.getByRole('button', { name: 'conv3', exact: true }).first().click();
  await locks.getByRole('button', { name: 'Lock the 1 selected' }).click();
  await expect(locks).toContainText('conv3 4 / 8');
  // 4 bits take 19.1 KB; 1 bit takes more than 2 KB.
  await limit.fill('2');
  await expect(limit).toHaveJSProperty('validity.valid', false);
  await limit.fill('19');
  await start(page, 'LIMPQ', 1, 64);
  const run = runs(page).first();
  await expect(
    run.getByText(/failed \(A budget of 1 config \(64 images\) has no room for .* allow at least \d+ configs\.\)/),
  ).toBeVisible();
  await expect(run.getByRole('button', { name: /Resume/ })).toHaveCount(0);
  await limit.fill('300');
  await locks.getByRole('button', { name: 'Unlock all' }).click();
  await run.getByRole('button', { name: 'Change settings' }).click();
  await expect(limit).toHaveValue('19');
  await expect(locks).toContainText('conv3 4 / 8');
  await expect(form.getByText('failed with these settings. A budget of 1 config')).toBeFocused();
  await form.getByRole('radio', { name: 'Random' }).check();
  await form.getByRole('button', { name: 'Start search' }).click();
  await expect(runs(page).first().getByText('done')).toBeVisible();
  await expect(form.getByText('failed with these settings')).toHaveCount(0);
});

test('a stopped search that trains keeps what it learned, and the form is there after a reload', async ({ page }) => {
  await open(page);
  const form = region(page);
  await form.getByRole('radio', { name: 'LIMPQ' }).check();
  await form.getByLabel('Budget (images seen)').fill('400000');
  await expect(form.getByText('time unknown until the first are measured')).toBeVisible();
  await form.getByRole('button', { name: 'Start search' }).click();
  const run = runs(page).first();
  await expect(run.getByText(/training all widths together: \d+ %/)).toBeVisible();
  await expect(run.getByText('in training, no config measured yet')).toBeVisible();
  await run.getByRole('button', { name: 'Stop' }).click();
  await expect(run.getByText(/^Picked [\d.]+ KB · by what the method has learned, not measured/)).toBeVisible();
  await run.getByRole('button', { name: 'Measure on test images' }).click();
  await expect(run.getByText(/test [\d.]+ % ±[\d.]+ \(n = 2,000\)/)).toBeVisible();
  await expect(page).toHaveURL(/method=limpq\/budget=400000images$/);
  await page.reload();
  await expect(form.getByRole('radio', { name: 'LIMPQ' })).toBeChecked();
  await expect(form.getByLabel('Budget (images seen)')).toHaveValue('400000');
  await expect(form.getByText(/at most [\d,]+ configs, ~[\d.]+ (s|min) at the speed measured here/)).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('a search runs in its tab, and nothing scrolls sideways', async ({ page }) => {
    await page.goto('./#v1/tiny/emoji10/w=4');
    await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Search' }).click();
    await start(page, 'Greedy', 6, 64);
    await expect(runs(page).first().getByText('done')).toBeVisible();
    await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Plot' }).click();
    await openView(page, 'Compare');
    for (const view of ['race', 'bits per layer', 'Against uniform']) {
      await page.getByRole('radio', { name: view }).check();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });
});

test('the table of a finished run predicts a front, which is then measured; proxies are compared with its policies', {
  tag: '@long',
}, async ({ page }) => {
  await open(page);
  await openFurther(page);
  const form = region(page);
  await form.getByRole('radio', { name: /^Squared steps/ }).check();
  await form.getByLabel('Configs measured, from the limit down').fill('6');
  await start(page, 'Squared steps', 6, 128);
  const run = runs(page).first();
  await expect(run.getByText('done')).toBeVisible();
  await openView(page, 'Inside');
  const inside = page.getByRole('region', { name: 'Inside' });
  await inside.getByRole('button', { name: 'Front from this table' }).click();
  const front = inside.getByRole('table', { name: /^Front from the table of/ });
  await expect(front.getByRole('row')).not.toHaveCount(0);
  await expect(front.getByText('beyond the measurements').first()).toBeVisible();
  await expect(front.getByText(/^~[\d.]+$/).first()).toBeVisible();
  await inside.getByRole('button', { name: /^Measure these \d+/ }).click();
  await expect(front.getByText('predicted, not measured')).toHaveCount(0);
  await expect(front.getByText(/^[\d.]+ ±[\d.]+ of 2,000$/).first()).toBeVisible();

  await inside.getByRole('button', { name: 'Compare proxies' }).click();
  const proxies = inside.getByRole('table', { name: /^Proxies on the configs of/ });
  await expect(proxies.getByRole('row')).toHaveCount(1 + 6);
  await expect(proxies.getByRole('row', { name: /^squared step/ })).toContainText(/-?[\d.]+ \(-?[\d.]+ to [\d.]+\)/);
  await expectAccessible(page, 'a front from a table, and proxies');
});
