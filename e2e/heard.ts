// What a screen reader is told without asking: the texts that live regions take, each time that they change.
import type { Page } from '@playwright/test';

declare global {
  interface Window {
    heard: string[];
  }
}

/** Starts to record before the page does anything. */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.heard = [];
    const REGIONS = 'output, [role=status], [role=alert], [role=log], [aria-live]';
    const last = new WeakMap<Element, string>();
    const isLive = (region: Element) => region.getAttribute('aria-live') !== 'off' && region.checkVisibility();
    /** Behind a modal dialog, everything is silent. */
    const isOpen = (region: Element) =>
      [...document.querySelectorAll(':modal')].every((modal) => modal.contains(region));
    new MutationObserver((changes) => {
      const regions = new Set<Element>();
      for (const { target, addedNodes } of changes) {
        const around = (target instanceof Element ? target : target.parentElement)?.closest(REGIONS);
        if (around) regions.add(around);
        for (const node of addedNodes)
          if (node instanceof Element)
            for (const region of [node, ...node.querySelectorAll(REGIONS)])
              if (region.matches(REGIONS)) regions.add(region);
      }
      for (const region of regions) {
        const text = (region.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
        if (text === last.get(region)) continue;
        last.set(region, text);
        // A dialog that has just closed is open for as long as the page takes to draw.
        if (text !== '')
          setTimeout(() => {
            if (region.isConnected && isLive(region) && isOpen(region)) window.heard.push(text);
          }, 100);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
}

/** What was said since the last call. */
export const heard = (page: Page): Promise<string[]> => page.evaluate(() => window.heard.splice(0));
