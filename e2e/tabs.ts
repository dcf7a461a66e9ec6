// Ways to the panels: the tabs beside the desk and those over the plot.
import type { Page } from '@playwright/test';

type SideTab = 'Images' | 'Layer' | 'Train' | 'Search' | 'Learn';
type WideView = 'Plot' | 'Table' | 'Sensitivity' | 'Compare' | 'Inside';

/** Shows a panel beside the desk. */
export async function openTab(page: Page, name: SideTab): Promise<void> {
  // A tab says behind its name that something runs.
  await page.getByRole('tablist', { name: 'Panels' }).getByRole('tab', { name }).click();
}

/** Shows a view in the place of the plot. */
export async function openView(page: Page, name: WideView): Promise<void> {
  await page.getByRole('tablist', { name: 'Views of the desk' }).getByRole('tab', { name, exact: true }).click();
}
