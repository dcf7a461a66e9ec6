// The plot by keys and pointer: configs are walked, loaded and pinned; zoom and pan; the budget is set, moved, undone and removed; the plot is
// exported as a picture, a drawing and a table.
import { readFileSync } from 'node:fs';
import { expect, test } from './test';

test('arrow keys walk the configs of the plot and say each; Enter loads one, Escape leaves', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  await plot.getByRole('application').focus();
  const spoken = plot.locator('[aria-live=polite]');
  const first = /^.+, [\d.]+ % .+ KB, precomputed, n = [\d,]+ test images\. Config 1 of \d+\.$/;
  // Until precomputed configs are here, there is none to walk to.
  await expect(async () => {
    await page.keyboard.press('Home');
    await expect(spoken).toContainText(first, { timeout: 1000 });
  }).toPass();
  await page.keyboard.press('ArrowRight');
  await expect(spoken).toContainText(/Config 2 of/);
  const size = /([\d.]+ KB)/.exec((await spoken.textContent()) ?? '')?.[1] as string;
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status', { name: /^(Model size|Memory)$/ })).toContainText(size.replace(' KB', ''));
  await page.keyboard.press('Escape');
  await expect(spoken).toBeEmpty();
});

test('P pins the config in focus; a letter marks it on the plot', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  await plot.getByRole('application').focus();
  await expect(async () => {
    await page.keyboard.press('Home');
    await expect(plot.locator('[aria-live=polite]')).toContainText('Config 1 of', { timeout: 1000 });
  }).toPass();
  await page.keyboard.press('p');
  await expect(page).toHaveURL(/pins=/);
  await expect(plot.locator('[aria-live=polite]')).toContainText('pinned as A');
  await expect(plot.locator('figure svg').first().getByText('A', { exact: true })).toBeAttached();
});

test('the plot is zoomed and panned by keys, wheel and brush; “Top” shows everything again', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  const figure = plot.getByRole('figure');
  const layer = plot.getByRole('application');
  /** Sizes at the ends, in KB. */
  const across = async () => {
    const [, from, to] =
      /Across: ([\d.]+) KB to ([\d.]+) KB/.exec((await figure.getAttribute('aria-label')) ?? '') ?? [];
    return { from: Number(from), to: Number(to), factor: Number(to) / Number(from) };
  };
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  const home = await across();
  const range = page.getByRole('group', { name: 'Range of accuracy' });

  await layer.focus();
  await page.keyboard.press('+');
  await expect(range.getByRole('radio', { name: 'Zoom' })).toBeChecked();
  const nearer = await across();
  expect(nearer.factor).toBeLessThan(home.factor);
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await across()).from).toBeGreaterThan(nearer.from);
  await page.keyboard.press('0');
  expect(await across()).toEqual(home);
  await expect(range.getByRole('radio', { name: 'Zoom' })).toHaveCount(0);

  const box = await layer.boundingBox();
  if (box === null) throw new Error('the plot has no place');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -300);
  await expect.poll(async () => (await across()).factor).toBeLessThan(home.factor);
  await range.getByRole('radio', { name: 'Top' }).check();
  expect(await across()).toEqual(home);

  const before = page.url();
  await page.mouse.move(x, y - 60);
  await page.mouse.down();
  await page.mouse.move(x + 120, y + 20, { steps: 4 });
  await page.mouse.up();
  const brushed = await across();
  expect(brushed.factor).toBeLessThan(1.3);
  // A drag loads nothing, wherever it ends.
  expect(page.url()).toBe(before);
  await page.keyboard.down('Shift');
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 80, y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  expect((await across()).from).toBeGreaterThan(brushed.from);
  expect((await across()).factor).toBeCloseTo(brushed.factor, 1);
});

test('the budget is set by a chip, moved by keys and drag, undone, in the link, and removed', async ({ page }) => {
  await page.goto('./');
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  await plot.getByRole('button', { name: /^fits 64 KB/ }).click();
  const line = plot.getByRole('slider', { name: 'Size budget' });
  await expect(line).toHaveAttribute('aria-valuetext', /^64\.0 KB, 17\.\d KB over$/);
  await expect(page).toHaveURL(/fits=64KB/);
  await line.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(line).toHaveAttribute('aria-valuenow', '63');
  const box = await line.boundingBox();
  if (box === null) throw new Error('the line has no place');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 120, box.y + 8, { steps: 8 });
  await page.mouse.up();
  const dragged = Number(await line.getAttribute('aria-valuenow'));
  expect(dragged).toBeLessThan(60);
  await page.keyboard.press('Control+z');
  await expect(line).toHaveAttribute('aria-valuenow', '63');
  await line.press('Delete');
  await expect(line).toHaveCount(0);
});

test('the plot is exported as PNG, SVG without classes or variables, and CSV with a line per config', async ({
  page,
}) => {
  await page.goto('./#v1/resnet8/emoji10/fits=64KB');
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  await expect(plot.getByRole('slider', { name: 'Size budget' })).toBeVisible();
  async function exported(choice: string): Promise<Buffer> {
    await page.getByRole('button', { name: 'Export plot' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: choice, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^fewbits-resnet8-emoji10\./);
    return readFileSync(await download.path());
  }
  const svg = (await exported('Drawing (SVG)')).toString();
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).toContain('Pareto front');
  expect(svg).toContain('over budget');
  expect(svg).not.toMatch(/class=|var\(|light-dark/);
  // Drawn alone, it is a picture: what loads it finds no error.
  const box = await page.evaluate(async (text) => {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  }, svg);
  const png = await exported('Picture (PNG)');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(box.map((side) => 2 * side));
  const rows = (await exported('Configs (CSV)')).toString().trim().split('\n');
  expect(rows[0]).toMatch(/^config,method,source,split,n,accuracy_percent/);
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.slice(1).every((row) => /,(precomputed,test,1000|measured,test,\d+|estimated,,),/.test(row))).toBe(true);
});
