// `serve`: the built page on a web server of its own, on this machine or for a room.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type Certificate, fingerprintOf, makeCertificate } from '../node/certificate';
import { SITE } from '../node/packageFiles';
import { listen, type Served, siteHandler } from '../node/siteServer';
import { UsageError } from '../node/usageError';
import { flags, number } from './flags';
import { untilStopped } from './untilStopped';

const HOST = 'localhost';
const PORT = 8080;

/** Lets the page use high-resolution timers; it works the same without. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** The addresses of this machine that others on its networks reach it at. */
function networkAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

const isLocal = (host: string) => ['localhost', '127.0.0.1', '::1'].includes(host);
const isEvery = (host: string) => ['0.0.0.0', '::'].includes(host);

/** The origin of `--embed`, or `'none'`: who may show the page in a frame. */
function readEmbed({ embed } = flags): string {
  if (embed === undefined) return "'none'";
  if (!URL.canParse(embed) || new URL(embed).origin !== embed)
    throw new UsageError(`--embed "${embed}" is not an origin; say https://course.example, without a path.`);
  return embed;
}

/** The policy of the page, which as a header covers the worker too; that reads CIFAR-10 from an address that is typed. */
async function policyOf(site: string): Promise<string> {
  const index = await readFile(join(site, 'index.html'), 'utf8');
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(index) ?? [];
  if (policy === undefined) throw new Error(`${site}index.html states no content security policy: build it again.`);
  return `${policy.replace("connect-src 'self'", "connect-src 'self' https:")}; frame-ancestors ${readEmbed()}`;
}

/** Starts the server of the flags, for the site in a folder. Resolves with its addresses, this machine's first. */
export async function startServer(site = SITE): Promise<Served & { readonly urls: string[]; readonly said: string }> {
  if (!existsSync(join(site, 'index.html')))
    throw new UsageError(`There is no built page in ${site}; make it with: npm run build.`);
  const host = flags.host ?? HOST;
  const others = isEvery(host) ? networkAddresses() : isLocal(host) ? [] : [host];
  const names = [...(isLocal(host) || isEvery(host) ? ['localhost', '127.0.0.1', '::1', hostname()] : []), ...others];
  const certificate = flags.https ? await makeCertificate(names) : undefined;
  const headers = {
    'content-security-policy': await policyOf(site),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(flags.isolate && ISOLATED),
  };
  const port = number('port', PORT, { min: 0, max: 65535 });
  const served = await listen(siteHandler(site, headers), { host, port, certificate });
  const shown = isLocal(host) ? [host] : isEvery(host) ? ['localhost', ...others] : others;
  const address = (name: string) => (name.includes(':') ? `[${name}]` : name);
  const urls = shown.map((name) => `${certificate ? 'https' : 'http'}://${address(name)}:${served.port}/`);
  return { ...served, urls, said: describe(urls, others.length > 0, certificate) };
}

/** What a person who opens the page has to know. */
function describe(urls: readonly string[], isShared: boolean, certificate: Certificate | undefined): string {
  const lines = [`fewbits is served at ${urls.join('\n                     ')}`];
  if (certificate)
    lines.push(
      '',
      'Nobody has signed the certificate of this server, so browsers warn of it:',
      '  Chrome, Edge   "Your connection is not private": Advanced, then Proceed.',
      '  Firefox        "Potential Security Risk Ahead": Advanced, then Accept the Risk and Continue.',
      '  Safari         "This Connection Is Not Private": Show Details, then visit this website.',
      'Go on only if the certificate that the browser shows has this SHA-256:',
      `  ${fingerprintOf(certificate)}`,
      'It lasts until this server stops. After the warning everything works except offline use, which takes a certificate',
      'that the browser trusts.',
    );
  else if (isShared)
    lines.push(
      '',
      'At addresses other than localhost, browsers allow a page without https less:',
      '  works          opening, faders, measuring, training, searches, files, links, exports; what is saved stays (IndexedDB)',
      '  does not work  WebGPU (WebGL or WebAssembly compute instead), the camera, copying at one press, offline use',
      'With --https they do.',
    );
  return [...lines, '', 'Stop it with Ctrl+C.'].join('\n');
}

/** Serves the page until the process is told to stop. */
export async function runServe() {
  const { urls, said, close } = await startServer();
  console.log(said);
  await untilStopped();
  await close();
  return { urls };
}
