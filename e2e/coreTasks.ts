// The core tasks by keyboard alone: nothing is clicked, and nothing is focused but by Tab, arrow keys and the palette.
import type { Page } from '@playwright/test';
import { run, tabTo } from './keys';
import { expect, test } from './test';

/** Does all of them on the page at an address, which opens Tiny with its shipped images. */
export async function doCoreTasks(page: Page, address: string): Promise<void> {
  const fader = (layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const accuracy = page.getByRole('status', { name: 'Accuracy' });
  const panel = (name: string) => page.getByRole('tabpanel', { name });
  const bits = (layer: string, wanted: string) =>
    expect(fader(layer)).toHaveAttribute('aria-valuetext', new RegExp(`^${wanted}`));

  await test.step('1: a layer is given other bits', async () => {
    await page.goto(address);
    await expect(accuracy).toContainText('measured, n = 2,000');
    await tabTo(page, fader('conv1'));
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', '4', 'ArrowDown']) await page.keyboard.press(key);
    await bits('conv4', '3 bits');
    await expect(accuracy).toContainText('measured, n = 2,000');
  });

  await test.step('2: layers are selected and moved together, and what was done is undone', async () => {
    for (const key of ['Shift+ArrowLeft', 'ArrowDown']) await page.keyboard.press(key);
    await bits('conv3', '6 bits');
    await bits('conv4', '2 bits');
    await page.keyboard.press('ControlOrMeta+z');
    await bits('conv4', '3 bits');
    await bits('conv3', '8 bits');
    await page.keyboard.press('Escape');
  });

  await test.step('3: a preset is applied', async () => {
    await tabTo(page, button('Presets'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByRole('menuitemradio', { name: 'Uniform 4' }), 'ArrowDown');
    await page.keyboard.press('Enter');
    await bits('conv1', '4 bits');
  });

  await test.step('4: a config of the plot is found, pinned and loaded', async () => {
    const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
    await tabTo(page, plot.getByRole('application'), 'Shift+Tab');
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'p', 'Enter']) await page.keyboard.press(key);
    await expect(plot.locator('[aria-live=polite]')).toContainText('pinned as A');
    await expect(page).toHaveURL(/pins=/);
    for (const key of ['+', '0', 'Escape']) await page.keyboard.press(key);
  });

  await test.step('5: a size budget is set, moved and held', async () => {
    await tabTo(page, button(/^fits 32 KB/));
    await page.keyboard.press('Enter');
    const line = page.getByRole('slider', { name: 'Size budget' });
    await tabTo(page, line);
    await page.keyboard.press('PageDown');
    await expect(line).toHaveAttribute('aria-valuenow', '16');
    const hold = page.getByRole('switch', { name: /^Hold/ });
    await tabTo(page, hold);
    await page.keyboard.press('Space');
    await expect(hold).toBeChecked();
    await page.keyboard.press('Space');
    await expect(hold).not.toBeChecked();
  });

  await test.step('6: why an image flipped', async () => {
    await run(page, 'Show Images');
    await expect(accuracy).toContainText('measured, n = 2,000');
    await tabTo(
      page,
      panel('Images')
        .getByRole('button', { name: /, lost: / })
        .first(),
    );
    await page.keyboard.press('Enter');
    const culprits = panel('Images').getByRole('region', { name: 'Which layers did it?' });
    await expect(culprits.getByRole('button', { name: /: \d+\.\d\d logits/ }).first()).toBeVisible();
  });

  await test.step('7: training is started, paused, resumed and stopped', async () => {
    await run(page, 'Show Train');
    const training = panel('Train');
    await tabTo(page, training.getByRole('button', { name: 'Start training' }));
    await page.keyboard.press('Enter');
    await tabTo(page, training.getByRole('button', { name: 'Pause' }));
    await expect(training.getByRole('button', { name: 'Pause' })).toBeEnabled();
    await page.keyboard.press('Enter');
    await expect(training.getByText(/paused/)).toBeVisible();
    await tabTo(page, training.getByRole('button', { name: 'Resume' }));
    await page.keyboard.press('Enter');
    await expect(training.getByRole('button', { name: 'Pause' })).toBeEnabled();
    await tabTo(page, training.getByRole('button', { name: 'Stop' }));
    await page.keyboard.press('Enter');
    await expect(training.getByRole('button', { name: 'Start training' })).toBeVisible();
  });

  await test.step('8: a search is started, and what it found is loaded', async () => {
    await run(page, 'Show Search');
    await tabTo(page, panel('Search').getByRole('button', { name: 'Start search' }));
    await page.keyboard.press('Enter');
    const found = panel('Search').getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
    await expect(found.getByText('done')).toBeVisible();
    const size = /Picked ([\d.]+ KB)/.exec((await found.textContent()) ?? '')?.[1] as string;
    await tabTo(page, found.getByRole('button', { name: 'Load' }));
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status', { name: 'Model size' })).toContainText(size.replace(' KB', ''));
  });

  await test.step('9: the network is exported, and a link is copied', async () => {
    await run(page, 'Export');
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await tabTo(page, dialog.getByRole('link', { name: /\.onnx/ }).first());
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toMatch(/\.onnx$/);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await tabTo(page, button('Share'));
    await page.keyboard.press('Enter');
    const share = page.getByRole('dialog', { name: 'Share' });
    await tabTo(page, share.getByRole('button', { name: 'Copy link' }));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(share).toBeHidden();
  });

  await test.step('10: a network of one’s own is opened', async () => {
    await run(page, 'Open your own');
    const dialog = page.getByRole('dialog', { name: 'Your own network' });
    await tabTo(page, dialog.locator('input[type=file]').first());
    // Once in a while none opened, and the test waited for a quarter of an hour; a person presses again.
    await expect(async () => {
      const opened = page.waitForEvent('filechooser', { timeout: 5000 });
      await page.keyboard.press('Enter');
      await (await opened).setFiles('public/weights/tiny-emoji10.safetensors');
    }).toPass();
    const use = dialog.getByRole('button', { name: 'Use this network' });
    await expect(use).toBeEnabled();
    await tabTo(page, use);
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    await expect(accuracy).toContainText('measured, n = 2,000');
  });
}
