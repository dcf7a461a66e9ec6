// A site whose weights never arrive, or arrive slowly. If they never arrive, the page says so after ten seconds, with a
// button that works; if they are slow, the page shows progress and no error.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const WEIGHTS = '/weights/tiny-emoji10.safetensors';
const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });

/** The site behind a server that answers the request for the weights with `answer`. */
async function behind(
  site: string,
  answer: (response: ServerResponse, body: Buffer) => void | Promise<void>,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const came = await fetch(new URL(request.url ?? '/', site));
    const body = Buffer.from(await came.arrayBuffer());
    response.statusCode = came.status;
    response.setHeader('content-type', came.headers.get('content-type') ?? 'application/octet-stream');
    if (request.url !== WEIGHTS) response.end(body);
    else await answer(response, body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}
const linkTo = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/#v1/tiny/emoji10/w=4`;

test('weights that never arrive are reported after ten seconds and load on Retry', async ({ page, baseURL }) => {
  let comes = false;
  let asked = 0;
  const server = await behind(baseURL as string, (response, body) => {
    asked = Date.now();
    if (comes) response.end(body);
    else response.flushHeaders();
  });
  await page.goto(linkTo(server));
  const said = page.getByRole('alert').filter({ hasText: 'does not arrive: the server sent nothing for 10 seconds' });
  await expect(said).toContainText('"weights/tiny-emoji10.safetensors"');
  // Ten ticks of one second each; a busy machine may be late, but is never early.
  expect(Date.now() - asked).toBeGreaterThan(9000);
  await expect(accuracy(page)).not.toContainText(/\d %/);
  comes = true;
  await said.getByRole('button', { name: 'Retry' }).click();
  await expect(accuracy(page)).toContainText('measured, n = 2,000');
  await expect(page.getByRole('alert')).toHaveCount(0);
  server.closeAllConnections();
  server.close();
});

test('weights that take longer than ten seconds arrive, with visible progress', async ({ page, baseURL }) => {
  const PARTS = 16;
  let took = 0;
  const server = await behind(baseURL as string, async (response, body) => {
    const begun = Date.now();
    response.setHeader('content-length', body.length);
    const size = Math.ceil(body.length / PARTS);
    for (let at = 0; at < body.length; at += size) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      response.write(body.subarray(at, at + size));
    }
    response.end();
    took = Date.now() - begun;
  });
  let problems = 0;
  await page.goto(linkTo(server));
  const status = page.getByRole('region', { name: 'Status', exact: true });
  const loading = /Loading the weights: ([\d.]+) KB of/;
  await expect(status).toContainText(loading);
  const seen = new Set<string>();
  await expect
    .poll(
      async () => {
        problems += await page.getByRole('alert').count();
        const far = loading.exec((await status.textContent()) ?? '');
        if (far) seen.add(far[1]);
        return accuracy(page).textContent();
      },
      { intervals: [400] },
    )
    .toContain('measured, n = 2,000');
  expect(took).toBeGreaterThan(10_000);
  expect(seen.size).toBeGreaterThan(3);
  expect(problems).toBe(0);
  server.close();
});
