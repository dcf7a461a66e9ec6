// How fast layers of integers are: images per second of an evaluation in float, with 8 bits as sums of floats, and with
// integers of several widths, alternately in one process, in Node or in Chromium. Times are those of the processor, which
// other programs change less than times of the clock.
// usage: npm run bench:integers [-- --chromium] [-- --network resnet8]
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { chromium } from '@playwright/test';
import * as tf from '@tensorflow/tfjs-core';
import { build, type Rolldown } from 'vite';
import { registerKernels } from '../src/nn/kernels/register';
import type { NetworkId } from '../src/zoo/registry';
import { integerSubjects } from './bench/integerSpeed';
import { median } from './bench/lines';
import { findOrInstallChromium } from './chromium';

const BATCH = 64;
const ROUNDS = 7;

/** The subjects in one environment. */
interface Bench {
  readonly ids: readonly string[];
  /** Logits and milliseconds of the processor. */
  run(i: number): Promise<{ values: readonly number[]; ms: number }>;
  close(): Promise<void>;
}

async function inNode(network: NetworkId): Promise<Bench> {
  await registerKernels('wasm');
  await tf.setBackend('wasm');
  const subjects = integerSubjects(network, BATCH, 'fused');
  return {
    ids: subjects.map(({ id }) => id),
    async run(i) {
      const before = process.cpuUsage().user;
      const values = [...subjects[i].run()];
      return { values, ms: (process.cpuUsage().user - before) / 1000 };
    },
    close: async () => {},
  };
}

async function inChromium(network: NetworkId): Promise<Bench> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('./bench/integerPage.ts', import.meta.url)),
        formats: ['es'],
        fileName: 'page',
      },
    },
  })) as Rolldown.RolldownOutput[];
  const files = new Map(
    built[0].output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
  const [script] = files.keys();
  const module = (name: string) =>
    fileURLToPath(new URL(`../node_modules/@tensorflow/tfjs-backend-wasm/dist/${name}`, import.meta.url));
  const executablePath = findOrInstallChromium();
  if (executablePath === undefined) throw new Error('No Chromium found: install it, or name it by CHROME_PATH.');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.route('http://bench.test/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = files.get(pathname);
    if (pathname === '/')
      return route.fulfill({ contentType: 'text/html', body: `<script type="module" src="${script}"></script>` });
    if (file !== undefined) return route.fulfill({ contentType: 'text/javascript', body: Buffer.from(file) });
    if (pathname.endsWith('.wasm'))
      return route.fulfill({ contentType: 'application/wasm', body: readFileSync(module(pathname.slice(1))) });
    return route.fulfill({ status: 404 });
  });
  await page.goto('http://bench.test/');
  const ids = await page.evaluate<string[]>(`prepare('${network}', ${BATCH})`);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const seconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN;
  };
  return {
    ids,
    async run(i) {
      const before = await seconds();
      const values = await page.evaluate<number[]>(`run(${i})`);
      return { values, ms: 1000 * ((await seconds()) - before) };
    },
    close: () => browser.close(),
  };
}

const { values: options } = parseArgs({
  options: { chromium: { type: 'boolean', default: false }, network: { type: 'string', default: 'resnet20' } },
});
const bench = await (options.chromium ? inChromium : inNode)(options.network as NetworkId);
const times: number[][] = bench.ids.map(() => []);
const logits: (readonly number[])[] = [];
for (let round = -1; round < ROUNDS; round++)
  for (let k = 0; k < bench.ids.length; k++) {
    const i = round % 2 === 0 ? k : bench.ids.length - 1 - k;
    const { values, ms } = await bench.run(i);
    logits[i] = values;
    if (round >= 0) times[i].push(ms); // the first round warms up
  }
await bench.close();
const ratio = (i: number, j: number) => median(times[i].map((ms, round) => times[j][round] / ms));
bench.ids.forEach((id, i) => {
  const speed = `${((1000 * BATCH) / median(times[i])).toFixed(0)} images/s, x${ratio(i, 0).toFixed(2)} of float`;
  const sums = bench.ids.indexOf(`${id}-sums`);
  const same = sums >= 0 && logits[i].every((value, at) => Object.is(value, logits[sums][at]));
  console.log(
    `${id.padEnd(8)} ${speed}${sums < 0 ? '' : `, x${ratio(i, sums).toFixed(2)} of sums of floats, ${same ? 'same bits' : 'OTHER BITS'}`}`,
  );
});
