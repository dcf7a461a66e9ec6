// Training in the page, on the backend that this browser has: it learns, pauses, stops, and survives a reload.
import { expect, test } from './test';

test('tiny learns on Emoji-10 within a minute, and a reload keeps its weights', async ({ page }) => {
  await page.goto('./');
  await page.getByLabel('Network').selectOption('tiny');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Train', { exact: true }).selectOption('in float');
  await training.getByLabel('Start from').selectOption('new random weights');
  await training.getByLabel('Epochs').fill('1');
  await training.getByLabel('Images per epoch').fill('4000');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText(/images\/s/)).toBeVisible();
  await training.getByRole('button', { name: 'Pause' }).click();
  await expect(training.getByText(/paused/)).toBeVisible();
  await training.getByRole('button', { name: 'Resume' }).click();
  await expect(training.getByText('Finished')).toBeVisible({ timeout: 90_000 });
  const words = (await training.getByText('Finished').locator('..').textContent()) ?? '';
  // Chance is 10 %.
  expect(Number(/: ([\d.]+) %/.exec(words)?.[1])).toBeGreaterThan(20);

  await page.reload();
  await page.getByLabel('Network').selectOption('tiny');
  await expect(training.getByText(/weights in use: bitmixer, from random weights/)).toBeVisible();
  await training.getByRole('button', { name: 'Back to shipped weights' }).click();
  await expect(training.getByText(/weights in use: bitmixer headless/)).toBeVisible();
});

test('stopping keeps the weights so far; a wild learning rate is explained and changes nothing', async ({ page }) => {
  await page.goto('./');
  await page.getByLabel('Network').selectOption('tiny');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Learning rate', { exact: true }).fill('9');
  await training.getByLabel('Learning rate schedule').selectOption('cosine');
  await training.getByLabel('Images per epoch').fill('4000');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText(/images\/s/)).toBeVisible();
  await training.getByRole('button', { name: 'Stop' }).click();
  await expect(training.getByText(/Stopped|Diverged/)).toBeVisible();
});

test('the float network’s answers are learned without labels', async ({ page }) => {
  await page.goto('./');
  await page.getByLabel('Network').selectOption('tiny');
  await page.getByRole('button', { name: '3', exact: true }).press('Enter');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Learn from').selectOption('float answers');
  await expect(training.getByLabel('Start from')).toBeHidden();
  await training.getByLabel('Temperature').fill('2');
  await training.getByLabel('Epochs').fill('1');
  await training.getByLabel('Images per epoch').fill('1000');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText(/agreement [\d.]+ %/)).toBeVisible();
  await expect(training.getByText('Finished')).toBeVisible({ timeout: 90_000 });
  await expect(training.getByText(/quantization-aware, the float network's answers/)).toBeVisible();
});
