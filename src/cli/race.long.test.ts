// A race under improved rounding: kept codes while it searches, layers that make up for the ones before them at the end.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, headless } from './headless.testing';

it('finishes every choice by error feedback, and trains from there if asked', async () => {
  const path = join(folder(), 'race.jsonl');
  const race = (more: string) =>
    headless(
      `race --network tiny --dataset emoji10 --backend wasm --method outputError --range hessian --rounding gptq --independent --correct batch-norm --calibration-images 16 --images 16 --budget 400images --limits 12x --test-images 200 --quiet --results ${path} ${more}`,
    );
  expect(await race('--finish 0')).toMatchObject({ code: 0, stderr: '' });
  expect(await race('--finish 1 --finish-images 64')).toMatchObject({ code: 0, stderr: '' });
  const rows = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ways = ['error feedback', 'error feedback, then 1 epochs of 64 images'];
  expect(rows.map(({ method, finish }) => [method, finish])).toEqual(
    ways.flatMap((way) => ['uniform', 'outputError'].map((method) => [method, way])),
  );
  for (const { right, n } of rows) expect(right / n).toBeGreaterThan(0.2);
}, 600_000);
