// A web server for the built page, as docs/hosting.md asks for: types, compression, revalidation and security headers.
import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Certificate } from './certificate';
import { UsageError } from './usageError';

/** Types of the site's files, and whether compression makes them smaller. */
const TYPES: Readonly<Record<string, readonly [type: string, compresses: boolean]>> = {
  '.html': ['text/html; charset=utf-8', true],
  '.js': ['text/javascript; charset=utf-8', true],
  '.css': ['text/css; charset=utf-8', true],
  '.json': ['application/json', true],
  '.wasm': ['application/wasm', true],
  '.svg': ['image/svg+xml', true],
  '.txt': ['text/plain; charset=utf-8', true],
  '.webmanifest': ['application/manifest+json', true],
  '.png': ['image/png', false],
  '.woff2': ['font/woff2', false],
};

/** Best first. */
const ENCODERS: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  // Quality 9 of 11: the last two cost seconds on the first visit, for 3 % of the bytes.
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

/** The encodings that a client accepts; those it gives the weight 0 it does not. */
function accepted(header: string | string[] | undefined): Set<string> {
  const parts = String(header ?? '').split(',');
  return new Set(parts.filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part)).map((part) => part.split(';')[0].trim()));
}

/** The file of a request's path, or undefined for one outside the directory. */
function fileOf(directory: string, url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, 'http://site').pathname);
    const file = resolve(directory, `.${path.endsWith('/') ? `${path}index.html` : path}`);
    return file.startsWith(`${resolve(directory)}${sep}`) && !path.includes('\0') ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Answers with the files of a directory; anything else is a 404, as the page expects.
 * @param headers sent with every answer
 */
export function siteHandler(directory: string, headers: Readonly<Record<string, string>> = {}): RequestListener {
  // By path and encoding; a rebuilt file has another tag.
  const compressed = new Map<string, { readonly tag: string; readonly bytes: Promise<Buffer> }>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (status: number, more: Readonly<Record<string, string | number>>, body?: string | Buffer) => {
      response.writeHead(status, { ...headers, ...more });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const refuse = (status: number, text: string) => end(status, { 'content-type': 'text/plain' }, `${text}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET and HEAD.');
    const file = fileOf(directory, request.url ?? '/');
    const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
    if (file === undefined || !found?.isFile()) return refuse(404, 'There is no such file.');
    const [type, compresses] = TYPES[extname(file)] ?? ['application/octet-stream', false];
    const accepts = accepted(request.headers['accept-encoding']);
    const encoding = compresses ? Object.keys(ENCODERS).find((name) => accepts.has(name)) : undefined;
    const tag = `W/"${found.size}-${found.mtimeMs}${encoding ? `-${encoding}` : ''}"`;
    const facts = {
      etag: tag,
      // Names in assets/ change with their content.
      'cache-control': file.startsWith(join(directory, 'assets')) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(compresses && { vary: 'accept-encoding' }),
    };
    if (request.headers['if-none-match']?.includes(tag)) return end(304, facts);
    let content: Promise<Buffer> = readFile(file);
    if (encoding !== undefined) {
      const key = `${encoding} ${file}`;
      const earlier = compressed.get(key);
      const bytes = earlier?.tag === tag ? earlier.bytes : content.then(ENCODERS[encoding]);
      compressed.set(key, { tag, bytes });
      content = bytes;
    }
    const body = await content;
    const as = encoding === undefined ? {} : { 'content-encoding': encoding };
    end(200, { ...facts, ...as, 'content-type': type, 'content-length': body.length }, body);
  }

  return (request, response) => {
    answer(request, response).catch((error: Error) => {
      console.error(`${request.url} could not be served: ${error.message}`);
      response.writeHead(500).end();
    });
  };
}

/** A running server. */
export interface Served {
  readonly port: number;
  readonly server: Server;
  /** Ends it, with the connections that browsers keep open. */
  close(): Promise<void>;
}

/** Starts a server; port 0 is any free one. @throws UsageError for an address that cannot be used. */
export async function listen(
  handler: RequestListener,
  { host, port, certificate }: { host: string; port: number; certificate?: Certificate | undefined },
): Promise<Served> {
  const server = certificate ? createSecureServer(certificate, handler) : createServer(handler);
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => fail(new UsageError(whyNot(error, host, port))));
    server.listen(port, host, done);
  });
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { port: (server.address() as AddressInfo).port, server, close };
}

function whyNot({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use; say --port 0 for any free one.`;
  if (code === 'EACCES') return `Port ${port} is not allowed to this account; say one above 1023, or --port 0.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `--host ${host} is not an address of this machine; say 0.0.0.0 for all of its addresses.`;
  return `The page cannot be served at ${host}, port ${port}: ${message}.`;
}
