// The controls of the page, each once: role, name and value, keys, visible focus and where it moves.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './test';

/** Checks that an element has focus and shows it, itself or on what is drawn for it. */
async function expectFocusSeen(control: Locator, drawn = control): Promise<void> {
  await expect(control).toBeFocused();
  await expect(drawn).not.toHaveCSS('outline-style', 'none');
}

/** The value of a control after each of some keys. */
async function afterKeys(control: Locator, keys: readonly string[], says: (control: Locator) => Promise<unknown>) {
  const said: unknown[] = [];
  for (const key of keys) {
    await control.press(key);
    said.push(await says(control));
  }
  return said;
}

const valueIn = (control: Locator) => control.inputValue();
const bitsOf = async (fader: Locator) =>
  /^(\d+ bits?|float)/.exec((await fader.getAttribute('aria-valuetext')) ?? '')?.[0];
const focused = (page: Page) => page.locator(':focus');

test('faders, fields, selects, choices, toggles, menus, tooltips, popovers, dialogs and tabs work by keyboard', async ({
  page,
}) => {
  await page.goto('./#v1/tiny/emoji10/w=4');

  await test.step('a fader is a slider over the widths, and the rack is one tab stop', async () => {
    const fader = page.getByRole('slider', { name: 'conv3 weight bits', exact: true });
    await fader.focus();
    expect(await bitsOf(fader)).toBe('4 bits');
    const arrows = ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'End', 'Home', 'f', '5'];
    expect(await afterKeys(fader, arrows, bitsOf)).toEqual([
      '5 bits',
      '4 bits',
      '6 bits',
      '4 bits',
      'float',
      '1 bit',
      'float',
      '5 bits',
    ]);
    await expect(fader).toHaveAttribute('aria-orientation', 'vertical');
    await expectFocusSeen(fader, fader.locator('..').getByText('5', { exact: true }));
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('slider', { name: 'conv4 weight bits' })).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect(fader).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(page.locator('[data-rack] :focus')).toHaveCount(0);
    await page.keyboard.press('Shift+Tab');
    await expect(fader).toBeFocused();
  });

  await test.step('tabs are one stop, and arrows, Home and End select', async () => {
    const tabs = page.getByRole('tablist', { name: 'Panels' });
    const tab = (name: string) => tabs.getByRole('tab', { name });
    await expect(tab('Images')).toHaveAttribute('aria-selected', 'true');
    await tab('Images').focus();
    const walked = await afterKeys(
      page.locator(':focus'),
      ['ArrowRight', 'End', 'ArrowRight', 'ArrowLeft', 'Home'],
      () => focused(page).textContent(),
    );
    expect(walked).toEqual(['Layer', 'Learn', 'Images', 'Learn', 'Images']);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expectFocusSeen(tab('Train'));
    await expect(tab('Train')).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('tabpanel', { name: 'Train' })).toBeVisible();
    await expect(tabs.locator('[tabindex="0"]')).toHaveCount(1);
  });

  await test.step('a tooltip comes with the focus, is a description, and goes with Escape', async () => {
    const undo = page.getByRole('button', { name: 'Undo', exact: true });
    await expect(undo).toHaveAccessibleDescription('Undo (Ctrl+Z)');
    await page.getByRole('button', { name: 'Improve rounding' }).focus();
    await page.keyboard.press('Tab');
    await expectFocusSeen(undo);
    const tooltip = page.getByRole('tooltip');
    await expect(tooltip).toHaveText('Undo (Ctrl+Z)');
    const [button, words] = [await undo.boundingBox(), await tooltip.boundingBox()];
    expect((words?.y ?? 0) - (button?.y ?? 0) - (button?.height ?? 0)).toBeCloseTo(6, 0);
    await page.keyboard.press('Escape');
    await expect(tooltip).toBeHidden();
    await expect(undo).toBeFocused();
    await expect(async () => {
      await page.mouse.move(0, 0);
      await undo.hover();
      await expect(tooltip).toBeVisible({ timeout: 2000 });
    }).toPass();
    await page.mouse.move(0, 0);
    await expect(tooltip).toBeHidden();
  });

  await test.step('a menu opens on what is in force, is walked by arrows, and gives the focus back', async () => {
    const button = page.getByRole('button', { name: 'Theme: auto' });
    const menu = page.getByRole('menu', { name: 'Theme' });
    const item = (name: string) => menu.getByRole('menuitemradio', { name });
    await expect(button).toHaveAttribute('aria-haspopup', 'menu');
    await button.press('Enter');
    await expect(button).toHaveAttribute('aria-expanded', 'true');
    await expectFocusSeen(item('auto'));
    await expect(item('auto')).toBeChecked();
    const walked = await afterKeys(menu, ['ArrowUp', 'ArrowDown', 'ArrowDown', 'End', 'Home', 'd'], () =>
      focused(page).textContent(),
    );
    expect(walked).toEqual(['dark', 'auto', 'light', 'dark', 'auto', 'dark']);
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
    await expectFocusSeen(button);
    await expect(button).toHaveAttribute('aria-expanded', 'false');
    await button.press('ArrowDown');
    await expectFocusSeen(item('auto'));
    await page.keyboard.press('l');
    await page.keyboard.press('Space');
    await expect(menu).toBeHidden();
    await expectFocusSeen(page.getByRole('button', { name: 'Theme: light' }));
    await expect(page.locator(':root')).toHaveCSS('color-scheme', 'light');
  });

  await test.step('a popover opens by its button and closes by Escape', async () => {
    const button = page.getByRole('button', { name: /^Rounding/ });
    const card = page.getByRole('region', { name: 'Rounding' });
    await button.press('Enter');
    // Its contents are loaded when it opens.
    await expect(card.getByRole('combobox', { name: 'Granularity' })).toBeVisible();
    await expect(button).toHaveAttribute('aria-expanded', 'true');
    await page.keyboard.press('Tab');
    await expectFocusSeen(card.getByRole('combobox', { name: 'Granularity' }));
    await page.keyboard.press('Escape');
    await expect(card).toBeHidden();
    await expectFocusSeen(button);
  });

  await test.step('a select has its label, its value, and keys of the browser', async () => {
    const select = page.getByRole('combobox', { name: 'Quantizer', exact: true });
    await select.focus();
    await expect(select).toHaveValue('symmetric');
    const [down, up] = await afterKeys(select, ['ArrowDown', 'ArrowUp'], valueIn);
    expect(down).not.toBe('symmetric');
    expect(up).toBe('symmetric');
    await expectFocusSeen(select);
  });

  await test.step('a number field steps, and keeps its last valid value', async () => {
    const field = page.getByRole('spinbutton', { name: 'Epochs' });
    await field.fill('3');
    expect(await afterKeys(field, ['ArrowUp', 'ArrowDown'], valueIn)).toEqual(['4', '3']);
    await expectFocusSeen(field);
    await field.fill('0');
    expect(await field.evaluate((input: HTMLInputElement) => input.validity.valid)).toBe(false);
    // The link reflects the current state.
    await expect(page).toHaveURL(/epochs=3/);
    await field.fill('3');
  });

  await test.step('a choice of words is a group of radio buttons', async () => {
    const group = page.getByRole('group', { name: 'Faders show the bits of' });
    const radio = (name: string) => group.getByRole('radio', { name, exact: true });
    await radio('Weights').focus();
    await page.keyboard.press('ArrowRight');
    await expect(radio('Activations')).toBeChecked();
    await expectFocusSeen(radio('Activations'), group.getByText('Activations', { exact: true }));
    await page.keyboard.press('ArrowLeft');
    await expect(radio('Weights')).toBeChecked();
  });

  await test.step('a dialog takes the focus in, Escape closes it, and its button has the focus again', async () => {
    const button = page.getByRole('button', { name: 'Share', exact: true });
    await expect(button).toHaveAttribute('aria-haspopup', 'dialog');
    await button.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Share' });
    await expect(dialog).toBeVisible();
    await expect(dialog.locator(':focus')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expectFocusSeen(button);
  });

  await test.step('on a narrow screen, tabs tell which view is open', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const tabs = page.getByRole('navigation', { name: 'Views' });
    const tab = (name: string) => tabs.getByRole('button', { name });
    await expect(tab('Search')).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('spinbutton', { name: 'Epochs' })).toHaveValue('3');
    await tab('Tune').press('Enter');
    await expect(tab('Tune')).toHaveAttribute('aria-current', 'page');
    await expect(tab('Search')).not.toHaveAttribute('aria-current');
    await expectFocusSeen(tab('Tune'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await expect(tab('Plot')).toHaveAttribute('aria-current', 'page');
  });
});

test('popovers appear beside their buttons, even in browsers without CSS anchors', async ({ page }) => {
  await page.addInitScript(() => {
    const { supports } = CSS;
    CSS.supports = (...condition: [string, string?]) =>
      condition[0] !== 'position-area' && (supports as (...of: unknown[]) => boolean).apply(CSS, condition);
  });
  await page.goto('./#v1/tiny/emoji10/w=4');
  const button = page.getByRole('button', { name: /^Rounding/ });
  const card = page.getByRole('region', { name: 'Rounding' });
  await button.press('Enter');
  const gap = async () => {
    const [below, above] = [await card.boundingBox(), await button.boundingBox()];
    return Math.round((below?.y ?? 0) - (above?.y ?? 0) - (above?.height ?? 0));
  };
  const expectWithin = async (width: number) => {
    const box = await card.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(8);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width - 8);
  };
  await expect.poll(gap).toBe(6);
  await page.setViewportSize({ width: 780, height: 800 });
  await expect.poll(gap).toBe(6);
  await expectWithin(780);
  // On a phone, the button is folded away with the rest of the setup.
  await page.setViewportSize({ width: 700, height: 800 });
  await page.getByRole('button', { name: 'Setup' }).press('Enter');
  await button.press('Enter');
  await expect(card).toBeVisible();
  await expectWithin(700);
});
