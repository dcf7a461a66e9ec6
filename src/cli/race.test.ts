// Races by the command line: resumed behind the last line, and not across other settings.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, headless } from './headless.testing';
import { type RaceRow, raceInWords } from './race';

const place = folder();
const path = join(place, 'race.jsonl');
const race = (more: string) =>
  headless(
    `race --network tiny --dataset emoji10 --backend wasm --method squaredSteps,random --calibration-images 16 --images 16 --test-images 32 --quiet --results ${path} ${more}`,
  );
const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n');

it('goes on behind the last line, compares with uniform, and runs again under other settings', async () => {
  const first = await race('--limits 12x --seeds 1-2 --budget 32images');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(lines()).toHaveLength(6);
  const rows = lines().map((line) => JSON.parse(line));
  expect(rows.map(({ method, seed }) => `${method} ${seed}`)).toEqual([
    ...['uniform 1', 'squaredSteps 1', 'random 1', 'uniform 2', 'squaredSteps 2', 'random 2'],
  ]);
  for (const row of rows) expect(row).toMatchObject({ n: 32, finish: 'rounded', limit: '12x' });
  for (const { curve, images } of rows) {
    expect(curve.n).toBe(16);
    expect(curve.best.at(-1)[0]).toBeLessThanOrEqual(images);
    const rights: number[] = curve.best.map(([, right]: [number, number]) => right);
    expect(rights).toEqual([...new Set(rights)].sort((a, b) => a - b));
  }
  expect(new Set(rows.map(({ settings }) => settings)).size).toBe(6);
  expect(first.stdout).toMatch(/^\| 12x \| Uniform \| .* \| - \| .* \| 2 \| /m);
  expect(first.stdout).toMatch(/^12x, at 32 images, on 32 test images, against Uniform: above it /m);

  // A run that was killed before its line was whole is not there; the others are not run again.
  writeFileSync(
    path,
    lines()
      .slice(0, 5)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const again = await race('--limits 12x --seeds 1-2 --budget 32images');
  expect(again.stdout.match(/chose|, seed /g)).toHaveLength(1);
  const withoutTimes = (line: string) => ({ ...JSON.parse(line), seconds: 0, finishSeconds: 0, processorSeconds: 0 });
  expect(lines().map(withoutTimes)).toEqual(
    rows.map((row) => ({ ...row, seconds: 0, finishSeconds: 0, processorSeconds: 0 })),
  );

  expect((await race('--limits 12x --seeds 1 --budget 48images')).code).toBe(0);
  expect(lines()).toHaveLength(9);
}, 60_000);

it('says what is missing, and leaves files of others alone', async () => {
  expect(await race('--seeds 1')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--limits is missing/) });
  expect(await race('--limits 12x --seeds one')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^--seeds "one"/),
  });
  writeFileSync(join(place, 'mine.jsonl'), '{"my": "notes"}\n');
  const foreign = await headless(
    `race --network tiny --dataset emoji10 --backend wasm --limits 12x --results ${join(place, 'mine.jsonl')}`,
  );
  expect(foreign).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--results would overwrite/) });
});

it('tells in the documents what the race of docs/race.jsonl gave', () => {
  const inDocs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  const rows: RaceRow[] = inDocs('race.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(inDocs('searches.md')).toContain(raceInWords(rows).table);
});
