// Import and export: an ONNX file that other programs can read is dropped, its card appears, and it is used and
// measures the same. A file that is not a network is refused with an explanation. The network is there after a reload,
// and gone once removed. A packed file is as large as the page says.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { inspectFiles } from '../src/formats/import/readers';
import { safetensorsEntries } from '../src/formats/safetensors';
import { packedCard } from '../src/formats/unpack';
import { expect, test } from './test';
import { tinyOnnx } from './tinyOnnx';

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
const measured = (page: Page) => expect(accuracy(page)).toContainText('measured, n = 2,000');
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Your own network' });

async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  const data = await page.evaluateHandle(
    ([path, text]) => {
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], path));
      return transfer;
    },
    [name, content.toString('base64')],
  );
  await page.getByRole('main').dispatchEvent('drop', { dataTransfer: data });
}

test('a file dropped before the images are open is read, and used once they are', { tag: '@long' }, async ({
  page,
}) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/sprites.bin', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('./#v1/tiny/emoji10/w=4');
  await drop(page, 'early.onnx', tinyOnnx(4));
  await expect(dialog(page)).toContainText('ONNX, fewbits');
  release();
  await dialog(page).getByRole('button', { name: 'Use this network' }).click();
  await expect(page.getByLabel('Network', { exact: true })).toHaveValue('own-early');
  await measured(page);
});

test('a dropped ONNX file becomes the network in use and is there after a reload', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=4');
  await measured(page);
  const shipped = await accuracy(page).textContent();

  await drop(page, 'pets of mine.onnx', tinyOnnx(4));
  const card = dialog(page);
  await expect(card).toContainText('ONNX, fewbits');
  const use = card.getByRole('button', { name: 'Use this network' });
  await expect(use).toBeEnabled();
  await expect(card.getByRole('radio', { name: /RGB: 8\d/ }).first()).toBeVisible();
  await expect(card).toContainText('The file includes its bit widths, its quantizer, its preprocessing.');
  await expect(card.getByRole('radio', { name: /^As the file says, RGB/ })).toBeChecked();
  await use.click();
  await expect(card).toBeHidden();
  await expect(page.getByLabel('Network', { exact: true })).toHaveValue('own-pets-of-mine');
  for (const layer of ['conv1', 'conv2', 'conv3', 'conv4', 'fc'])
    await expect(page.getByRole('slider', { name: `${layer} weight bits`, exact: true })).toHaveAttribute(
      'aria-valuetext',
      /4 bits/,
    );
  await measured(page);
  expect(await accuracy(page).textContent()).toBe(shipped);

  await page.reload();
  await expect(page.getByLabel('Network', { exact: true })).toHaveValue('own-pets-of-mine');
  await measured(page);
  expect(await accuracy(page).textContent()).toBe(shipped);

  await page.getByLabel('Network', { exact: true }).selectOption('bring');
  await card.getByRole('button', { name: 'Remove pets of mine' }).click();
  await card.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByLabel('Network', { exact: true })).toHaveValue('resnet8');
  await expect(card).not.toContainText('pets of mine');
});

test('a file that is not a network is refused with a reason, and the page stays as it was', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=4');
  await measured(page);
  const before = await accuracy(page).textContent();
  await drop(page, 'notes.txt', Buffer.from('Dear diary'));
  const alert = dialog(page).getByRole('alert');
  await expect(alert).toContainText('notes.txt');
  await expect(alert).toContainText('What to do');
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  expect(await accuracy(page).textContent()).toBe(before);
  await expect(page.getByLabel('Network', { exact: true })).toHaveValue('tiny');
});

test('the saved packed file has the size on the page and reads back as the policy on the faders', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=84442');
  await measured(page);
  const memory = await page.getByRole('status', { name: 'Model size' }).getAttribute('aria-description');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const save = page.getByRole('dialog', { name: 'Export' });
  await expect(save).toContainText('of 2,000 test images');
  const packed = save.getByRole('link', { name: /packed\.safetensors/ });
  await expect(packed).toContainText(memory as string);
  const download = page.waitForEvent('download');
  await packed.click();
  const file = readFileSync(await (await download).path());
  expect(`${file.length.toLocaleString('en-US')} bytes`).toBe(memory);
  const bits = packedCard(safetensorsEntries(file).metadata).layers;
  expect([...bits.values()].map((layer) => layer.weights)).toEqual([8, 4, 4, 4, 2]);
  await expect(save.getByRole('link')).toHaveCount(16);
  await expect(save.getByRole('alert')).toHaveCount(0);
  await save.getByRole('checkbox', { name: /2-bit containers/ }).check();
  await expect(save.getByRole('listitem', { name: 'ONNX', exact: true }).getByRole('link')).toHaveCount(1);
});

test('ONNX with scales inside the rounding nodes is a different file that reads back as the same policy', {
  tag: '@long',
}, async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=4/a=f8888');
  await measured(page);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const row = page.getByRole('dialog', { name: 'Export' }).getByRole('listitem', { name: 'ONNX', exact: true });
  const read = async () => {
    const download = page.waitForEvent('download');
    await row.getByRole('link').click();
    const bytes = new Uint8Array(readFileSync(await (await download).path()));
    return inspectFiles([{ name: 'saved.onnx', bytes }]);
  };
  const beside = await read();
  expect(beside.operations.has('Mul')).toBe(true);
  const link = await row.getByRole('link').allTextContents();
  await row.getByRole('checkbox', { name: /^Scales inside the rounding nodes/ }).check();
  await expect.poll(() => row.getByRole('link').allTextContents()).not.toEqual(link);
  await expect(row.getByRole('link')).toHaveCount(1);
  const inside = await read();
  expect(inside.operations.has('Mul')).toBe(false);
  expect(inside.setting?.policy).toEqual(beside.setting?.policy);
  expect(Object.values(inside.setting?.policy ?? {}).map(({ activations }) => activations)).toEqual([32, 8, 8, 8, 8]);
});
