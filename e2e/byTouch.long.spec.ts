// The core tasks of keyboard.spec.ts by fingers alone on a phone: every control that is used is as large as a finger needs,
// and nothing is changed by a finger that scrolls.
import type { Locator, Page } from '@playwright/test';
import { drag, tap } from './fingers';
import { expect, test } from './test';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

const fader = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
/** The stop of a layer, which assistive technology need not know: the slider is over it. */
const stop = (page: Page, layer: string, bits: string) =>
  page.locator(`[data-fader="${layer}"]`).getByText(bits, { exact: true });
const bits = (page: Page, layer: string, wanted: string) =>
  expect(fader(page, layer)).toHaveAttribute('aria-valuetext', new RegExp(`^${wanted}`));
const button = (within: Page | Locator, name: string | RegExp) =>
  within.getByRole('button', { name, exact: true }).filter({ visible: true });
const show = (page: Page, view: string) =>
  tap(page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }));
const scrolled = (page: Page) => page.evaluate(() => scrollY);

test('bits, groups, plot, budget, images, training, search, export, sharing and a network by touch', async ({
  page,
}) => {
  test.slow();
  const accuracy = page.getByRole('status', { name: 'Accuracy' });
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  const panel = (name: string) => page.getByRole('tabpanel', { name });

  await test.step('1: a layer is given other bits, and a finger that scrolls gives none', async () => {
    await page.goto('./#v1/tiny/emoji10');
    await expect(accuracy).toContainText('measured, n = 2,000');
    await drag(page, stop(page, 'conv4', '2'), [4, -300]);
    await expect.poll(() => scrolled(page)).toBeGreaterThan(100);
    await bits(page, 'conv4', '8 bits');
    await drag(page, stop(page, 'conv3', '2'), [-2, 300]);
    // The text above may have become a line longer meanwhile.
    await expect.poll(() => scrolled(page)).toBeLessThan(40);
    await bits(page, 'conv3', '8 bits');
    await tap(stop(page, 'conv4', '3'));
    await bits(page, 'conv4', '3 bits');
    await expect(accuracy).toContainText('measured, n = 2,000');
  });

  await test.step('2: layers are selected and moved together, and what was done is undone', async () => {
    await tap(button(page, 'Select more'));
    await tap(button(page, 'conv3'));
    await expect(button(page, 'conv4')).toHaveAttribute('aria-pressed', 'true');
    await tap(stop(page, 'conv4', '2'));
    await bits(page, 'conv4', '2 bits');
    await bits(page, 'conv3', '6 bits');
    await tap(button(page, 'Undo'));
    await bits(page, 'conv4', '3 bits');
    await bits(page, 'conv3', '8 bits');
    await tap(button(page, 'Selection: 2 layers'));
    await tap(page.getByRole('menuitem', { name: 'Clear selection' }));
    await expect(button(page, 'conv4')).toHaveAttribute('aria-pressed', 'false');
  });

  await test.step('3: a preset is applied', async () => {
    await tap(button(page, 'Presets'));
    await tap(page.getByRole('menuitemradio', { name: 'Uniform 4' }));
    await bits(page, 'conv1', '4 bits');
  });

  await test.step('4: a config of the plot is found, pinned and loaded', async () => {
    await show(page, 'Plot');
    await expect(accuracy).toContainText('measured, n = 2,000');
    const word = await plot.locator('figure svg').first().getByText('uniform 6', { exact: true }).boundingBox();
    if (word === null) throw new Error('uniform 6 is not named');
    await page.touchscreen.tap(word.x, word.y);
    await tap(button(plot, 'Pin'));
    await expect(plot.getByText('pinned as A', { exact: true })).toBeVisible();
    await expect(page).toHaveURL(/pins=/);
    await tap(button(plot, 'Load'));
    await show(page, 'Tune');
    await tap(button(page, 'Presets'));
    await expect(page.getByRole('menuitem', { name: /^Pinned as A/ })).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('5: a size budget is set, moved and held, and not by a finger that scrolls', async () => {
    await show(page, 'Plot');
    await tap(button(plot, /^fits 16 KB/));
    const line = page.getByRole('slider', { name: 'Size budget' });
    await expect(line).toHaveAttribute('aria-valuenow', '16');
    await drag(page, line, [0, -120]);
    await expect(line).toHaveAttribute('aria-valuenow', '16');
    await drag(page, line, [90, 0]);
    await expect.poll(async () => Number(await line.getAttribute('aria-valuenow'))).toBeGreaterThan(18);
    await show(page, 'Tune');
    const hold = page.getByRole('switch', { name: /^Hold/ });
    await tap(hold);
    await expect(hold).toBeChecked();
    await tap(hold);
    await expect(hold).not.toBeChecked();
    await show(page, 'Plot');
    await tap(button(plot, 'Remove the budget'));
    await expect(line).toHaveCount(0);
  });

  await test.step('6: why an image flipped', async () => {
    await show(page, 'Tune');
    await tap(stop(page, 'conv2', '2'));
    await show(page, 'Images');
    await tap(
      panel('Images')
        .getByRole('button', { name: /, lost: / })
        .first(),
    );
    const culprits = panel('Images').getByRole('region', { name: 'Which layers did it?' });
    await expect(culprits.getByRole('button', { name: /: \d+\.\d\d logits/ }).first()).toBeVisible();
  });

  await test.step('7: training is started, paused, resumed and stopped', async () => {
    await show(page, 'Search');
    await tap(page.getByRole('tab', { name: 'Train' }));
    const training = panel('Train');
    await tap(button(training, 'Start training'));
    await tap(button(training, 'Pause'));
    await expect(training.getByText(/paused/)).toBeVisible();
    await tap(button(training, 'Resume'));
    await expect(button(training, 'Pause')).toBeEnabled();
    await tap(button(training, 'Stop'));
    await expect(button(training, 'Start training')).toBeVisible();
  });

  await test.step('8: a search is started, and what it found is loaded', async () => {
    await tap(page.getByRole('tab', { name: 'Search' }));
    await tap(button(panel('Search'), 'Start search'));
    const found = panel('Search').getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
    await expect(found.getByText('done')).toBeVisible();
    const size = /Picked ([\d.]+) KB/.exec((await found.textContent()) ?? '')?.[1] as string;
    await tap(button(found, 'Load'));
    await expect(page.getByRole('status', { name: 'Model size' })).toContainText(size);
  });

  await test.step('9: the network is exported, and a link is copied', async () => {
    await tap(button(page, 'Setup'));
    await tap(button(page, 'Export'));
    const dialog = page.getByRole('dialog', { name: 'Export' });
    const file = dialog.getByRole('link', { name: /\.onnx/ }).first();
    await expect(file).toBeVisible();
    const [download] = await Promise.all([page.waitForEvent('download'), tap(file)]);
    expect(download.suggestedFilename()).toMatch(/\.onnx$/);
    await tap(button(dialog, 'Close'));
    await expect(dialog).toBeHidden();
    await tap(button(page, 'Share'));
    const share = page.getByRole('dialog', { name: 'Share' });
    await tap(button(share, 'Copy link'));
    await tap(button(share, 'Close'));
    await expect(share).toBeHidden();
  });

  await test.step('10: a network of one’s own is opened', async () => {
    // The list itself is the device's.
    await page.getByRole('combobox', { name: 'Network' }).selectOption('bring');
    const dialog = page.getByRole('dialog', { name: 'Your own network' });
    const chooser = page.waitForEvent('filechooser');
    await tap(dialog.locator('input[type=file]').first());
    await (await chooser).setFiles('public/weights/tiny-emoji10.safetensors');
    await tap(button(dialog, 'Use this network'));
    await expect(dialog).toBeHidden();
    await expect(accuracy).toContainText('measured, n = 2,000');
  });
});
