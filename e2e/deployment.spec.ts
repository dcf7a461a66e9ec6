// The site changes under an open page: files are gone, with and without a newer index.html.
import type { Page } from '@playwright/test';
import { expect, test } from './network';
import { serveSite } from './site';

const LINK = './#v1/tiny/emoji10/w=4';

/** Answers 404 for a kind of file while `gone()` is true. */
const without = (page: Page, files: RegExp, gone: () => boolean = () => true) =>
  page.context().route(files, (route) => (gone() ? route.fulfill({ status: 404, body: 'gone' }) : route.continue()));

/** The index.html of a later version, whose script has another name. */
const deployAnew = (page: Page) =>
  page.context().route(/:\d+\/$/, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/index-[\w-]+\.js/, 'index-later.js');
    await route.fulfill({ response, body });
  });

test('a chunk that failed to load is requested again, and after a deployment the page says to reload', async ({
  page,
}) => {
  let gone = true;
  await without(page, /assets\/(ExportDialog|QrCode)-/, () => gone);
  await page.goto(LINK);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const missing = page.getByRole('alert').filter({ hasText: 'its code could not be loaded' });
  await expect(missing).toContainText('“Export” cannot be shown');
  await expect(missing.getByRole('button', { name: 'Reload the page' })).toHaveCount(0);
  gone = false;
  await missing.getByRole('button', { name: 'Try again' }).click();
  const save = page.getByRole('dialog', { name: 'Export' });
  await expect(save.getByRole('listitem', { name: 'ONNX', exact: true })).toBeVisible();
  await save.getByRole('button', { name: 'Close' }).click();

  gone = true;
  await deployAnew(page);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const share = page.getByRole('dialog', { name: 'Share' });
  await expect(share.getByRole('alert')).toContainText('The site was updated since this page was opened. Reload it');
  await expect(share.getByRole('button', { name: 'Reload the page' })).toBeVisible();
});

test('an action whose code did not come says so, and is taken when it is tried again', async ({ page }) => {
  let gone = true;
  await without(page, /assets\/rest-/, () => gone);
  await page.goto('./');
  const missing = page.getByRole('alert').filter({ hasText: 'A part of the page could not be loaded' });
  await expect(missing).toBeVisible();
  gone = false;
  await missing.getByRole('button', { name: 'Retry' }).click();
  await expect(missing).toHaveCount(0);
  // The address follows the desk once that code is there.
  await page.getByRole('slider', { name: '1a weight bits', exact: true }).press('2');
  await expect(page).toHaveURL(/#v1\/resnet8/);
});

test('without its script the page says so and offers to reload', async ({ page }) => {
  let gone = true;
  await without(page, /assets\/index-[\w-]+\.js/, () => gone);
  await page.goto(LINK);
  await expect(page.getByRole('alert')).toContainText('one of its files is missing');
  gone = false;
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('fewbits');
});

/** Drops a file on the page and returns the dialog that opens. */
async function drop(page: Page) {
  const files = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], 'a.onnx'));
    return transfer;
  });
  await page.getByRole('main').dispatchEvent('drop', { dataTransfer: files });
  return page.getByRole('dialog', { name: 'Your own network' });
}

test('if the engine’s script is gone, the page says that the site was updated and blames no file', async ({ page }) => {
  await without(page, /assets\/worker-/);
  await page.goto(LINK);
  const fault = page.getByRole('alert').filter({ hasText: 'The engine stopped' });
  await expect(fault.getByRole('button', { name: 'Restart engine' })).toBeVisible();
  await deployAnew(page);
  await fault.getByRole('button', { name: 'Restart engine' }).click();
  await expect(fault).toContainText('The site was updated');
  await expect(fault.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  await expect(await drop(page)).toContainText('The file was not read: the engine is not running');
});

test('if the reader’s script is gone, the page does not blame the file', async ({ page }) => {
  const site = await serveSite({ missing: /assets\/importWorker-/ });
  await page.goto(new URL(LINK, site.url).href);
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured');
  await expect(await drop(page)).toContainText('The reader of such files could not be loaded');
  await site.close();
});
