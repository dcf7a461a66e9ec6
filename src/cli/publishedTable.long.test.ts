// Rows of a published table by the command line.
import { expect, it } from 'vitest';
import { headless } from './headless.testing';

it('runs rows of a published table, including a searched one, and prints the paper’s numbers beside ours', async () => {
  const table = 'reproduce --table metaquantnet-1 --network resnet20 --dataset emoji10 --backend wasm';
  const quick =
    '--option steps=2,batch=8,population=2,generations=1,finals=1 --budget 600images --images 8 --batch-size 8';
  const rows = ['--rows', 'float,uniform 2,hybrid 16x'];
  const { code, stdout } = await headless(`${table} ${quick} --epochs 1 --finish-images 8 --test-images 16`, ...rows);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\| float \| 1.079 \| 1.0789 \| 91.74 \| /m);
  expect(stdout).toMatch(/^\| uniform 2 \| 0.067 \| 0.0674 \| 90.47 \| /m);
  const [, size] = /^\| hybrid 16x \| 0.067 \| (\S+) \| 91.08 \| /m.exec(stdout) ?? [];
  expect(Number(size)).toBeLessThanOrEqual(0.0675);
  const unknown = await headless(
    'reproduce --table metaquantnet-2 --network resnet20 --dataset emoji10 --backend wasm',
  );
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is: metaquantnet-1/) });
}, 600_000);
