// The server over real connections: what comes back is compared with the files.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage, request } from 'node:http';
import { get as getSecurely } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprintOf, makeCertificate } from './certificate';
import { listen, type Served, siteHandler } from './siteServer';

const place = mkdtempSync(join(tmpdir(), 'fewbits-site-'));
const site = join(place, 'site');
const script = 'export const words = "few bits";\n'.repeat(200);
mkdirSync(join(site, 'assets'), { recursive: true });
writeFileSync(join(place, 'secret.txt'), 'not of the site');
writeFileSync(join(site, 'index.html'), '<!doctype html>');
writeFileSync(join(site, 'assets', 'a.js'), script);
writeFileSync(join(site, 'weights.safetensors'), script);

let served: Served;
beforeAll(async () => {
  served = await listen(siteHandler(site, { 'x-own': 'yes' }), { host: '127.0.0.1', port: 0 });
});
afterAll(() => served.close());

type Headers = Readonly<Record<string, string>>;

/** Sends the path as it is written; `fetch` would resolve its dots and decode what is compressed. */
async function ask(path: string, headers: Headers = {}, method = 'GET') {
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    request({ port: served.port, host: '127.0.0.1', path, headers, method }, done).on('error', fail).end();
  });
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}

it('sends types and its own headers', async () => {
  const page = await ask('/?query');
  expect(page.body.toString()).toBe('<!doctype html>');
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-own': 'yes',
    'cache-control': 'no-cache',
  });
  expect((await ask('/assets/a.js')).headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-length': String(script.length),
  });
});

it.each([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
  ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
])('compresses for a client that accepts %s', async (accepts, encoding, decode) => {
  for (const time of ['first', 'again']) {
    const { headers, body } = await ask('/assets/a.js', { 'accept-encoding': accepts });
    expect(headers['content-encoding'], time).toBe(encoding);
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(body.length).toBeLessThan(script.length / 10);
    expect(decode(body).toString()).toBe(script);
  }
});

it('compresses neither weights nor for a client that did not ask', async () => {
  expect((await ask('/assets/a.js')).headers['content-encoding']).toBeUndefined();
  const weights = await ask('/weights.safetensors', { 'accept-encoding': 'br' });
  expect(weights.headers).toMatchObject({ 'content-type': 'application/octet-stream' });
  expect(weights.body.toString()).toBe(script);
});

it('revalidates, and sends a changed file anew', async () => {
  const path = '/index.html';
  const first = await ask(path, { 'accept-encoding': 'br' });
  const tag = String(first.headers.etag);
  const again = await ask(path, { 'accept-encoding': 'br', 'if-none-match': tag });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>new</title>');
  const changed = await ask(path, { 'accept-encoding': 'br', 'if-none-match': tag });
  expect(brotliDecompressSync(changed.body).toString()).toContain('new');
});

it('answers HEAD without the content, and no other method', async () => {
  const { status, headers, body } = await ask('/assets/a.js', {}, 'HEAD');
  expect([status, headers['content-length'], body.length]).toEqual([200, String(script.length), 0]);
  expect((await ask('/assets/a.js', {}, 'POST')).status).toBe(405);
});

it.each([
  '/none',
  '/assets',
  '/assets/',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/%00',
  '/%',
])('%s is a 404 with nothing of another folder', async (path) => {
  const { status, body } = await ask(path);
  expect([status, body.toString()]).toEqual([404, 'There is no such file.\n']);
});

describe('https', () => {
  it('is served under a certificate for exactly the names given', async () => {
    const certificate = await makeCertificate(['localhost', '127.0.0.1']);
    const secure = await listen(siteHandler(site), { host: '127.0.0.1', port: 0, certificate });
    const fetched = (options: object) =>
      new Promise<string>((done, fail) => {
        const url = `https://127.0.0.1:${secure.port}/assets/a.js`;
        getSecurely(url, options, async (answer) => done((await buffer(answer)).toString())).on('error', fail);
      });
    expect(await fetched({ ca: certificate.cert })).toBe(script);
    await expect(fetched({})).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await expect(fetched({ ca: certificate.cert, servername: 'elsewhere.example' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(fingerprintOf(certificate)).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    await secure.close();
  });
});

it('says why an address cannot be used', async () => {
  const at = (host: string, port: number) => listen(siteHandler(site), { host, port });
  await expect(at('127.0.0.1', served.port)).rejects.toThrow(`Port ${served.port} is in use; say --port 0`);
  await expect(at('192.0.2.77', 0)).rejects.toThrow('--host 192.0.2.77 is not an address of this machine');
});

it('closes although a client keeps its connection', async () => {
  const short = await listen(siteHandler(site), { host: '127.0.0.1', port: 0 });
  await new Promise<void>((done) => {
    get({ port: short.port, headers: { connection: 'keep-alive' } }, (answer) => answer.resume().on('end', done));
  });
  await short.close();
  await expect(fetch(`http://127.0.0.1:${short.port}/`)).rejects.toThrow();
});
