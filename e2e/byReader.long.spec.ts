// The core tasks of keyboard.spec.ts as a screen reader meets them: everything is found and pressed by role and name, the tree
// of the page has its order, and live regions say each outcome, once.
import type { Page } from '@playwright/test';
import { heard, listen } from './heard';
import { expect, test } from './test';

/** Waits until something has been said, and fails if any text was said twice since the last call. */
async function expectSaid(page: Page, ...wanted: readonly RegExp[]): Promise<void> {
  const said: string[] = [];
  for (const text of wanted)
    await expect
      .poll(
        async () => {
          said.push(...(await heard(page)));
          return said.filter((one) => text.test(one)).length;
        },
        `said: ${text}, of ${said.join(' | ')}`,
      )
      .toBeGreaterThan(0);
  said.push(...(await heard(page)));
  for (const text of wanted)
    expect(
      said.filter((one) => text.test(one)),
      `said of ${text}`,
    ).toHaveLength(1);
  expect(new Set(said).size, said.join(' | ')).toBe(said.length);
}

test('names, roles and order of the desk are what a screen reader needs', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10/w=4');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  await expect(page.locator('body')).toMatchAriaSnapshot(`
    - link "Skip to the desk"
    - banner:
      - heading "fewbits" [level=1]
      - combobox "Network"
      - button /Images/
      - combobox "Quantizer"
      - button "Undo" [disabled]
      - button "Share"
      - button "Export"
    - main:
      - tablist "Views of the desk":
        - tab "Plot" [selected]
      - tabpanel "Plot":
        - region "Accuracy against model size":
          - figure:
            - application /^Arrow keys walk the configs/
      - region "Layers":
        - heading "Layers" [level=2]
        - group "Faders show the bits of":
          - radio "Weights" [checked]
        - button "Presets"
        - switch /Hold/
        - button /conv1/
        - slider "conv1 weight bits"
        - slider "conv2 weight bits"
        - slider "fc weight bits"
      - region "Result":
        - status "Accuracy"
        - status "Model size"
      - tablist "Panels":
        - tab "Images" [selected]
      - tabpanel "Images":
        - region "What changed"
      - region "Status":
        - status "Status"
  `);
  const [fader] = await page.getByRole('slider', { name: 'conv3 weight bits', exact: true }).all();
  await expect(fader).toHaveAttribute('aria-valuetext', /^4 bits, \d+\.\d KB$/);
  await expect(page.getByRole('button', { name: 'Lock conv3' })).toHaveAttribute('aria-pressed', 'false');
});

test('each core task is told to a screen reader, once', async ({ page }) => {
  test.slow();
  await listen(page);
  const fader = (layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const panel = (name: string) => page.getByRole('tabpanel', { name });
  const tab = (name: string) => page.getByRole('tab', { name, exact: true });
  const measured = /Measured: \d+\.\d percent of 2,000 test images\.$/;

  await test.step('1: a layer is given other bits', async () => {
    await page.goto('./#v1/tiny/emoji10');
    await expectSaid(page, measured);
    await fader('conv4').press('3');
    await expectSaid(page, measured);
  });

  await test.step('2: layers are selected and moved together, and what was done is undone', async () => {
    await fader('conv4').press('Shift+ArrowLeft');
    await fader('conv3').press('ArrowDown');
    await expectSaid(page, /Moved along: conv4 3→2\./, measured);
    await button('Undo').press('Enter');
    await expectSaid(page, /Undone: conv3 8→6, conv4 3→2\./, measured);
  });

  await test.step('3: a preset is applied', async () => {
    await button('Presets').press('Enter');
    await page.getByRole('menuitemradio', { name: 'Uniform 4' }).press('Enter');
    await expectSaid(page, measured);
  });

  await test.step('4: a config of the plot is found, pinned and loaded', async () => {
    const plot = page
      .getByRole('region', { name: 'Accuracy against model size', exact: true })
      .getByRole('application');
    await plot.press('Home');
    await plot.press('ArrowRight');
    await expectSaid(page, /Config 1 of \d+\.$/, /Config 2 of \d+\.$/);
    await plot.press('p');
    await expectSaid(page, /pinned as A/);
    await plot.press('Enter');
    await expectSaid(page, measured);
    await plot.press('Escape');
  });

  await test.step('5: a size budget is set, moved and held', async () => {
    await button(/^fits 32 KB/).press('Enter');
    // Sliders say their values themselves.
    const line = page.getByRole('slider', { name: 'Size budget' });
    await expect(line).toBeFocused();
    await expect(line).toHaveAttribute('aria-valuetext', /^32\.0 KB, .* KB to spare$/);
    await line.press('PageDown');
    await expect(line).toHaveAttribute('aria-valuetext', /^16\.0 KB, /);
    // Without it, the focus goes to a chip that sets one.
    await button('Remove the budget').press('Enter');
    await expect(button(/^fits 16 KB/)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(line).toBeFocused();
    await line.press('Delete');
    await expect(button(/^fits 16 KB/)).toBeFocused();
    await page.keyboard.press('Enter');
    await button('Presets').press('Enter');
    await page.getByRole('menuitemradio', { name: 'Uniform 8' }).press('Enter');
    await expectSaid(page, measured);
    await page.getByRole('switch', { name: /^Hold/ }).press('Space');
    await expectSaid(page, /Trimmed to hold the budget: /, measured);
    await fader('conv1').press('l');
    await fader('conv1').press('f');
    await expectSaid(page, /conv1 is locked/);
    await fader('conv1').press('l');
    await page.getByRole('switch', { name: /^Hold/ }).press('Space');
  });

  await test.step('6: why an image flipped', async () => {
    await panel('Images')
      .getByRole('button', { name: /, lost: / })
      .first()
      .press('Enter');
    await expectSaid(page, /Which layers did it: /);
  });

  await test.step('7: training is started, paused, resumed and stopped', async () => {
    await tab('Train').press('Enter');
    const training = panel('Train');
    await training.getByLabel('Epochs').fill('40');
    await training.getByRole('button', { name: 'Start training' }).press('Enter');
    await expectSaid(page, /Training started\./);
    // The focus has stayed on the button.
    await expect(training.getByRole('button', { name: 'Pause' })).toBeFocused();
    await expect(training.getByRole('button', { name: 'Pause' })).toBeEnabled();
    await page.keyboard.press('Enter');
    await expectSaid(page, /Training is paused at step \d+\./);
    await expect(training.getByRole('button', { name: 'Resume' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expectSaid(page, /Training continues from step \d+\./);
    await training.getByRole('button', { name: 'Stop' }).press('Enter');
    await expectSaid(page, /stopped after \d+ steps/);
    await expect(training.getByRole('button', { name: 'Start training' })).toBeFocused();
  });

  await test.step('8: a search is started, and what it found is loaded', async () => {
    await tab('Search').press('Enter');
    await panel('Search').getByRole('button', { name: 'Start search' }).press('Enter');
    await expectSaid(page, /seed 1 started\./, /: done, \d+ measurements\. Best so far: /);
    const found = panel('Search').getByRole('list', { name: 'Runs' }).getByRole('listitem').first();
    await found.getByRole('button', { name: 'Load' }).press('Enter');
    await expectSaid(page, measured);
  });

  await test.step('9: the network is exported, and a link is copied', async () => {
    await button('Export').press('Enter');
    await expect(page.getByRole('dialog', { name: 'Export' }).locator(':focus')).toHaveCount(1);
    await expectSaid(page, /^All files are ready\.$/);
    await page.keyboard.press('Escape');
    await button('Share').press('Enter');
    await button('Copy link').press('Enter');
    await expectSaid(page, /^Link copied\.$/);
    await page.keyboard.press('Escape');
  });

  await test.step('10: a network of one’s own is opened, and what is wrong with a link is an alert', async () => {
    await page.getByRole('combobox', { name: 'Network' }).selectOption('bring');
    const dialog = page.getByRole('dialog', { name: 'Your own network' });
    await dialog.locator('input[type=file]').first().setInputFiles('public/weights/tiny-emoji10.safetensors');
    await expectSaid(page, /^Read: fewbits weights, 5 layers\./, /^All preprocessings are tried\.$/);
    await dialog.getByRole('button', { name: 'Use this network' }).press('Enter');
    await expectSaid(page, /tiny-emoji10.* 5 layers/, measured);
    await page.goto('./#v1/tiny/emoji10/w=99');
    await expectSaid(page, /^Part of the link was not understood/);
  });
});
