// More workers than one: the same numbers.
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const choice = (page: Page) => page.getByRole('combobox', { name: 'Computes with' });
const status = (page: Page) => page.getByRole('region', { name: 'Status' });

/** What the page says of two configs, each measured anew. */
async function measureTwo(page: Page): Promise<string[]> {
  const said: string[] = [];
  for (const [layer, width] of [
    ['conv2', '3'],
    ['conv4', '2'],
  ]) {
    await page.getByRole('slider', { name: `${layer} weight bits`, exact: true }).focus();
    await page.keyboard.press(width);
    await expect(page.getByRole('slider', { name: `${layer} weight bits`, exact: true })).toHaveAttribute(
      'aria-valuetext',
      new RegExp(`^${width} bits`),
    );
    await expect(accuracy(page)).toContainText('measured, n = 2,000');
    said.push((await accuracy(page).textContent()) ?? '');
  }
  return said;
}

test('two workers measure what one measures', async ({ page }) => {
  await page.goto('./?backend=wasm#v1/tiny/emoji10/w=5');
  await expect(accuracy(page)).toContainText('measured, n = 2,000');
  const one = await measureTwo(page);
  expect(one[0]).not.toBe(one[1]);

  // Kept for the next visit, whose engine starts anew. Of a machine with more cores than this one perhaps.
  await page.evaluate(() =>
    localStorage.setItem('fewbits.engines', JSON.stringify({ choice: { backend: 'wasm', workers: 2 }, race: null })),
  );
  await page.goto('./?backend=wasm#v1/tiny/emoji10/w=6');
  await page.reload();
  await expect(choice(page)).toHaveValue('wasm 2');
  await expect(status(page)).toContainText('2 workers');
  await page.getByRole('slider', { name: 'All layers, average bits' }).focus();
  await page.keyboard.press('5');
  await expect(accuracy(page)).toContainText('measured, n = 2,000');
  expect(await measureTwo(page)).toEqual(one);

  await choice(page).selectOption('wasm 1');
  await expect(status(page)).not.toContainText('workers,');
  expect(await page.evaluate(() => localStorage.getItem('fewbits.engines'))).toContain('"workers":1');
});

/** What the page says of a training run from the pretrained weights, to which it returns. */
async function train(page: Page): Promise<string> {
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByRole('button', { name: 'Start training' }).click();
  const verdict = training.getByText(/→ [\d.]+ %/);
  await expect(verdict).toBeVisible();
  const words = (await verdict.textContent()) ?? '';
  await expect(training.getByText('Weights: trained here')).toHaveAttribute('data-tip', /each batch in 4 shards/);
  await training.getByRole('button', { name: 'Restore pretrained weights' }).click();
  await expect(training.getByText('Weights: pretrained')).toBeVisible();
  return words;
}

test('two workers train what one trains, in the shards of the link', { tag: '@long' }, async ({ page }) => {
  await page.goto('./?backend=wasm#v1/tiny/emoji10/w=2/epochs=1/drawn=640/shards=4/tab=train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await expect(training.getByLabel('Shards per batch')).toHaveValue('4');
  await expect(training.getByText('Weights: pretrained')).toBeVisible();
  await choice(page).selectOption('wasm 1');
  const one = await train(page);

  await page.evaluate(() =>
    localStorage.setItem('fewbits.engines', JSON.stringify({ choice: { backend: 'wasm', workers: 2 }, race: null })),
  );
  await page.reload();
  await expect(status(page)).toContainText('2 workers');
  await expect(training.getByText('Weights: pretrained')).toBeVisible();
  expect(await train(page)).toBe(one);
  // The engine and its member.
  expect(page.workers().length).toBeGreaterThanOrEqual(2);
});
