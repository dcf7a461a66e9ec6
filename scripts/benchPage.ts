// How fast the page responds: the built site, served from here, in Chromium without a GPU. Measures the time from
// navigation to the first response of a fader, the time from a change of one layer to a measurement on 512 images, and
// during quantization-aware training the frame gaps and the time from a drag to its estimate on the page.
// usage: npm run build && npm run bench:page
import { chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { findOrInstallChromium } from './chromium';

const QUIET = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'];
const ROUNDS = 5;

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
const fader = (page: Page, layer: string) => page.getByRole('slider', { name: `${layer} weight bits`, exact: true });
const seen = (page: Page, words: RegExp) => page.getByText(words).first().waitFor({ timeout: 120_000 });

/** Milliseconds from navigation until a key on a fader has changed the memory on the page. */
async function firstResponse(page: Page, url: string): Promise<number> {
  const started = performance.now();
  await page.goto(url);
  await fader(page, '1a').focus();
  const memory = page.getByRole('status', { name: 'Model size' });
  const before = await memory.textContent();
  await page.keyboard.press('2');
  while ((await memory.textContent()) === before) await page.waitForTimeout(5);
  return performance.now() - started;
}

/** Milliseconds from a key on a fader until its accuracy on at least 512 images is on the page. */
async function measured512(page: Page, layer: string, bits: string): Promise<number> {
  await fader(page, layer).focus();
  const started = performance.now();
  await page.keyboard.press(bits);
  // The key made a new policy; until it is measured, the output says so.
  await page.waitForFunction(
    () => {
      const words = document.querySelector('output[aria-label="Accuracy"]')?.textContent ?? '';
      return Number(/measured, n = ([\d,]+)/.exec(words)?.[1].replace(',', '') ?? 0) >= 512;
    },
    undefined,
    { polling: 'raf' },
  );
  return performance.now() - started;
}

const percentile95 = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)];

/**
 * Milliseconds from the arrival of each pointer movement that changed the policy (browsers deliver them once per frame)
 * to its estimate in the output, while faders are dragged up and down for `seconds`.
 */
async function estimateTimes(page: Page, layers: readonly string[], seconds: number): Promise<number[]> {
  await page.evaluate(`(() => {
    const output = document.querySelector('output[aria-label="Accuracy"]');
    window.estimates = [];
    let moved = null;
    addEventListener('pointermove', () => { moved = performance.now(); }, true);
    new MutationObserver(() => {
      if (moved !== null && output.classList.contains('estimated')) window.estimates.push(performance.now() - moved);
      moved = null;
    }).observe(output, { subtree: true, childList: true, characterData: true });
  })()`);
  const end = performance.now() + seconds * 1000;
  for (let i = 0; performance.now() < end; i++) {
    const box = await fader(page, layers[i % layers.length]).boundingBox();
    if (box === null) throw new Error('the faders are not drawn');
    const x = box.x + box.width / 2;
    await page.mouse.move(x, box.y + box.height * 0.2);
    await page.mouse.down();
    for (const share of [0.85, 0.3, 0.7, 0.2]) await page.mouse.move(x, box.y + box.height * share, { steps: 12 });
    await page.mouse.up();
  }
  return page.evaluate<number[]>('window.estimates');
}

/** 95th percentile of the gaps between animation frames over ten seconds, in milliseconds. */
function frameGaps(page: Page): Promise<number> {
  // As text, because the functions of this file are compiled with helpers that the page does not have.
  return page.evaluate<number>(`new Promise((resolve) => {
    const gaps = [];
    const start = performance.now();
    let last = start;
    requestAnimationFrame(function frame(now) {
      gaps.push(now - last);
      last = now;
      if (now - start < 10000) requestAnimationFrame(frame);
      else resolve(gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.95)]);
    });
  })`);
}

const server = await preview({ preview: { port: 4391, host: '127.0.0.1' }, logLevel: 'error' });
const url = server.resolvedUrls?.local[0] ?? 'http://127.0.0.1:4391/';
const executablePath = findOrInstallChromium();
const browser = await chromium.launch({ args: QUIET, ...(executablePath && { executablePath }) });
try {
  const responses: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    responses.push(await firstResponse(page, url));
    await page.close();
  }
  console.log(
    `first fader response from navigation: median ${Math.round(median(responses))} ms, worst ${Math.round(Math.max(...responses))} ms of ${ROUNDS}`,
  );

  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await seen(page, /n = 2,000/);
  const times: number[] = [];
  for (const [layer, bits] of [
    ['stem', '6'],
    ['1b', '4'],
    ['2a', '4'],
    ['2s', '5'],
    ['3a', '4'],
    ['3b', '3'],
    ['fc', '4'],
  ]) {
    times.push(await measured512(page, layer, bits));
    await seen(page, /n = 2,000/);
  }
  console.log(
    `512 images measured after one layer changed: median ${Math.round(median(times))} ms, worst ${Math.round(Math.max(...times))} ms of ${times.length} layers`,
  );

  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Mode', { exact: true }).selectOption('quantization-aware');
  await training.getByLabel('Epochs').fill('20');
  await training.getByRole('button', { name: 'Start training' }).press('Enter');
  await training.getByText(/images\/s/).waitFor();
  const gap = await frameGaps(page);
  console.log(`frame gaps while training for 8 bits: 95th percentile ${gap.toFixed(1)} ms`);
  await page.evaluate('scrollTo(0, 0)');
  const [dragged, estimates] = await Promise.all([frameGaps(page), estimateTimes(page, ['1b', '2a', '3b'], 10)]);
  console.log(
    `drag to estimate while training: median ${median(estimates).toFixed(1)} ms, 95th percentile ${percentile95(estimates).toFixed(1)} ms of ${estimates.length}; frame gaps meanwhile ${dragged.toFixed(1)} ms`,
  );
} finally {
  await browser.close();
  await server.close();
}
