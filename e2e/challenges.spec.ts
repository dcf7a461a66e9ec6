// Challenges: taken by one, handed in as a link, measured and ranked by another, in a browser of its own.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, test } from './test';

const ranking = (page: Page) => page.getByRole('region', { name: 'Ranking' });
const row = (page: Page, name: string) => ranking(page).getByRole('row').filter({ hasText: name });

test('a challenge is taken, handed in by link and by file, and ranked by what is measured elsewhere', async ({
  page,
  browser,
}) => {
  await page.goto('./#v1/tiny/emoji10/w=5/tab=learn');
  const challenges = page.getByRole('region', { name: 'Challenges' });
  await challenges.getByRole('button', { name: /^Take: The most accurate config of at most 32/ }).click();
  await expect(challenges).toContainText('Your config: Meets the challenge.');
  await expect(challenges.getByRole('button', { name: 'Hand in' })).toBeFocused();
  await expectAccessible(page, 'a challenge');
  await challenges.getByRole('button', { name: 'Hand in' }).click();
  const dialog = page.getByRole('dialog', { name: 'Hand in' });
  await expect(dialog.getByRole('button', { name: 'Copy link' })).toBeDisabled();
  await dialog.getByLabel('Your name').fill('Ada (1)');
  await expect(dialog.getByRole('img', { name: 'QR code of the hand-in' })).toBeVisible();
  await expectAccessible(page, 'handing in');
  const ada = await dialog.getByLabel('Link to hand in').inputValue();
  const download = page.waitForEvent('download');
  await dialog.getByLabel('Your name').fill('Bo');
  await dialog.getByRole('button', { name: 'Save as file' }).click();
  const file = readFileSync(await (await download).path(), 'utf8');

  const other = await browser.newContext();
  const teacher = await other.newPage();
  await teacher.goto('./#v1/tiny/emoji10/tab=learn/challenge=accurate:32KB');
  await teacher.getByRole('button', { name: 'Rank hand-ins' }).click();
  const cheat = ada.replace('w=5', 'w=8').replace('Ada', 'Eve');
  const unreadable = ada.replace('w=5', 'w=55').replace('Ada', 'Flo');
  await ranking(teacher)
    .getByLabel(/^Hand-ins/)
    .fill(`Ada: ${ada}\nEve: ${cheat} and ${unreadable}`);
  await ranking(teacher).getByRole('button', { name: 'Add hand-ins' }).click();
  await expect(ranking(teacher)).toContainText('3 hand-ins added.');
  const better = file.replace('w=5', 'w=6');
  await ranking(teacher)
    .getByText('Open files…')
    .setInputFiles({ name: 'bo.txt', mimeType: 'text/plain', buffer: Buffer.from(better) });
  await expect(row(teacher, 'Ada (1)')).toContainText('Meets the challenge.');
  await expect(row(teacher, 'Bo')).toContainText('Meets the challenge.');
  await expect(row(teacher, 'Eve')).toContainText('too large.');
  await expect(row(teacher, 'Flo')).toContainText('w=55');
  await expect(ranking(teacher)).toContainText('2 of 3 meet the challenge.');
  await expect(ranking(teacher)).toContainText('on 2,000 test images');
  await expectAccessible(teacher, 'a ranking');

  // The accuracy is the one that the other browser measured.
  const accuracy = await page.getByRole('status', { name: 'Accuracy' }).textContent();
  await expect(row(teacher, 'Ada (1)')).toContainText((/[\d.]+/.exec(accuracy ?? '') as RegExpExecArray)[0]);

  const csv = teacher.waitForEvent('download');
  await teacher.getByRole('button', { name: 'Export as CSV' }).click();
  const lines = readFileSync(await (await csv).path(), 'utf8').split('\n');
  expect(lines[0]).toMatch(/^place,name,accuracy_percent,n,/);
  expect(lines).toHaveLength(6);

  // Kept in this browser; the numbers are measured anew.
  await teacher.reload();
  await teacher.getByRole('tab', { name: 'Ranking' }).click();
  await teacher.getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(row(teacher, 'Bo')).toContainText('Meets the challenge.');
  await teacher.getByRole('button', { name: 'Remove all' }).click();
  await expect(ranking(teacher).getByRole('row')).toHaveCount(0);
  await other.close();
});
