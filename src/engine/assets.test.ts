// Against our own web server: every way in which a file can fail to load, and one that loads slowly.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { AssetError, type AssetOptions, fetchAsset, readJson, STALL_SECONDS } from './assets';

const binary = { 'content-type': 'application/octet-stream' };
let answer: (response: ServerResponse) => void;
const server = createServer((_, response) => answer(response));
let site: string;

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.closeAllConnections());
// Only the timers that patience uses; the connection keeps the real ones.
beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => vi.useRealTimers());

const get = (options?: AssetOptions) => fetchAsset(new URL('weights/a.bin', site), 'weights/a.bin', options);

/** The error of a rejection, which names the file and has its class. */
async function refusal(): Promise<string> {
  const error = await get().catch((reason) => reason);
  expect(error).toBeInstanceOf(AssetError);
  expect(error.message).toContain('weights/a.bin');
  return error.message;
}

test('bytes arrive complete, with progress and the total', async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  answer = (response) => response.writeHead(200, { ...binary, 'content-length': bytes.length }).end(bytes);
  const seen: (number | undefined)[][] = [];
  expect(new Uint8Array(await get({ onBytes: (...report) => seen.push(report) }))).toEqual(bytes);
  expect(seen.at(-1)).toEqual([bytes.length, bytes.length]);
});

test('the length of a compressed response is not the total', async () => {
  const bytes = new Uint8Array(5000);
  const packed = gzipSync(bytes);
  answer = (response) =>
    response.writeHead(200, { ...binary, 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
  const onBytes = vi.fn();
  expect((await get({ onBytes })).byteLength).toBe(5000);
  expect(onBytes).toHaveBeenLastCalledWith(5000, undefined);
});

test('a missing file, a server error and a refused connection give different errors', async () => {
  answer = (response) => response.writeHead(404).end('not found');
  expect(await refusal()).toMatch(/^The site lacks its file .* answered 404/);
  answer = (response) => response.writeHead(503).end('later');
  expect(await refusal()).toMatch(/could not be loaded: the server answered 503 Service Unavailable\. Try again/);
  answer = (response) => response.destroy();
  expect(await refusal()).toMatch(/could not be loaded: the connection failed/);
});

test('a truncated file is an error, although its first bytes arrived', async () => {
  answer = (response) => {
    response.writeHead(200, { ...binary, 'content-length': 4096 }).write(new Uint8Array(2048));
    setTimeout(() => response.destroy(), 20);
  };
  expect(await refusal()).toMatch(/the connection failed after 2\.0 KB/);
});

test.each([
  ['by its type', 'text/html; charset=utf-8', 'Welcome'],
  ['by its first characters', 'application/octet-stream', '\n<!DOCTYPE html><title>Log in</title>'],
  ['by its root element', 'text/plain', '<html lang="en">'],
])('a web page in place of the file is named as one, %s', async (_, type, page) => {
  answer = (response) => response.writeHead(200, { 'content-type': type }).end(page);
  expect(await refusal()).toMatch(/^The server sent a web page in place of/);
});

test('a binary file whose first byte is "<" is not taken for a page', async () => {
  answer = (response) => response.writeHead(200, binary).end(Uint8Array.of(0x3c, 0, 0, 0, 0, 0, 0, 0));
  expect((await get()).byteLength).toBe(8);
});

test('no byte for ten seconds is a stall; a slow but steady file is not', async () => {
  let open!: ServerResponse;
  const begun = new Promise<void>((resolve) => {
    answer = (response) => {
      open = response;
      response.writeHead(200, binary).write(new Uint8Array(1024));
      resolve();
    };
  });
  let done = 0;
  const arrived = (n: number) => vi.waitFor(() => expect(done).toBe(n));
  const whole = get({ onBytes: (bytes) => { done = bytes; } }); // biome-ignore format: one line
  await begun;
  for (let part = 1; part <= 6; part++) {
    await arrived(part * 1024);
    vi.advanceTimersByTime((STALL_SECONDS - 1) * 1000);
    if (part < 6) open.write(new Uint8Array(1024));
    else open.end();
  }
  expect((await whole).byteLength).toBe(6 * 1024);

  answer = (response) => response.writeHead(200, binary).write(new Uint8Array(1024));
  done = 0;
  const stuck = get({ onBytes: (bytes) => { done = bytes; } }); // biome-ignore format: one line
  await arrived(1024);
  vi.advanceTimersByTime(STALL_SECONDS * 1000);
  await expect(stuck).rejects.toThrow(/does not arrive: the server sent nothing for 10 seconds after 1\.0 KB/);
});

test('a server that never answers is a stall too, and a canceled fetch is not a site error', async () => {
  answer = () => {};
  const stuck = get();
  vi.advanceTimersByTime(STALL_SECONDS * 1000);
  await expect(stuck).rejects.toThrow(/does not arrive: the server sent nothing for 10 seconds\./);
  const controller = new AbortController();
  const canceled = get({ signal: controller.signal });
  controller.abort();
  await expect(canceled).rejects.toMatchObject({ name: 'AbortError' });
});

test('the error for truncated JSON names the file', () => {
  const bytes = (text: string) => new TextEncoder().encode(text).buffer;
  expect(readJson(bytes('{"a": 1}'), 'card.json')).toEqual({ a: 1 });
  expect(() => readJson(bytes('{"a": "cut'), 'card.json')).toThrow(/^"card\.json" is damaged \(/);
});
