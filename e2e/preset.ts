// The menu of presets above the rack.
import type { Page } from '@playwright/test';

/** Chooses a preset by its name, e.g. "Uniform 4". */
export async function choosePreset(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Presets', exact: true }).click();
  await page.getByRole('menuitemradio', { name, exact: true }).click();
}
