// Live rooms for journeys: a server with the built page, and browsers that enter.
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { openRoom } from '../src/node/room';
import { listen, siteHandler } from '../src/node/siteServer';
import { expect } from './test';

export const PIN = '4821';
export const KEY = '123456789';
/** This machine's address for others, as in a classroom. */
export const HOST =
  Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1';

/** Serves the page with a room; port 0 for a free one. */
export async function openServer(port = 0) {
  const served = await listen(siteHandler(fileURLToPath(new URL('../dist/', import.meta.url))), { host: HOST, port });
  const room = await openRoom(served.server, { pin: PIN, key: KEY });
  return {
    port: served.port,
    close: async () => {
      await room.close();
      await served.close();
    },
  };
}

export const room = (page: Page) => page.getByRole('region', { name: 'Room', exact: true });

/** A page of its own in the room, with a name. */
export async function enter(browser: Browser, port: number, name: string, query = ''): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://${HOST}:${port}/?room=${PIN}${query}#v1/tiny/emoji10/w=5`);
  await page.getByLabel('Your name').fill(name);
  await expect(room(page)).toContainText('In the room');
  return page;
}
