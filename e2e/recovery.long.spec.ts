// An engine that ends, silently or with an error: the page says so, a button restarts it, and every number after that
// belongs to the weights in use. Console errors are expected here, so these tests do not check for them.
import { expect, type Page, test } from '@playwright/test';
import { choosePreset } from './preset';
import { openTab, openView } from './tabs';

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const measured = (page: Page) => expect(page.getByText(/measured, n = 2,000/).first()).toBeVisible();
/** Measures uniform `bits` and returns what the page says of it. */
async function measure(page: Page, bits: '4' | '8'): Promise<string> {
  await choosePreset(page, `Uniform ${bits}`);
  await measured(page);
  return (await accuracy(page).textContent()) ?? '';
}
/** The rows of the plot's table that were measured here. */
async function rows(page: Page): Promise<string[]> {
  await openView(page, 'Table');
  const table = page.getByRole('tabpanel', { name: 'Table' });
  const texts = await table.getByRole('row').filter({ hasText: 'measured' }).allInnerTexts();
  await openView(page, 'Plot');
  return texts.map((text) => text.replace(/\s+/g, ' ')).sort();
}
const engine = (page: Page) => {
  const worker = page.workers().find((one) => /\/worker-/.test(one.url()));
  if (worker === undefined) throw new Error('no engine runs');
  return worker;
};

test('after training and a worker crash every number belongs to the trained weights; the error can be copied', async ({
  page,
}) => {
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  const shipped = await measure(page, '4');
  await openTab(page, 'Train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Mode', { exact: true }).selectOption('full precision');
  await training.getByLabel('Initialize from').selectOption('random weights');
  await training.getByLabel('Epochs').fill('1');
  await training.getByLabel('Images per epoch').fill('640');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText('Weights: trained here')).toBeVisible();
  const trained = await measure(page, '4');
  expect(trained).not.toBe(shipped);

  await engine(page).evaluate(() => void setTimeout(() => Promise.reject(new TypeError('a stray error'))));
  const bar = page.getByRole('alert').filter({ hasText: 'The engine stopped' });
  await expect(bar).toContainText('(a stray error)');
  await bar.getByRole('button', { name: 'Copy report' }).click();
  const report = await bar.getByLabel('Report').inputValue();
  expect(report).toMatch(/caused by: TypeError: a stray error\nfewbits: .*\npage: http.*#v1\/tiny\/emoji10/);
  expect(report).toMatch(
    /engine: failed, wasm WebAssembly SIMD\n(.*\n)*weights: trained, [0-9a-f]{16}\n(.*\n)*.*"id":"conv1"/,
  );
  await bar.getByRole('button', { name: 'Restart engine' }).click();
  await expect(bar).toBeHidden();
  expect(await measure(page, '4')).toBe(trained);
  const listed = await rows(page);
  expect(listed.length).toBeGreaterThan(0);

  await page.reload();
  expect(await measure(page, '4')).toBe(trained);
  expect(await rows(page)).toEqual(listed);
});

test('a worker that ends silently is reported after ten seconds and restarted on request', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  const before = (await accuracy(page).textContent()) ?? '';
  await engine(page).evaluate(() => void setTimeout(() => self.close()));
  await choosePreset(page, 'Uniform 6');
  const bar = page.getByRole('alert').filter({ hasText: 'No answer from the engine for' });
  await expect(bar).toContainText('for 10 s');
  await bar.getByRole('button', { name: 'Wait' }).click();
  await expect(bar).toBeHidden();
  await expect(bar).toContainText('for 20 s');
  await bar.getByRole('button', { name: 'Restart engine' }).click();
  await expect(bar).toBeHidden();
  await measured(page);
  expect(await measure(page, '8')).toBe(before);
});
