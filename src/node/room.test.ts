// A room over real sockets: what comes through, what is refused, and what a restart loses.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import { Doc } from 'yjs';
import { openRoom, ROOM_LIMITS, type RoomOptions } from './room';
import { listen } from './siteServer';

const KEY = '123456789';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A room on a port, 0 for a free one. */
async function start(options: Partial<RoomOptions> = {}, port = 0) {
  const { server, close, ...served } = await listen((_, answer) => answer.end(), { host: '127.0.0.1', port });
  const room = await openRoom(server, { pin: '4821', key: KEY, ...options });
  let ended = false;
  const end = async () => {
    if (ended) return;
    ended = true;
    await room.close();
    await close();
  };
  closing.push(end);
  return { ...served, room, end };
}

/** A page in a room. */
function enter(port: number, params: Record<string, string> = { pin: '4821' }) {
  const doc = new Doc();
  const provider = new WebsocketProvider(`ws://127.0.0.1:${port}/room`, 'desk', doc, {
    params,
    disableBc: true,
    maxBackoffTime: 100,
    WebSocketPolyfill: WebSocket as never,
  });
  closing.push(() => provider.destroy());
  return { doc, provider, points: doc.getMap<number>('points') };
}

/** The status with which a connection is refused, or 101. */
const statusOf = (port: number, path: string, headers: Record<string, string> = {}) =>
  new Promise<number>((done) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    closing.push(() => socket.terminate());
    socket.on('unexpected-response', (_, answer) => done(answer.statusCode ?? 0));
    socket.on('error', () => {});
    socket.on('open', () => done(101));
  });

const wait = { timeout: 30_000, interval: 20 };

test('what one page has, all have, also those that come later; names are there while their page is', async () => {
  const { port, room } = await start();
  const [a, b] = [enter(port), enter(port)];
  a.provider.awareness.setLocalStateField('name', 'Ada');
  a.points.set('x', 1);
  await vi.waitFor(() => expect(b.points.toJSON()).toEqual({ x: 1 }), wait);
  const c = enter(port);
  const names = () => [...c.provider.awareness.getStates().values()].flatMap(({ name }) => name ?? []);
  await vi.waitFor(() => expect([c.points.toJSON(), names()]).toEqual([{ x: 1 }, ['Ada']]), wait);
  expect(room.people()).toBe(3);
  a.provider.destroy();
  await vi.waitFor(() => expect([names(), room.people()]).toEqual([[], 2]), wait);
});

test('a room that starts again has from its pages what they hold', async () => {
  const first = await start();
  const [a, b] = [enter(first.port), enter(first.port)];
  a.points.set('before', 1);
  await vi.waitFor(() => expect(b.points.get('before')).toBe(1), wait);
  await first.end();
  await vi.waitFor(() => expect(a.provider.wsconnected).toBe(false), wait);
  a.points.set('apart', 2);
  await start({}, first.port);
  await vi.waitFor(() => expect(b.points.toJSON()).toEqual({ before: 1, apart: 2 }), wait);
  const late = enter(first.port);
  await vi.waitFor(() => expect(late.points.toJSON()).toEqual({ before: 1, apart: 2 }), wait);
});

test('a folder keeps the points, and nothing else is written', async () => {
  const keep = await mkdtemp(join(tmpdir(), 'room-'));
  closing.push(() => rm(keep, { recursive: true }));
  const first = await start({ keep });
  const a = enter(first.port);
  a.points.set('x', 1);
  const b = enter(first.port);
  await vi.waitFor(() => expect(b.points.get('x')).toBe(1), wait);
  for (const { provider } of [a, b]) provider.destroy();
  await first.end();
  const second = await start({ keep });
  const c = enter(second.port);
  await vi.waitFor(() => expect(c.points.toJSON()).toEqual({ x: 1 }), wait);
});

test('a wrong PIN or key, other paths, pages of other sites and guessing are refused', async () => {
  const { port } = await start();
  expect(await statusOf(port, '/room/desk?pin=4821')).toBe(101);
  expect(await statusOf(port, '/room/desk?pin=4821', { origin: `http://127.0.0.1:${port}` })).toBe(101);
  expect(await statusOf(port, '/room/other?pin=4821')).toBe(404);
  expect(await statusOf(port, '/room/desk?pin=4821', { origin: 'https://elsewhere.example' })).toBe(403);
  expect(await statusOf(port, '/room/desk?pin=4821&key=guessed')).toBe(401);
  for (let guess = 1; guess < ROOM_LIMITS.guesses; guess++)
    expect(await statusOf(port, `/room/desk?pin=${guess}`)).toBe(401);
  expect(await statusOf(port, '/room/desk?pin=4821')).toBe(429);
});

/** Sends a message as a page; resolves with the code with which the connection is closed. */
const closedBy = (port: number, ...messages: Uint8Array[]) =>
  new Promise<number>((done) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/room/desk?pin=4821`);
    closing.push(() => socket.terminate());
    socket.on('error', () => {});
    socket.on('close', done);
    socket.on('open', () => {
      for (const message of messages) socket.send(message);
    });
  });

/** What whoever leads says. */
function lead(text: string): Uint8Array {
  const to = createEncoder();
  writeVarUint(to, 4);
  writeVarString(to, text);
  return toUint8Array(to);
}

test('messages that are too large, too many, damaged, or not allowed end their connection alone', async () => {
  const { port } = await start();
  const a = enter(port);
  expect(await closedBy(port, new Uint8Array(ROOM_LIMITS.message + 1))).toBe(1009);
  expect(await closedBy(port, Uint8Array.of(0, 2, 200, 1, 2, 3))).toBe(1003);
  expect(await closedBy(port, Uint8Array.of(99))).toBe(1003);
  expect(await closedBy(port, lead('{"frozen":true}'))).toBe(1003);
  const query = Uint8Array.of(3);
  expect(await closedBy(port, ...Array(ROOM_LIMITS.rate + 1).fill(query))).toBe(1008);
  const b = enter(port);
  a.points.set('x', 1);
  await vi.waitFor(() => expect(b.points.get('x')).toBe(1), wait);
});

test('what whoever leads says reaches all, and those who come later', async () => {
  const { port } = await start();
  const heard: string[] = [];
  const listening = () => {
    const page = enter(port);
    page.provider.messageHandlers[4] = () => void heard.push('lead');
    return page;
  };
  listening();
  const leader = enter(port, { pin: '4821', key: KEY });
  await vi.waitFor(() => expect(leader.provider.wsconnected).toBe(true), wait);
  leader.provider.ws?.send(lead('{"frozen":true}') as Uint8Array<ArrayBuffer>);
  await vi.waitFor(() => expect(heard).toHaveLength(1), wait);
  listening();
  await vi.waitFor(() => expect(heard).toHaveLength(2), wait);
});
