// A network of 26 million weights in 300 layers: it opens, and the page answers while it does.
import { writeFileSync } from 'node:fs';
import { writeExport } from '../src/formats/export/write';
import { FLOAT, uniformPolicy } from '../src/graph/policy';
import { createRng } from '../src/math/rng';
import { ArchitectureBuilder, initialize } from '../src/zoo/definition';
import { expect, test } from './test';

const LAYERS = 300;
const WIDTH = 98;
/** Milliseconds that the page may compute at a stretch. */
const PATIENCE = 2000;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of computing: what else the machine does meanwhile does not count. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** The longest that the page's thread computed at a stretch, in milliseconds, from a trace of Chromium. */
function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const pages = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const threads = new Set(pages.map(threadOf));
  const tasks = traceEvents.filter(({ name }) => name === 'ThreadControllerImpl::RunTask');
  expect(tasks.length).toBeGreaterThan(0);
  return tasks.reduce((most, task) => Math.max(most, threads.has(threadOf(task)) ? (task.tdur ?? 0) : 0), 0) / 1000;
}

function largeOnnx(): Buffer {
  const net = new ArchitectureBuilder();
  let x = net.add('input', 'image', [], { shape: [32, 32, 3] });
  x = net.convBn('features.stem.conv', x, WIDTH, { stride: 4 });
  x = net.add('maxPool', 'features.stem.pool', [x], { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] });
  for (let i = 1; i < LAYERS - 1; i++) {
    const id = `features.stage${1 + Math.floor(i / 50)}.block_${i}.depthwise_separable.conv`;
    const branch = net.convBn(id, x, WIDTH, { relu: false });
    x = net.add('relu', `relu${i}`, [net.add('add', `add${i}`, [x, branch], {})], {});
  }
  net.add('dense', 'classifier', [net.add('globalAvgPool', 'pool', [x], {})], { units: 10, bias: true });
  const network = initialize(net.build('large'), createRng(1));
  // Small branches, so that what they add up to stays finite.
  for (const [name, { values }] of network.parameters) if (/block.*gamma$/.test(name)) values.fill(0.05);
  const [file] = writeExport('onnx', {
    ...{ network, policy: uniformPolicy(network, FLOAT, FLOAT), ranges: new Map(), classes: [] },
    normalization: { mean: [0, 0, 0], std: [1, 1, 1] },
    scheme: { quantizer: 'symmetric', granularity: 'channel' },
    provenance: { dataset: 'Emoji-10', split: 'test', seed: 1, version: '0', backend: 'none' },
  });
  return Buffer.from(file.content as Uint8Array);
}

test('26 million weights in 300 layers open without a frozen page', async ({ page, browser }, info) => {
  const path = info.outputPath('large.onnx');
  writeFileSync(path, largeOnnx());
  await page.goto('./#v1/tiny/emoji10');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured');
  await page.getByLabel('Network', { exact: true }).selectOption('bring');
  const dialog = page.getByRole('dialog', { name: 'Your own network' });
  const started = Date.now();
  await dialog.getByLabel('Choose files').setInputFiles(path);
  await expect(dialog.getByText('25.8 M')).toBeVisible();
  const read = Date.now();
  // The first preprocessing is enough to go on.
  await dialog.getByRole('radio').first().click();
  await browser.startTracing(page, { categories: ['toplevel'] });
  await dialog.getByRole('button', { name: /Use this network|Use it anyway/ }).click();
  await expect(dialog).toBeHidden();
  const opened = Date.now();
  await expect(page.locator('[data-strip]')).toHaveCount(LAYERS);
  // The page answers: a fader moves, and the size follows.
  const size = page.getByRole('status', { name: 'Model size' });
  const before = await size.textContent();
  await page.locator('[data-strip] input[type=range]').nth(150).focus();
  const pressed = Date.now();
  await page.keyboard.press('4');
  await expect(size).not.toHaveText(before ?? '');
  const answered = Date.now() - pressed;
  const longest = longestTask(await browser.stopTracing());
  console.log(
    `read ${read - started} ms, opened ${opened - read} ms, answered ${answered} ms, longest task ${longest} ms of computing`,
  );
  expect(longest).toBeLessThan(PATIENCE);
});
