// Training that is interrupted: by a reload, and with its engine.
import { choosePreset } from './preset';
import { expect, test } from './test';

test('training interrupted by a reload or an engine failure resumes; leaving asks first; moved faders are noticed', async ({
  page,
}) => {
  await page.goto('./#v1/tiny/emoji10/w=4/tab=train');
  const training = page.getByRole('region', { name: 'Training', exact: true });
  const line = training
    .getByRole('paragraph')
    .filter({ has: page.getByRole('progressbar', { name: 'Training steps' }) });
  await training.getByLabel('Images per epoch').fill('600');
  await training.getByLabel('Epochs').fill('2');
  await training.getByRole('button', { name: 'Start training' }).click();
  await expect(line).toContainText('images/s');
  await training.getByRole('button', { name: 'Pause' }).click();
  await expect(line).toContainText('paused');
  const stood = await line.textContent();

  // The address follows the faders during training too.
  await choosePreset(page, 'Uniform 3');
  await expect(page).toHaveURL(/w=3/);
  await expect(training.getByText('it continues for uniform 4')).toBeVisible();
  await training.getByRole('button', { name: 'Show the bits in training' }).click();
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

  // The message of a lost device.
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
  // Nothing is running: leaving does not ask.
  page.once('dialog', () => {
    throw new Error('Leaving asked without a reason.');
  });
  await page.reload();
  await expect(training).toBeVisible();
});
