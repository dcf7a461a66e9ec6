// Storage between visits: when the browser cannot store something, the page says so and loses nothing meanwhile;
// damaged entries break nothing.
import type { Page } from '@playwright/test';
import { openTab } from './tabs';
import { expect, test } from './test';

const training = (page: Page) => page.getByRole('region', { name: 'Training', exact: true });
const TRAINED = 'Weights: trained here';
const notKept = (page: Page, what: RegExp) =>
  expect(page.getByRole('alert').filter({ hasText: what }).filter({ hasText: 'could not be kept' })).toBeVisible();

async function train(page: Page): Promise<void> {
  await training(page).getByLabel('Epochs').fill('1');
  await training(page).getByLabel('Images per epoch').fill('64');
  await training(page).getByRole('button', { name: 'Start training' }).click();
  await expect(training(page).getByText(TRAINED)).toBeVisible();
}

test('without storage space, training and searches stay on the page, which says that closing it loses them', {
  tag: '@long',
}, async ({ page, context }) => {
  await page.goto('./#v1/tiny/emoji10/w=4/tab=train');
  const browser = await context.newCDPSession(page);
  await browser.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 20_000 });
  await page.evaluate(() => {
    let text = 'x'.repeat(2 ** 22);
    for (let i = 0; text !== ''; i++)
      try {
        localStorage.setItem(`filler ${i}`, text);
      } catch {
        text = text.slice(text.length >> 1);
        if (text.length === 1) text = '';
      }
  });
  await train(page);
  await notKept(page, /Tiny.*no room left.*export them as a project/i);
  await openTab(page, 'Search');
  await page.getByRole('button', { name: 'Start search' }).click();
  await notKept(page, /Greedy.*Discard searches/);
  await expect(page.getByRole('list', { name: 'Runs' }).getByRole('listitem')).toHaveCount(1);
  await openTab(page, 'Train');
  await expect(training(page).getByText(TRAINED)).toBeVisible();
});

test('if the private file system is refused, trained weights are still there after a reload', async ({ page }) => {
  await page.route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch();
    const refused = "StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('Refused.'));";
    await route.fulfill({ response, body: `${refused}\n${await response.text()}` });
  });
  await page.goto('./#v1/tiny/emoji10/w=4/tab=train');
  await train(page);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.reload();
  await expect(training(page).getByText(TRAINED)).toBeVisible();
});

test('damaged entries are named and can be removed, and the page works', async ({ page }) => {
  await page.goto('./');
  await page.evaluate(() => {
    localStorage.setItem('fewbits.search.abc', '{"version":1,"id":"abc","points":[],"front":[],"spent":null}');
    localStorage.setItem('fewbits.own-networks', '[{"label":"none","architecture":{"name":"none","nodes":[]}}]');
  });
  await page.goto('./#v1/own-none/emoji10/w=4/tab=search');
  await page.reload();
  const bar = (what: string) => page.getByRole('status').filter({ hasText: `One stored ${what} could not be read` });
  await expect(bar('search')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start search' })).toBeVisible();
  await expect(page.getByText('cannot be shown')).toHaveCount(0);
  await bar('search').getByRole('button', { name: 'Remove' }).click();
  await bar('network of your own').getByRole('button', { name: 'Remove' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Start search' })).toBeVisible();
  await expect(page.getByText('could not be read')).toHaveCount(0);
});
