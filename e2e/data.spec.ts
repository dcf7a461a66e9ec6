// Bad input: the page says what is wrong and what to do, and what was open stays open. Good input opens.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { tarOf } from '../src/data/tarWriter.testing';
import { expect, test } from './test';

const NAMES = [1, 2, 3, 4, 5]
  .map((i) => `cifar-10-batches-bin/data_batch_${i}.bin`)
  .concat('cifar-10-batches-bin/test_batch.bin');

/** Records in CIFAR-10's layout with noise as pixels: enough for a loader. */
function batch(records: number): Uint8Array {
  return Uint8Array.from({ length: records * 3073 }, (_, i) =>
    i % 3073 === 0 ? (i / 3073) % 10 : (i * 2654435761) >>> 24,
  );
}

const archive = (records = 40) => Buffer.from(gzipSync(tarOf(NAMES.map((name) => ({ name, bytes: batch(records) })))));

async function offer(page: Page, files: { name: string; buffer: Buffer }[]) {
  await page.goto('./#v1/tiny/emoji10');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText(/\d %/);
  await page.getByRole('button', { name: /Images/ }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByText('Choose files').click();
  await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: 'application/octet-stream' })));
}

test('an archive in CIFAR-10’s layout opens and is measured', async ({ page }) => {
  await offer(page, [{ name: 'cifar-10-binary.tar.gz', buffer: archive() }]);
  await expect(page.getByRole('button', { name: /Images CIFAR-10/ })).toBeVisible();
  await expect(page.getByText(/measured, n = 40/).first()).toBeVisible();

  // From here on CIFAR-10 is offered; data sets that were never opened are not.
  await page.getByRole('button', { name: /Images/ }).click();
  await expect(page.getByRole('button', { name: 'Use the stored copy' })).toHaveCount(1);
});

test('a truncated archive and a file of another kind are refused with a reason', async ({ page }) => {
  const whole = archive();
  await offer(page, [{ name: 'cifar-10-binary.tar.gz', buffer: whole.subarray(0, whole.length >> 1) }]);
  const message = page.getByRole('dialog').getByRole('alert');
  await expect(message).toContainText(/cut short|truncated|ends/i);
  await expect(message).toContainText('stay as they are');

  const chooser = page.waitForEvent('filechooser');
  await page.getByText('Choose files').click();
  await (await chooser).setFiles([{ name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no data set') }]);
  await expect(message).toContainText('holiday.jpg');
});

/** The smallest possible PNG: one red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);

function pictures(...classes: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pets-'));
  for (const name of classes) {
    mkdirSync(join(folder, name));
    for (let i = 0; i < 8; i++) writeFileSync(join(folder, name, `${i}.png`), PIXEL);
  }
  return folder;
}

async function offerFolder(page: Page, folder: string) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByText('Choose a folder of images').click();
  await (await chooser).setFiles(folder);
}

test('a folder with one class is refused with a reason; one with two opens', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText(/\d %/);
  await page.getByRole('button', { name: /Images/ }).click();
  await offerFolder(page, pictures('cat'));
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText(/class/);
  await offerFolder(page, pictures('cat', 'dog'));
  await expect(page.getByRole('button', { name: /Images 2 classes, 16 pictures/ })).toBeVisible();
  await expect(page.getByText('No pretrained weights for this data set')).toBeVisible();
});
