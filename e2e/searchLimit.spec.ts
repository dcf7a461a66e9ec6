// The limit of a search: the form says how tight one can be, with the locked layers and those that share their width.
import { expect, test } from './test';

test('the tightest limit follows a locked layer, and the layers that share its width', async ({ page }) => {
  await page.goto('./#v1/resnet8/emoji10/w=8/tab=search/limit=4x/bits=28/lock=7');
  const form = page.getByRole('region', { name: 'Search', exact: true });
  await form.getByText('Further settings').click();
  const limit = form.getByLabel('Compression of weights, at least (×)');
  const tied = form.getByLabel('Layers that share one width');
  // Of 77,360 weights, 18,432 take 8 bits, then 20,480 and 57,344; the others take 2.
  await expect(form.getByText('at most 9.3 with these bits')).toBeVisible();
  await tied.selectOption('a shortcut and the first layer of its block');
  await expect(form.getByText('at most 8.9 with these bits')).toBeVisible();
  await tied.selectOption('all layers of a block');
  await expect(form.getByText('at most 4.9 with these bits')).toBeVisible();
  await expect(limit).toHaveAttribute('max', '4.9');
});
