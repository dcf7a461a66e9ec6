// The built site on its own server, for tests that need other answers than the shared one gives: the browser does not
// let a test intercept requests of a worker's own worker.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

const DIST = new URL('../dist/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

interface Site {
  /** Sent with every response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Paths that answer 404. */
  readonly missing?: RegExp;
}

/** Serves the site at the address that it returns. */
export async function serveSite({ headers = {}, missing }: Site): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async ({ url = '/' }, answer) => {
    const path = new URL(url, 'http://site').pathname;
    const file = path === '/' ? 'index.html' : path.slice(1);
    const content = missing?.test(path) ? undefined : await readFile(new URL(file, DIST)).catch(() => undefined);
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    answer.writeHead(content === undefined ? 404 : 200, { ...headers, 'content-type': type }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}
