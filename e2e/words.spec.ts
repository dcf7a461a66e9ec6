// Words-12 and the keyword spotter bring each other, and one undo takes both back.
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const network = (page: Page) => page.getByLabel('Network', { exact: true });
const images = (page: Page, label: string) => page.getByRole('button', { name: `Images ${label}` });
const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });

test('choosing Words-12 opens the keyword spotter, and choosing a network of pictures opens Emoji-10', {
  tag: '@long',
}, async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await images(page, 'Emoji-10').click();
  await page.getByRole('button', { name: 'Use Words-12' }).click();
  await expect(network(page)).toHaveValue('ds-cnn');
  await expect(images(page, 'Words-12')).toBeVisible();
  await expect(accuracy(page)).toContainText('measured, n = 2,000');
  await expect(accuracy(page)).toContainText(/9[34]\.\d/);
  await expect(page.getByText('Each picture is a synthesized sound')).toBeVisible();

  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(network(page)).toHaveValue('tiny');
  await expect(images(page, 'Emoji-10')).toBeVisible();

  await network(page).selectOption('ds-cnn');
  await expect(images(page, 'Words-12')).toBeVisible();
  await network(page).selectOption('lenet5');
  await expect(images(page, 'Emoji-10')).toBeVisible();
  await expect(accuracy(page)).toContainText(/\d %/);
});
