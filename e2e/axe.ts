// Accessibility checks of the current state of the page: axe's rules for WCAG 2.2 A and AA and its best practices, in
// both themes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults, RunOptions } from 'axe-core';
import { expect } from './test';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
};

/** Fails with every violation on the current page: theme, rule, element, and axe's finding. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  // Not as a script tag: the page's content security policy forbids it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const found: string[] = [];
  for (const theme of ['light', 'dark']) {
    const { violations } = await page.evaluate(
      async ([theme, options]) => {
        // axe judges a single scroll position, while a person scrolls what a bar covers into view. So let the bars
        // scroll along.
        const still = new CSSStyleSheet();
        still.replaceSync(
          '[aria-label=Status], [aria-label=Result], [aria-label=Views] { position: static !important }',
        );
        document.adoptedStyleSheets.push(still);
        const { dataset } = document.documentElement;
        const { theme: before } = dataset;
        dataset.theme = theme;
        const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
        const results = await axe.run(options);
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
        if (before === undefined) delete dataset.theme;
        else dataset.theme = before;
        return results;
      },
      [theme, OPTIONS] as const,
    );
    for (const { id, nodes } of violations)
      for (const { target, failureSummary } of nodes)
        found.push(`${theme}, ${id}: ${target.join(' ')}: ${failureSummary?.split('\n').slice(1).join(' ').trim()}`);
  }
  expect(found, `violations at: ${state}`).toEqual([]);
}
