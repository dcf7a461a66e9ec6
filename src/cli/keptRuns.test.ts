// `--resume`: a stored run resumes only under its own settings; stored state is never lost unasked.
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folder, headless } from './headless.testing';
import { differences, type RunSettings } from './keptRuns';

const where = '--dataset emoji10 --backend wasm --events';
const asKept = 'search --method greedy --network tiny --images 32 --limit 6x --budget 3';
const place = folder();
const events = join(place, 'run.jsonl');
const state = `${events}.greedy.state`;
const contents = () => readdirSync(place).map((name) => [name, readFileSync(join(place, name), 'latin1')]);
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

beforeAll(async () => {
  expect(await headless(`${asKept} ${where}`, events)).toMatchObject({ code: 0 });
});

describe('a stored run', () => {
  it.each([
    ['a tighter limit', '--limit 10x', /--limit is 10\.0x and was 6\.0x/],
    ['a limit whose words are the same', '--limit 6.001x', /--limit is 6\.0x \(weights at most \d+\) and was 6\.0x \(/],
    ['a looser limit', '--limit 5x', /--limit is 5\.0x and was 6\.0x/],
    ['another limit besides', '--limit 6x,64KB', /--limit is 6\.0x, 64\.0 KB and was 6\.0x/],
    ['no limit', '--limit 1x', /--limit is 1\.0x and was 6\.0x/],
    ['more images', '--images 64', /--images is 64 and was 32/],
    ['another quantizer', '--quantizer affine', /--quantizer and calibration is affine\/channel and was symmetric\/ch/],
    ['another correction', '--correct bias', /--quantizer and calibration is .*bias/],
    ['another network', '--network resnet8', /network is resnet8 and was tiny/],
    ['other weights', '--weights none', /network is tiny \(weights.*\) and was tiny \(/],
    ['other images', '--seed 2', /--dataset is emoji10 \(images .*--seed is 2 and was 1/],
    ['fewer bits', '--bits 2-4', /--bits is 2, 3, 4 and was 1, 2/],
    ['rounded activations', '--activation-bits 8', /--activation-bits is 8 and was 32/],
    ['a lock', '--lock fc=8', /--lock is fc=8\/32 and was none/],
    ['fine-tuning', '--fine-tune 2', /--fine-tune is 2 and was 0; --batch-size is 32 and was not set/],
    ['policies to start from', '--policy uniform:2', /--policy is 1 to start from and was none/],
    ['another backend', '--backend cpu', /--backend is cpu and was wasm/],
    ['several at once', '--images 64 --limit 10x', /--images is 64 and was 32; --limit is 10\.0x and was 6\.0x; give/],
  ])('is not resumed under %s', async (_, flag, words) => {
    const before = contents();
    const ran = await headless(`${asKept} --resume ${where}`, events, ...flag.split(' '));
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(words) });
    expect(ran.stderr).toMatch(/^"\S+\.greedy\.state" keeps a run under other settings[^\n]*\.\n$/);
    expect(contents()).toEqual(before);
  });

  it('is checked for every method before the first one starts', async () => {
    const before = contents();
    const ran = await headless(`${asKept} --resume --method uniform,greedy --images 64 ${where}`, events);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/--images is 64 and was 32/) });
    expect(contents()).toEqual(before);
  });

  it('is not restarted without --force', async () => {
    const before = contents();
    const ran = await headless(`${asKept} ${where}`, events);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/^"\S+" keeps an earlier run of greedy, whi/) });
    expect(contents()).toEqual(before);
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    [
      'changed by a byte',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte))),
    ],
    ['of an earlier version', () => Buffer.from('{"method":"greedy","points":[],"spent":{}}')],
    ['null', () => Buffer.from('null')],
  ])('is named where it is %s', async (_, change) => {
    const other = join(folder(), 'run.jsonl');
    writeFileSync(`${other}.greedy.state`, change(readFileSync(state)));
    const before = readFileSync(`${other}.greedy.state`);
    const ran = await headless(`${asKept} --resume ${where}`, other);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(
      /^"\S+\.greedy\.state", the state of greedy, is damaged, cut short or of an earlier [^\n]*\.\n$/,
    );
    expect(readFileSync(`${other}.greedy.state`)).toEqual(before);
  });

  it('resumes under the same settings, and repeats only the reports after its stored state', async () => {
    appendFileSync(events, `${readFileSync(events, 'utf8').split('\n').at(-2)}\n{"method":"greedy","ph`);
    const ran = await headless(`${asKept} --resume --budget 5 ${where}`, events);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(events).flatMap(({ point }) => (point ? [point.spent.evaluations] : []))).toEqual([3, 4, 5]);
  });

  it('is restarted by --force, and other runs in the same file stay', async () => {
    await headless(`${asKept} --method uniform --budget 1 ${where}`, events);
    const ran = await headless(`${asKept} --images 64 --force ${where}`, events);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const told = linesOf(events).flatMap(({ method, point }) => (point ? [[method, point.accuracy.n]] : []));
    expect(told).toEqual([
      ['uniform', 32],
      ['greedy', 64],
    ]);
  });

  it('may be missing: its method starts, and says so', async () => {
    const ran = await headless(`${asKept} --method uniform --budget 1 --resume ${where}`, join(folder(), 'run.jsonl'));
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^uniform: nothing is kept in "\S+", so it begins/),
    });
  });
});

it('for another network reports differences in words, not in derived numbers', () => {
  const now: RunSettings = { network: ['b', '2'], '--limit': ['8.0x', '7'], '--bits': ['1'] };
  const before: RunSettings = { network: ['a', '1'], '--limit': ['8.0x', '5'], '--bits': ['2'] };
  expect(differences(now, before)).toEqual(['network is b and was a', '--bits is 1 and was 2']);
  expect(differences(now, now)).toEqual([]);
  expect(differences({ ...now, network: ['renamed', '2'] }, now)).toEqual([]);
});
