// Training in the page, on the backend that this browser has: it learns, pauses, stops, and survives a reload.
import { expect, test } from './test';

test('tiny learns on Emoji-10 within a minute, and a reload keeps its weights', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/tab=train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Mode', { exact: true }).selectOption('full precision');
  await training.getByLabel('Initialize from').selectOption('random weights');
  await training.getByLabel('Epochs').fill('1');
  await training.getByLabel('Images per epoch').fill('4000');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText(/images\/s/)).toBeVisible();
  await training.getByRole('button', { name: 'Pause' }).click();
  await expect(training.getByText(/paused/)).toBeVisible();
  await training.getByRole('button', { name: 'Resume' }).click();
  // Worse than the shipped weights, but random weights were asked for, so the new ones are in use.
  const verdict = training.getByText('The new weights are worse than the old ones');
  await expect(verdict).toBeVisible();
  const words = (await verdict.locator('..').textContent()) ?? '';
  // Chance is 10 %.
  expect(Number(/→ ([\d.]+) %/.exec(words)?.[1])).toBeGreaterThan(20);
  await expect(training.getByText('The trained weights are in use.')).toBeVisible();

  await page.reload();
  await expect(training.getByText('Weights: trained here')).toBeVisible();
  await training.getByRole('button', { name: 'Restore pretrained weights' }).click();
  await expect(training.getByText('Weights: pretrained')).toBeVisible();
});

test('training that ruins a network is reported; the old weights stay, and undo returns to them', {
  tag: '@long',
}, async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=4/tab=train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Learning rate', { exact: true }).fill('10');
  await training.getByLabel('Images per epoch').fill('300');
  await training.getByLabel('Epochs').fill('2');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText('Training collapsed to chance')).toBeVisible();
  await expect(training.getByText(/A learning rate of 10 is probably too high; try 1\./)).toBeVisible();
  await expect(training.getByText('The old weights are in use.')).toBeVisible();
  await training.getByRole('button', { name: 'Use the trained weights' }).click();
  await expect(training.getByText('Weights: trained here')).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(training.getByText('Weights: pretrained')).toBeVisible();
  await expect(training.getByText('The old weights are in use.')).toBeVisible();
});

test('the float network’s outputs are learned without labels', { tag: '@long' }, async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=3/tab=train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Targets').selectOption('float network (distillation)');
  await expect(training.getByLabel('Initialize from')).toBeHidden();
  await training.getByLabel('Temperature').fill('2');
  await training.getByLabel('Epochs').fill('4');
  await training.getByLabel('Images per epoch').fill('1000');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText(/agreement [\d.]+ %/)).toBeVisible();
  await expect(training.getByText('Finished')).toBeVisible();
  await expect(training.getByText('Weights: trained here')).toHaveAttribute(
    'data-tip',
    /distilled from the float network/,
  );
});
