// "May lose at most so many points": one click finds, proves and loads the smallest config.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test('one click finds the smallest config that may lose so much, proves it and loads it', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/tab=search/bits=2348');
  const form = page.getByRole('form', { name: 'Smallest config for a loss' });
  await form.getByLabel('May lose at most (points)').fill('5');
  await form.getByRole('button', { name: 'Find the smallest' }).click();
  await expect(form.getByText(/loses at most 5 points/)).toBeVisible({ timeout: 60_000 });
  const answer = (await form.textContent()) ?? '';
  const [, size] =
    /([\d.]+ KB): loses at most 5 points \(measured: [+\d.]+\), 95 % confidence, n = [\d,]+ validation/.exec(
      answer,
    ) as RegExpExecArray;
  await expectAccessible(page, 'a proved loss');
  await form.getByRole('button', { name: 'Load' }).click();
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured');
  await expect(page.locator('body')).toContainText(size);
  // The form of other searches has not changed; the run is listed with its claim.
  const run = page.getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
  await expect(run).toContainText('loses at most 5 points');
});

test('what cannot be proved is not claimed', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/tab=search/bits=2348');
  const form = page.getByRole('form', { name: 'Smallest config for a loss' });
  await form.getByLabel('May lose at most (points)').fill('0.1');
  await form.getByRole('button', { name: 'Find the smallest' }).click();
  await expect(form.getByText(/Nothing is proved to lose at most 0.1 points/)).toBeVisible({ timeout: 60_000 });
  await expect(form.getByRole('button', { name: 'Load' })).toHaveCount(0);
});
