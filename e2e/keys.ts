// Ways through the page by keyboard alone.
import type { Locator, Page } from '@playwright/test';
import { expect } from './test';

/** Most presses of a key until something must be reached. */
const FAR = 80;

const isFocused = (target: Locator) => target.evaluate((found) => found === document.activeElement);

/** Presses a key until a control has the focus. */
export async function tabTo(
  page: Page,
  target: Locator,
  key: 'Tab' | 'Shift+Tab' | 'ArrowDown' = 'Tab',
): Promise<void> {
  await target.waitFor({ state: 'attached', timeout: 60_000 });
  for (let presses = 0; presses < FAR; presses++) {
    if (await isFocused(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${target} is not reached by ${FAR} presses of ${key}`);
}

/** Runs an action of the palette. */
export async function run(page: Page, action: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('combobox', { name: 'Find an action' })).toBeFocused();
  await page.keyboard.type(action);
  await page.keyboard.press('Enter');
}
