// A copy of the built site on a server of its own, which can be stopped, and the first visit to it.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { listen, siteHandler } from '../src/node/siteServer';
import { expect } from './test';

export interface SiteCopy {
  readonly url: string;
  /** Where its files are. */
  readonly directory: string;
  /** Stops the server; what is kept in a browser stays. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** Serves a copy of the built site below `path`. */
export async function serveCopy(path = '/'): Promise<SiteCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'fewbits-'));
  await cp(fileURLToPath(new URL('../dist/', import.meta.url)), join(directory, path), { recursive: true });
  const { port, close } = await listen(siteHandler(directory), { host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${port}${path}`,
    directory,
    stop: close,
    async remove() {
      await close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Opens the page and waits until it is kept and has measured. */
export async function visit(page: Page, site: SiteCopy, hash = ''): Promise<void> {
  await page.goto(`${site.url}${hash}`);
  await page.waitForFunction(async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller !== null;
  });
  await measured(page);
}

export const measured = (page: Page) =>
  expect(page.getByRole('status', { name: 'Accuracy' })).toContainText(/measured, n = [\d,]+/);
