// Sample networks, and images in files of data.
import { expect, test } from './test';

/** An IDX file of bytes. */
function idx(dims: readonly number[], byte: (i: number) => number): Buffer {
  const size = dims.reduce((product, d) => product * d, 1);
  const bytes = Buffer.alloc(4 + 4 * dims.length + size);
  bytes.set([0, 0, 8, dims.length]);
  for (const [i, d] of dims.entries()) bytes.writeUInt32BE(d, 4 + 4 * i);
  for (let i = 0; i < size; i++) bytes[4 + 4 * dims.length + i] = byte(i);
  return bytes;
}

test('a sample opens with one click more, its widths on the faders, and asks for no training', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await page.getByLabel('Network', { exact: true }).selectOption('bring');
  const dialog = page.getByRole('dialog', { name: 'Your own network' });
  for (const format of ['ONNX', 'Keras', 'PyTorch', 'safetensors', 'TensorFlow.js', 'TensorFlow Lite'])
    await expect(dialog.getByRole('button', { name: format, exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'TensorFlow Lite', exact: true }).click();
  await dialog.getByRole('button', { name: 'Use this network' }).click();
  await expect(dialog).toBeHidden();
  const accuracy = page.getByRole('status', { name: 'Accuracy' });
  await expect(accuracy).toContainText(/measured, n = 2,000/);
  expect(Number.parseFloat((await accuracy.textContent()) ?? '')).toBeGreaterThan(85);
  await expect(page.getByText('quantization-aware training; expect')).toHaveCount(0);
});

test('MNIST-like files open by their content, and a pair that does not fit is refused', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  await page.getByRole('button', { name: /Images/ }).click();
  const choose = async (files: { name: string; buffer: Buffer }[]) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByText('Choose data files').click();
    await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: '' })));
  };
  const images = { name: 'images', buffer: idx([200, 28, 28], (i) => (i * 31) & 255) };
  await choose([images, { name: 'labels', buffer: idx([199], (i) => i % 10) }]);
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText(
    'images holds 200 images, and labels 199 labels',
  );
  await choose([images, { name: 'labels', buffer: idx([200], (i) => i % 10) }]);
  await expect(page.getByRole('button', { name: /Images IDX, 10 classes, 200 images/ })).toBeVisible();
});
