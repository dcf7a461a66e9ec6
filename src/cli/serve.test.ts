// `serve`: the headers that it sends, and what it tells the person at the terminal.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeArguments } from './flags';
import { folder } from './headless.testing';
import { startServer } from './serve';

const site = folder();
const policy = "default-src 'none'; connect-src 'self'; base-uri 'none'";
writeFileSync(join(site, 'index.html'), `<meta http-equiv="Content-Security-Policy" content="${policy}" />`);

async function serving<T>(
  line: string,
  see: (server: Awaited<ReturnType<typeof startServer>>) => T,
): Promise<Awaited<T>> {
  takeArguments(line.split(' '));
  const server = await startServer(`${site}/`);
  try {
    return await see(server);
  } finally {
    await server.close();
  }
}

it('serves this machine alone, with the policy of the page', async () => {
  await serving('serve --port 0', async ({ urls, said, port }) => {
    expect(urls).toEqual([`http://localhost:${port}/`]);
    expect(said).not.toMatch(/https|does not work/);
    const { headers } = await fetch(urls[0]);
    expect(headers.get('content-security-policy')).toBe(
      `${policy.replace("'self'", "'self' https:")}; frame-ancestors 'none'`,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-opener-policy')).toBeNull();
  });
});

it('isolates the page where it is asked to', async () => {
  const headers = await serving('serve --port 0 --isolate', async ({ urls }) => (await fetch(urls[0])).headers);
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
});

it('lets the site be shown in the frame of one other', async () => {
  const headers = await serving(
    'serve --port 0 --embed https://course.example',
    async ({ urls }) => (await fetch(urls[0])).headers,
  );
  expect(headers.get('content-security-policy')).toMatch(/; frame-ancestors https:\/\/course\.example$/);
  takeArguments(['serve', '--embed', 'https://course.example/page']);
  await expect(startServer(`${site}/`)).rejects.toThrow('--embed "https://course.example/page" is not an origin;');
});

it('says what works at an address without https, and what browsers warn of with it', async () => {
  const plain = await serving('serve --port 0 --host 0.0.0.0', ({ said }) => said);
  // Where the machine has no other address, there is nothing to say of one.
  if (plain.includes('\n  ')) expect(plain).toMatch(/does not work {2}WebGPU .*\nWith --https they do\./);
  const secure = await serving('serve --port 0 --host 0.0.0.0 --https', ({ said, urls }) => {
    expect(urls[0]).toMatch(/^https:\/\/localhost:\d+\/$/);
    return said;
  });
  expect(secure).toMatch(/browsers warn of it:[\s\S]*SHA-256:\n {2}([0-9A-F]{2}:){31}/);
});

it('refuses what cannot be served', async () => {
  const at = (line: string, where: string) => {
    takeArguments(line.split(' '));
    return startServer(where);
  };
  await expect(at('serve', folder())).rejects.toThrow(/^There is no built page in \S+; make it with: npm run build\.$/);
  await expect(at('serve --port 70000', site)).rejects.toThrow('--port 70000 is not a whole number from 0 to 65535.');
});
