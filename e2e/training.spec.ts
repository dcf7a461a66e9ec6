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
  // Than those that were shipped; as random weights were asked for, the new ones are in use all the same.
  const verdict = training.getByText('The new weights are worse than the old ones');
  await expect(verdict).toBeVisible();
  const words = (await verdict.locator('..').textContent()) ?? '';
  // Chance is 10 %.
  expect(Number(/→ ([\d.]+) %/.exec(words)?.[1])).toBeGreaterThan(20);
  await expect(training.getByText('The trained weights are in use.')).toBeVisible();

  await page.reload();
  await page.getByLabel('Network').selectOption('tiny');
  await expect(training.getByText(/weights in use: bitmixer, from random weights/)).toBeVisible();
  await training.getByRole('button', { name: 'Back to shipped weights' }).click();
  await expect(training.getByText(/weights in use: bitmixer headless/)).toBeVisible();
});

test('a network that training ruined is called that; its old weights stay, and undo goes back to them', async ({
  page,
}) => {
  await page.goto('./#v1/tiny/emoji10/w=4');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Learning rate', { exact: true }).fill('10');
  await training.getByLabel('Images per epoch').fill('300');
  await training.getByLabel('Epochs').fill('2');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(training.getByText('Training took the network down to chance')).toBeVisible();
  await expect(training.getByText(/A learning rate of 10 is probably too high; try 1\./)).toBeVisible();
  await expect(training.getByText('The old weights are in use.')).toBeVisible();
  await training.getByRole('button', { name: 'Use the trained weights' }).click();
  await expect(training.getByText(/weights in use: bitmixer, from the weights before/)).toBeVisible();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(training.getByText(/weights in use: bitmixer headless/)).toBeVisible();
  await expect(training.getByText('The old weights are in use.')).toBeVisible();
});

test('training that was cut off, by a reload or with its engine, goes on; leaving asks; faders that move are noticed', async ({
  page,
}) => {
  await page.goto('./#v1/tiny/emoji10/w=4');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  const line = training.locator('.progress-line');
  await training.getByLabel('Images per epoch').fill('600');
  await training.getByLabel('Epochs').fill('2');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(line).toContainText('images/s');
  await training.getByRole('button', { name: 'Pause' }).click();
  await expect(line).toContainText('paused');
  const stood = await line.textContent();

  // The address keeps up with the faders, also now.
  await page.getByRole('button', { name: '3', exact: true }).press('Enter');
  await expect(page).toHaveURL(/w=3/);
  await expect(training.getByText('training goes on for uniform 4')).toBeVisible();
  await training.getByRole('button', { name: 'Show the bits it trains for' }).click();
  await expect(page).toHaveURL(/w=4/);
  expect(await line.textContent()).toBe(stood);

  let asked = '';
  page.once('dialog', async (dialog) => {
    asked = dialog.type();
    await dialog.accept();
  });
  await page.reload();
  expect(asked).toBe('beforeunload');
  await expect(training.getByText(/Training of Tiny was at step \d+ of 18 when the page closed/)).toBeVisible();
  await training.getByRole('button', { name: 'Resume training' }).click();
  await expect(line).toContainText('images/s');

  // As a lost device says it.
  await page.workers()[0].evaluate(() => {
    const error = { name: 'Error', message: 'The graphics device was lost.' };
    self.postMessage({ id: -1, kind: 'fault', error });
  });
  await page.getByRole('button', { name: 'Restart engine' }).click();
  await expect(training.getByText(/was at step \d+ of 18 when the engine stopped/)).toBeVisible();
  await training.getByRole('button', { name: 'Resume training' }).click();
  await expect(training.getByText(/at uniform 4.* on the same 1,000 validation images/)).toBeVisible();
  await expect(training.getByText(/after 18 steps/)).toBeVisible();
  await expect(training.getByRole('button', { name: 'Resume training' })).toBeHidden();
  // Nothing runs any more: leaving does not ask.
  page.once('dialog', () => {
    throw new Error('Leaving asked without a reason.');
  });
  await page.reload();
  await expect(training).toBeVisible();
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
  await expect(training.getByText('Finished')).toBeVisible();
  await expect(training.getByText(/quantization-aware, the float network's answers/)).toBeVisible();
});
