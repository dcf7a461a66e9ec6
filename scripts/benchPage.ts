// How fast the page responds: the built site, served from here, in Chromium without a GPU. Times that a visitor waits, from
// navigation to the layers that flipped an image, responses during quantization-aware training, and what moves on the page
// by itself; and what it promises besides (bench/pageGoals.ts).
// usage: npm run build && npm run bench:page [goals]
import { cpus, loadavg } from 'node:os';
import { type Browser, chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { colorGaps, estimateQuality, mainActs } from './bench/pageGoals';
import { findOrInstallChromium } from './chromium';

const QUIET = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'];
const ROUNDS = 5;
/** Numbers of images that the accuracy grows over. */
const IMAGES = [128, 512, 2000];

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

/** Milliseconds from a key on a fader until its accuracy on at least `images` is on the page, for each number of them. */
async function measuredOn(page: Page, layer: string, bits: string, images: readonly number[]): Promise<number[]> {
  await fader(page, layer).focus();
  const started = performance.now();
  await page.keyboard.press(bits);
  const times: number[] = [];
  for (const n of images) {
    // The key made a new policy; until it is measured, the output says so.
    await page.waitForFunction(
      (least) => {
        const words = document.querySelector('output[aria-label="Accuracy"]')?.textContent ?? '';
        return Number(/measured, n = ([\d,]+)/.exec(words)?.[1].replace(',', '') ?? 0) >= least;
      },
      n,
      { polling: 'raf', timeout: 120_000 },
    );
    times.push(performance.now() - started);
  }
  return times;
}

/** Milliseconds of each undo of a change of bits, until the fader is back. */
async function undoTimes(page: Page, layer: string, times: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i++) {
    await fader(page, layer).press('5');
    await page.evaluate('new Promise((done) => setTimeout(done, 50))');
    found.push(
      await page.evaluate<number>(`(() => {
        const fader = document.querySelector('input[aria-label="${layer} weight bits"]');
        const before = fader.getAttribute('aria-valuetext');
        const started = performance.now();
        document.querySelector('button[aria-label="Undo"]').click();
        return new Promise((done) => requestAnimationFrame(function look() {
          if (fader.getAttribute('aria-valuetext') !== before) done(performance.now() - started);
          else requestAnimationFrame(look);
        }));
      })()`),
    );
  }
  return found;
}

/** Milliseconds until each flipped image names the layers that flipped it, after it is chosen for the first time. */
async function attributionTimes(page: Page, most: number): Promise<number[]> {
  const images = page.getByRole('tabpanel', { name: 'Images' });
  const flipped = images.getByRole('button', { name: /, lost: / });
  const times: number[] = [];
  for (let i = 0; i < Math.min(most, await flipped.count()); i++) {
    const started = performance.now();
    await flipped.nth(i).click();
    await images
      .getByRole('region', { name: 'Which layers did it?' })
      .getByText(/logits|no layer/i)
      .first()
      .waitFor();
    times.push(performance.now() - started);
  }
  return times;
}

/** Records what moves by itself, the largest paint, and how long inputs take to be shown. */
const OBSERVE = `(() => {
  window.seen = { shifts: [], paint: 0, inputs: new Map() };
  const on = (type, take, options) => new PerformanceObserver((list) => list.getEntries().forEach(take))
    .observe({ type, buffered: true, ...options });
  on('layout-shift', (shift) => { if (!shift.hadRecentInput) seen.shifts.push([shift.startTime, shift.value]); });
  on('largest-contentful-paint', (paint) => { seen.paint = paint.startTime; });
  on('event', ({ interactionId: id, duration }) => {
    if (id) seen.inputs.set(id, Math.max(seen.inputs.get(id) ?? 0, duration));
  }, { durationThreshold: 16 });
})()`;

/** The largest sum of layout shifts in a window of five seconds with no pause of a second, as web-vitals defines it. */
function layoutShift(shifts: readonly (readonly [time: number, value: number])[]): number {
  let [most, sum, first, last] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  for (const [time, value] of shifts) {
    if (time - last > 1000 || time - first > 5000) [sum, first] = [0, time];
    [sum, last] = [sum + value, time];
    most = Math.max(most, sum);
  }
  return most;
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
      if (moved !== null && output.className.includes('estimated')) window.estimates.push(performance.now() - moved);
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

/** A row of the table in docs/performance.md. */
function row(what: string, times: readonly number[], unit = 'ms'): void {
  const write = (value: number) => (value >= 100 ? Math.round(value) : Number(value.toFixed(1)));
  const [middle, p95, worst] = [median([...times]), percentile95([...times]), Math.max(...times)].map(write);
  console.log(`| ${what} | ${middle} ${unit} | ${p95} | ${worst} | ${times.length} |`);
}

/** Estimates, clicks and colors. */
async function goals(browser: Browser, url: string): Promise<void> {
  console.log('| estimates of | configs | rank correlation | median error |\n|---|---|---|---|');
  for (const network of ['tiny', 'resnet8', 'resnet20'] as const) {
    const { configs, rho, error } = estimateQuality(network);
    console.log(`| ${network} | ${configs} | ${rho.toFixed(3)} | ${error.toFixed(2)} points |`);
  }
  console.log('| from … to … | clicks | from the last click |\n|---|---|---|');
  for (const { what, clicks, time } of await mainActs(await browser.newContext(), url))
    console.log(`| ${what} | ${clicks} | ${Math.round(time)} ms |`);
  console.log('| theme | vision | nearest colors that meet | distance in OKLab |\n|---|---|---|---|');
  for (const { theme, vision, pair, distance } of await colorGaps(await browser.newPage(), url))
    console.log(`| ${theme} | ${vision} | ${pair} | ${distance.toFixed(3)} |`);
}

const server = await preview({ preview: { port: 4391, host: '127.0.0.1' }, logLevel: 'error' });
const url = server.resolvedUrls?.local[0] ?? 'http://127.0.0.1:4391/';
const executablePath = findOrInstallChromium();
const browser = await chromium.launch({ args: QUIET, ...(executablePath && { executablePath }) });
const newPage = async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(OBSERVE);
  return page;
};
try {
  console.log(`load of this machine: ${loadavg()[0].toFixed(1)} on ${cpus().length} cores`);
  await goals(browser, url);
  if (process.argv[2] === 'goals') process.exit();
  console.log('| | median | 95th percentile | worst | of |\n|---|---|---|---|---|');
  const [responses, paints, firsts, shifts, links]: number[][] = [[], [], [], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    let page = await newPage();
    responses.push(await firstResponse(page, url));
    await page.close();
    page = await newPage();
    const started = performance.now();
    await page.goto(url);
    await page
      .locator('output[aria-label="Accuracy"]')
      .getByText(/measured, n = /)
      .waitFor({ timeout: 120_000 });
    firsts.push(performance.now() - started);
    await seen(page, /n = 2,000/);
    paints.push(await page.evaluate<number>('seen.paint'));
    shifts.push(layoutShift(await page.evaluate<[number, number][]>('seen.shifts')));
    await page.close();
    page = await newPage();
    const opened = performance.now();
    await page.goto(`${url}#v1/resnet8/emoji10/w=3`);
    await page.locator('input[aria-label="3b weight bits"][aria-valuetext^="3 bits"]').waitFor({ state: 'attached' });
    links.push(performance.now() - opened);
    await page.close();
  }
  row('navigation to the largest paint', paints);
  row('navigation to the first response of a fader', responses);
  row('navigation to the faders of a link', links);
  row('navigation to the first measured accuracy', firsts);
  console.log(`layout shift until 2,000 images are measured: worst ${Math.max(...shifts).toFixed(4)} of ${ROUNDS}`);

  const page = await newPage();
  await page.goto(url);
  await seen(page, /n = 2,000/);
  const measured: number[][] = [];
  for (const [layer, bits] of [
    ['stem', '6'],
    ['1b', '4'],
    ['2a', '4'],
    ['2s', '5'],
    ['3a', '4'],
    ['3b', '2'],
    ['fc', '4'],
  ])
    measured.push(await measuredOn(page, layer, bits, IMAGES));
  IMAGES.forEach((n, i) => {
    row(
      `change of one layer to its accuracy on ${n.toLocaleString('en-US')} images`,
      measured.map((times) => times[i]),
    );
  });
  row('a chosen image to the layers that flipped it', await attributionTimes(page, 10));
  row('undo to the fader', await undoTimes(page, '2b', 20));

  await page.getByRole('tab', { name: 'Train', exact: true }).click();
  const training = page.getByRole('region', { name: 'Training', exact: true });
  await training.getByLabel('Mode', { exact: true }).selectOption('quantization-aware');
  await training.getByLabel('Epochs').fill('20');
  await training.getByLabel('Shards per batch').selectOption('2');
  await page.getByRole('combobox', { name: 'Computes with' }).selectOption('wasm 2');
  await training.getByRole('button', { name: 'Start training' }).press('Enter');
  await training.getByText(/images\/s/).waitFor({ timeout: 120_000 });
  await page.evaluate('seen.inputs.clear()');
  const [gap, estimates] = await Promise.all([frameGaps(page), estimateTimes(page, ['1b', '2a', '3b'], 10)]);
  row('drag to its estimate while training', estimates);
  const inputs = await page.evaluate<number[]>('[...seen.inputs.values()]');
  row('input to the next paint while training (those over 16 ms)', inputs.length > 0 ? inputs : [16]);
  console.log(`frame gaps while two workers train: 95th percentile ${gap.toFixed(1)} ms`);
  const paused = performance.now();
  await training.getByRole('button', { name: 'Pause' }).click();
  await training.getByRole('button', { name: 'Resume' }).waitFor({ timeout: 120_000 });
  row('pause of training to its end', [performance.now() - paused]);
} finally {
  await browser.close();
  await server.close();
}
