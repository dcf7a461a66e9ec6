// `fewbits serve` for a room: at this machine's own address, over https with the certificate made on the spot, isolated.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, test } from './test';

// Chromium shows its warning first, as it says in the terminal; a test cannot click through it.
test.use({ ignoreHTTPSErrors: true });

let server: ChildProcess | undefined;
test.afterEach(() => server?.kill());

/** Starts the command; resolves with the addresses that it prints. */
async function serve(...flags: string[]): Promise<string[]> {
  const words = ['node_modules/tsx/dist/cli.mjs', 'src/cli/main.ts', 'serve', '--port', '0', ...flags];
  server = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const urls: string[] = [];
  for await (const line of createInterface({ input: server.stdout as NonNullable<typeof server.stdout> })) {
    const [url] = /https?:\S+/.exec(line) ?? [];
    if (url === undefined) return urls;
    urls.push(url);
  }
  throw new Error('fewbits serve ended before it served.');
}

test('over https at the address for others: a secure context that measures and keeps its data', async ({ page }) => {
  const urls = await serve('--host', '0.0.0.0', '--https', '--isolate');
  await page.goto(`${urls[urls.length - 1]}#v1/tiny/emoji10/w=4`);
  expect(await page.evaluate(() => [isSecureContext, crossOriginIsolated, 'clipboard' in navigator])).toEqual([
    true,
    true,
    true,
  ]);
  await page.getByRole('slider', { name: 'conv2 weight bits', exact: true }).press('ArrowDown');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');
  await expect(page.getByText('This page is not served over https')).toBeHidden();
  expect(await page.evaluate(async () => (await navigator.storage.getDirectory()).kind)).toBe('directory');
});
