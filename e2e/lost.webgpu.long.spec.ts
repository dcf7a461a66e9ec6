// A WebGPU device that is lost while measuring and training, by `destroy()` or with the GPU process: the page says so
// at once, a button restarts the engine, and the results are the same as without the loss. On the software adapter,
// with few images.
import { gzipSync } from 'node:zlib';
import { expect, type Page, test } from '@playwright/test';
import { tarOf } from '../src/data/tarWriter.testing';
import { choosePreset } from './preset';
import { openTab } from './tabs';

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const training = (page: Page) => page.getByRole('region', { name: 'Training', exact: true });
/** The step number in a text; 0 if there is none. */
const stepIn = (text: string | null) => Number(/step ([\d,]+) of/.exec(text ?? '')?.[1].replace(',', '') ?? 0);
const line = (page: Page) =>
  training(page)
    .getByRole('paragraph')
    .filter({ has: page.getByRole('progressbar', { name: 'Training steps' }) });

/** CIFAR-10 with 20 noise pictures per file: nothing is learned, and a measurement takes seconds. */
function fewPictures(): Buffer {
  const files = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'];
  const bytes = Uint8Array.from({ length: 20 * 3073 }, (_, i) =>
    i % 3073 === 0 ? (i / 3073) % 10 : (i * 2654435761) >>> 24,
  );
  return Buffer.from(gzipSync(tarOf(files.map((name) => ({ name: `cifar-10-batches-bin/${name}.bin`, bytes })))));
}

/** The page on WebGPU with few images; keeps its devices so that the test can destroy them. */
async function open(page: Page): Promise<void> {
  await page.route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch();
    const kept = `{
      const devices = (globalThis.devices = []);
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...args) {
        const device = await requestDevice.apply(this, args);
        devices.push(device);
        return device;
      };
    }`;
    await route.fulfill({ response, body: `${kept}\n${await response.text()}` });
  });
  await page.goto('./?backend=webgpu#v1/tiny/emoji10/w=4');
  const status = page.getByRole('region', { name: 'Status', exact: true });
  await expect(status.locator('b', { hasText: /^webgpu/ })).toBeVisible({ timeout: 10 * 60_000 });
  await page.getByRole('button', { name: /^Images/ }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByText('Choose files').click();
  const buffer = fewPictures();
  await (await chooser).setFiles({ name: 'cifar-10-binary.tar.gz', mimeType: 'application/gzip', buffer });
  await measured(page);
}
const measured = (page: Page) => expect(accuracy(page)).toContainText('measured, n = 20', { timeout: 10 * 60_000 });

/** Starts a training that takes a while, and waits until it is saved. */
async function trainLong(page: Page): Promise<void> {
  await openTab(page, 'Train');
  await training(page).getByLabel('Epochs').fill('200');
  await training(page).getByLabel('Images per epoch').fill('64');
  await training(page).getByLabel('Batch size (images)').fill('8');
  await training(page).getByRole('button', { name: 'Start training' }).click();
  await expect(line(page)).toContainText(/step \d+ of 1,600/, { timeout: 10 * 60_000 });
}

const LOSSES = {
  'its device destroyed': (page: Page) =>
    page.workers()[0].evaluate(() => {
      for (const device of (globalThis as unknown as { devices: GPUDevice[] }).devices) device.destroy();
    }),
  'the process of the GPU crashed': async (page: Page) => {
    const browser = await page.context().browser()?.newBrowserCDPSession();
    await browser?.send('Browser.crashGpuProcess');
  },
};

for (const [what, lose] of Object.entries(LOSSES))
  test(`WebGPU, ${what}: reported within ten seconds; measuring and training continue after a restart`, async ({
    page,
  }) => {
    await open(page);
    const fault = page.getByRole('alert').filter({ hasText: 'the GPU (WebGPU) was lost' });
    const said = () => expect(fault.getByRole('button', { name: 'Restart engine' })).toBeVisible({ timeout: 10_000 });

    // Chromium denies the GPU to pages after a second crash.
    if (what === 'its device destroyed') {
      const before = (await accuracy(page).textContent()) as string;
      await choosePreset(page, 'Uniform 8');
      await lose(page);
      await said();
      await expect(fault.getByRole('button', { name: 'Restart without the GPU' })).toBeVisible();
      await fault.getByRole('button', { name: 'Restart engine' }).click();
      await measured(page);
      await choosePreset(page, 'Uniform 4');
      await measured(page);
      expect(await accuracy(page).textContent()).toBe(before);
    }

    await trainLong(page);
    await lose(page);
    await said();
    await fault.getByRole('button', { name: 'Restart engine' }).click();
    const cut = training(page).getByText(/was at step \d+ of 1,600 when the engine stopped/);
    await expect(cut).toBeVisible({ timeout: 10 * 60_000 });
    const kept = stepIn(await cut.textContent());
    await training(page).getByRole('button', { name: 'Resume training' }).click();
    await expect
      .poll(async () => stepIn(await line(page).textContent()), { timeout: 10 * 60_000 })
      .toBeGreaterThan(kept);
    await training(page).getByRole('button', { name: 'Stop' }).click();
    await expect(training(page).getByText(/after \d+ steps/)).toBeVisible({ timeout: 10 * 60_000 });
    await expect(fault).toHaveCount(0);
  });
