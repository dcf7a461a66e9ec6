// Thirty participants at this machine's address for others, each measuring now and then: how long a point takes to all.
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import { Doc } from 'yjs';
import { openRoom } from './room';
import { listen } from './siteServer';

const PEOPLE = 30;
const POINTS = 20;
const HOST =
  Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1';

test('a point of thirty participants reaches all within half a second, 95 times of 100', async () => {
  const { server, port, close } = await listen((_, answer) => answer.end(), { host: HOST, port: 0 });
  const room = await openRoom(server, { pin: '4821', key: '1' });
  const delays: number[] = [];
  const pages = Array.from({ length: PEOPLE }, (_, i) => {
    const doc = new Doc();
    const points = doc.getMap<{ readonly at: number; readonly link: string }>('points');
    points.observe((event) => {
      if (event.transaction.local) return;
      for (const key of event.keysChanged) delays.push(performance.now() - (points.get(key)?.at ?? 0));
    });
    const provider = new WebsocketProvider(`ws://${HOST}:${port}/room`, 'desk', doc, {
      params: { pin: '4821' },
      disableBc: true,
      WebSocketPolyfill: WebSocket as never,
    });
    provider.awareness.setLocalStateField('name', `Person ${i}`);
    return { points, provider };
  });
  while (pages.some(({ provider }) => !provider.synced)) await new Promise((resolve) => setTimeout(resolve, 50));
  for (let n = 0; n < POINTS; n++)
    for (const [i, { points }] of pages.entries()) {
      const link = `v1/resnet8/emoji10/w=6655555344/by=Person%20${i}`.padEnd(200, '-');
      points.set(`${i}/${n}`, { at: performance.now(), link });
      // A room measures some ten configs per second.
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  const all = PEOPLE * POINTS;
  while (pages.some(({ points }) => points.size < all)) await new Promise((resolve) => setTimeout(resolve, 50));
  const sorted = delays.sort((a, b) => a - b);
  const p95 = sorted[Math.floor(0.95 * sorted.length)];
  console.log(
    `${all} points at ${PEOPLE} pages: median ${sorted[sorted.length >> 1].toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`,
  );
  expect(sorted.length).toBe(all * (PEOPLE - 1));
  expect(p95).toBeLessThan(500);
  for (const { provider } of pages) provider.destroy();
  await room.close();
  await close();
});
