// Rows of a published table by the command line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, headless } from './headless.testing';

it('runs rows of a published table, including a searched one, and prints the paper’s numbers beside ours', async () => {
  const table = 'reproduce --table metaquantnet-1 --network resnet20 --dataset emoji10 --backend wasm';
  const results = join(folder(), 'rows.jsonl');
  const quick = `--option steps=2,batch=8,population=2,generations=1,finals=1 --budget 700images --images 8 --batch-size 8 --results ${results}`;
  const rows = ['--rows', 'float,uniform 2,hybrid 16x'];
  const run = () => headless(`${table} ${quick} --epochs 1 --finish-images 8 --test-images 16`, ...rows);
  const { code, stdout } = await run();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\| float \| 1.079 \| 91.74 \| - \| 1.0789 \| /m);
  expect(stdout).toMatch(/^\| uniform 2 \| 0.067 \| 90.47 \| 1.27 \| 0.0674 \| /m);
  const [, size] = /^\| hybrid 16x \| 0.067 \| 91.08 \| 0.66 \| (\S+) \| /m.exec(stdout) ?? [];
  expect(Number(size)).toBeLessThanOrEqual(0.0675);
  expect(stdout).toMatch(/^\| hybrid 25x \| 0.0428 \| 89.72 \| 2.02 \| not run \| /m);
  expect(stdout).toMatch(/^third stage|^hybrid 16x: /m);
  const lines = readFileSync(results, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ name }) => name)).toEqual(['float', 'uniform 2', 'hybrid 16x']);
  expect(lines[2]).toMatchObject({ seed: 1, n: 16, epochs: 1, search: { evaluations: expect.any(Number) } });
  // Every row is there, so nothing is run again.
  const again = await run();
  expect(again.stdout).not.toMatch(/^hybrid 16x: /m);
  expect(readFileSync(results, 'utf8').trimEnd().split('\n')).toHaveLength(3);
  // Another method's bits, and uniform ones with chosen codes, rounded and not trained, are rows of their own.
  const other = '--method outputError --rounding gptq --independent --calibration-images 16 --granularity channel';
  const byOutput = `${table} ${other} --budget 3 --images 8 --epochs 0 --test-images 16 --results ${results}`;
  const rounded = await headless(byOutput, '--rows', 'uniform 2,hybrid 16x');
  expect(rounded.stdout).toMatch(/^\| hybrid 16x \| .* \| Output error \| channel \| 0 \| 1 \| /m);
  expect(rounded.stdout.match(/^\| uniform 2 \| .* \| - \| (?:tensor \| 1|channel \| 0) \| 1 \| /gm)).toHaveLength(2);
  const unknown = await headless(
    'reproduce --table metaquantnet-2 --network resnet20 --dataset emoji10 --backend wasm',
  );
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is: metaquantnet-1/) });
}, 600_000);
