// `search` from a user's view: reports as lines, resuming after a kill, unreachable limits; and `reproduce`.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, headless } from './headless.testing';

const TINY = '--network tiny --dataset emoji10 --backend wasm --images 64';

const linesOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const search = (text: string, ...more: string[]) => headless(`search ${text}`, ...more);

it('writes one line per report, keeps limit, bits and locks, and trains the choice', async () => {
  const place = folder();
  const [events, out] = [join(place, 'run.jsonl'), join(place, 'out.json')];
  const text = `--method uniform --limit 8x --bits 2-8 --lock fc=4 --rescore 32 --finish 1 --finish-images 128 --test-images 64 ${TINY}`;
  const { code, stdout } = await search(text, '--events', events, '--json', out);
  expect(code).toBe(0);
  const lines = await linesOf(events);
  expect(lines.map(({ point }) => point.policy.conv2.weights)).toEqual([4, 3, 2]);
  expect(lines.at(-1)).toMatchObject({ method: 'uniform', spent: { evaluations: 3, forward: 192, backward: 0 } });
  const { finished, runs } = JSON.parse(await readFile(out, 'utf8'));
  expect(runs[0].points).toHaveLength(3);
  expect(runs[0].front.at(-1)).toMatchObject({ accuracy: { n: 64 }, test: { n: 32 } });
  expect(finished[0]).toMatchObject({ name: 'uniform', accuracy: { n: 64 }, policy: { fc: { weights: 4 } } });
  expect(stdout).toMatch(/^\| method \| weight bits \|/m);
  // The log, the front and the table count the same bytes.
  const front = [...stdout.matchAll(/front at ([\d.]+ KB)/g)].map(([, size]) => size);
  expect(front).toHaveLength(3);
  for (const size of front) expect(stdout).toMatch(new RegExp(`, loss [\\d.]+, ${size}, weights [\\d.]+x smaller \\[`));
  expect(stdout.split('\n').at(-2)).toContain(`| ${front[2]} |`);
});

it('proves which policy loses at most so many points, on images after those of the search', async () => {
  const out = join(folder(), 'out.json');
  const text = `--method uniform --lose 20 --test-images 256 ${TINY}`;
  const { stdout } = await search(text, '--json', out);
  const [{ claim }] = JSON.parse(await readFile(out, 'utf8')).runs;
  // 2,000 validation images of Emoji-10, 64 of them used by the search.
  expect(claim.images).toBe(1936);
  const sizes = claim.tried.map(({ bytes }: { bytes: number }) => bytes);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(claim.proved.atMost).toBeLessThan(0.2);
  expect(claim.proved).toEqual(claim.tried.filter(({ state }: { state: string }) => state === 'proved').at(-1));
  expect(-claim.tested.lower).toBeLessThan(0.3);
  expect(stdout).toMatch(
    /lose at most 20.00 points against float \(.* measured\), with 95 % confidence, n = \d+ .*\n.*on 256 test images/,
  );
  for (const [flag, message] of [
    ['--images 5000', /leave none of the \d+ validation images/],
    ['--fine-tune 4', /set fine-tuning to 0 steps/],
  ] as const)
    expect(await search(`${text} ${flag}`)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
});

it('resumes where it stopped, and measures nothing twice', async () => {
  const events = join(folder(), 'run.jsonl');
  const text = `--method uniform --limit 6x ${TINY}`;
  await search(`${text} --budget 2`, '--events', events);
  const { code } = await search(`${text} --budget 4 --resume`, '--events', events);
  expect(code).toBe(0);
  const lines = await linesOf(events);
  expect(lines.map(({ point }) => point.policy.conv2.weights)).toEqual([5, 4, 3, 2]);
  expect(lines.map(({ spent }) => spent.forward)).toEqual([64, 128, 192, 256]);
});

it('agrees on one size in the log, for the limit, and in evaluate', async () => {
  const out = join(folder(), 'out.json');
  const evaluated = await headless(`evaluate ${TINY} --policy uniform:4 --weights-only --json ${out}`);
  const { fileBytes } = JSON.parse(await readFile(out, 'utf8'));
  const [size] = /[\d.]+ KB/.exec(evaluated.stdout) ?? [];
  const within = (bytes: number) => search(`--method uniform --bits 4-8 --limit ${bytes}B ${TINY}`);
  const { stdout } = await within(fileBytes);
  expect(stdout).toMatch(new RegExp(`^uniform: 1 evaluations.*, ${size}, .*\\[4 4 4 4 4\\]\n.*chose \\[4 4 4 4 4\\]`));
  expect(await within(fileBytes - 1)).toMatchObject({ code: 1, stderr: expect.stringMatching(/bytes cannot be met/) });
});

it('finds policies for other limits by the table of one run, measured on test images', async () => {
  const out = join(folder(), 'out.json');
  const text = `--method squaredSteps --limit 12x --limits 6x,10x,20x --rescore 40 ${TINY}`;
  const { code, stdout } = await search(text, '--json', out);
  expect(code).toBe(0);
  const [{ byTable, result, points }] = JSON.parse(await readFile(out, 'utf8')).runs;
  expect(points).toHaveLength(1);
  expect(byTable.map(({ test }: { test: { n: number } }) => test.n)).toEqual([40, 40, 40]);
  expect(result.table.layers.map(({ id }: { id: string }) => id)).toEqual(Object.keys(result.policy));
  const told = [...stdout.matchAll(/^squaredSteps's table at ([\d.]+)x: .* weights ([\d.]+)x smaller, .*n = 40$/gm)];
  expect(told.map(([, limit]) => limit)).toEqual(['6.0', '10.0', '20.0']);
  for (const [, limit, compression] of told) expect(Number(compression)).toBeGreaterThanOrEqual(Number(limit));
  const bits = (policy: Record<string, { weights: number }>) => Object.values(policy).map(({ weights }) => weights);
  // A narrower limit gives no layer more bits than a wider one.
  const sums = byTable.map(({ policy }: { policy: never }) => bits(policy).reduce((sum, b) => sum + b, 0));
  expect(sums).toEqual(sums.toSorted((a: number, b: number) => b - a));
  const none = await search(`--method uniform --limit 12x --limits 40x ${TINY}`);
  expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/limit of 40.0x cannot be met/) });
  const without = await search(`--method uniform --limit 12x --limits 8x ${TINY}`);
  expect(without.stdout).toContain('uniform has no table of single layers to answer --limits by');
}, 600_000);

it('states the reachable range, and the values of a flag', async () => {
  expect(await search(`--method uniform --limit 64x ${TINY}`)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/limit of 64.0x cannot be met.*32.0x to 4.0x/),
  });
  for (const [flag, message] of [
    ['--limit 64', /say 16x, 64KB, 2GBitOps, flash:96KB/],
    ['--lock nothing=4', /of the layers conv1, /],
    ['--option depth=3', /no option "depth"/],
  ] as const)
    expect(await search(`--method uniform ${flag} ${TINY}`)).toMatchObject({ stderr: expect.stringMatching(message) });
}, 600_000);
