// The page in a frame of another site, as docs/embedding/example.html shows it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './test';

/** The example, on another origin than the page: `localhost`. */
async function serveExample(site: string): Promise<{ readonly url: string; close(): void }> {
  const example = readFileSync('docs/embedding/example.html', 'utf8').replace('http://localhost:8080/', site);
  const server = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(example));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

/** What the frame answers to a message of the host. */
const answerTo = (page: Page, message: object): Promise<unknown> =>
  page.evaluate(async (asked) => {
    const frame = document.querySelector('iframe') as HTMLIFrameElement;
    const answer = new Promise((done) => addEventListener('message', ({ data }) => done(data), { once: true }));
    frame.contentWindow?.postMessage(asked, '*');
    return answer;
  }, message);

test('another site sets the policy and hears what is measured; nothing else is understood', async ({
  page,
  baseURL,
}) => {
  const example = await serveExample(String(baseURL));
  await page.goto(example.url);
  const desk = page.frameLocator('iframe');
  await expect(page.locator('#said')).toContainText('conv1 at 8 bits');
  await expect(desk.getByRole('slider', { name: 'conv1 weight bits', exact: true })).toBeVisible();
  await expect(desk.getByRole('banner')).toBeHidden();

  await page.getByRole('button', { name: '2 bits' }).click();
  await expect(page.locator('#said')).toHaveText(/^conv1 at 2 bits: \d+\.\d % .*, n = 2000, \d+ bytes$/);
  await expect(desk.getByRole('slider', { name: 'conv1 weight bits', exact: true })).toHaveAttribute(
    'aria-valuetext',
    /^2/,
  );

  await page.evaluate(() => document.querySelector('fewbits-desk')?.setAttribute('hide', 'header side'));
  await expect(desk.getByRole('status', { name: 'Accuracy' })).toBeHidden();
  expect(await answerTo(page, { fewbits: 2, type: 'policy' })).toMatchObject({
    type: 'refused',
    why: expect.stringContaining('version 1'),
  });
  expect(await answerTo(page, { fewbits: 1, type: 'weights' })).toMatchObject({ fewbits: 1, type: 'refused' });
  expect(
    await answerTo(page, { fewbits: 1, type: 'policy', policy: { conv1: { weights: 9, activations: 32 } } }),
  ).toMatchObject({
    type: 'refused',
    why: expect.stringContaining('conv1'),
  });
  example.close();
});

test('a site that was not named is not heard', async ({ page, baseURL }) => {
  const example = await serveExample(String(baseURL));
  await page.goto(example.url);
  await page.setContent(
    `<iframe src="${baseURL}?embed=https://other.example#v1/tiny/emoji10/w=8" width="1200" height="800"></iframe>`,
  );
  const slider = page.frameLocator('iframe').getByRole('slider', { name: 'conv1 weight bits', exact: true });
  await expect(page.frameLocator('iframe').getByRole('status', { name: 'Accuracy' })).toContainText(
    'measured, n = 2,000',
  );
  const heard = await page.evaluate(async () => {
    const messages: unknown[] = [];
    addEventListener('message', ({ data }) => messages.push(data));
    const frame = document.querySelector('iframe') as HTMLIFrameElement;
    const layer = { weights: 2, activations: 32 };
    const policy = { conv1: layer, conv2: layer, conv3: layer, conv4: layer, fc: layer };
    frame.contentWindow?.postMessage({ fewbits: 1, type: 'policy', policy }, '*');
    await new Promise((done) => setTimeout(done, 500));
    return messages;
  });
  expect(heard).toEqual([]);
  await expect(slider).toHaveAttribute('aria-valuetext', /^8/);
  example.close();
});
