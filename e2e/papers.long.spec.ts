// Slides, handout and answer key: one file each, opened from the disk, without a request.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { expect, test } from './test';

async function saved(page: Page, name: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('region', { name: 'Slides and handouts' }).getByRole('button', { name }).click();
  const file = await download;
  const path = test.info().outputPath(file.suggestedFilename());
  await file.saveAs(path);
  return path;
}
const pagesOf = async (page: Page) =>
  (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g);

test('a teacher takes slides, a handout and its key along on a stick', async ({ page, context }) => {
  await page.goto('./#teach');
  await page
    .getByRole('region', { name: 'Links to give away' })
    .getByLabel('Network', { exact: true })
    .selectOption('tiny');
  const [slides, handout, key] = [
    await saved(page, 'Slides'),
    await saved(page, 'Handout to print'),
    await saved(page, 'Answer key'),
  ];
  await page.getByRole('combobox', { name: 'Plan' }).selectOption('90 minutes');
  const long = await saved(page, 'Handout to print');

  const paper = await context.newPage();
  const asked: string[] = [];
  paper.on('request', (request) => asked.push(request.url()));
  await paper.goto(`file://${slides}`);
  await expect(paper.getByRole('img', { name: 'QR code of the link for the room' })).toBeVisible();
  await expect(paper.getByRole('link')).toHaveAttribute('href', /#v1\/tiny\/emoji10$/);
  const count = await paper.locator('section').count();
  await expect(paper.locator('output')).toHaveText(`1 / ${count}`);
  await expectAccessible(paper, 'a slide');
  await paper.keyboard.press('ArrowRight');
  await expect(paper.getByRole('heading')).toHaveText(/^Open the page; one drag/);
  await paper.getByRole('button', { name: 'Back' }).click();
  await expect(paper.locator('output')).toHaveText(`1 / ${count}`);
  await paper.keyboard.press('End');
  await expect(paper.getByText('CC BY 4.0')).toBeVisible();
  expect(await pagesOf(paper)).toHaveLength(count);

  for (const path of [handout, long]) {
    await paper.goto(`file://${path}`);
    await expect(paper.getByText('My guess').first()).toBeVisible();
    // The glossary below the questions answers none of them.
    await expect(paper.locator('body')).not.toContainText('16 different values');
    await expectAccessible(paper, 'a handout');
    expect((await pagesOf(paper))?.length).toBeLessThanOrEqual(2);
    // The key is apart.
    expect(readFileSync(path, 'utf8')).not.toContain('Expected');
  }
  await paper.goto(`file://${key}`);
  await expect(paper.getByText(/^Expected: 88\.8 % \(n = 2,000 test images; .* 87\.3 % and 90\.1 %\)$/)).toBeVisible();
  expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([]);
});
