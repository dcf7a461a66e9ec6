import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, headless } from './headless.testing';

it('measures random policies and correlates every proxy with them', async () => {
  const out = join(folder(), 'out.json');
  const { code, stdout } = await headless(
    `proxies --network tiny --dataset emoji10 --backend wasm --images 64 --policies 12 --bits 1-8 --json ${out}`,
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^12 configs drawn at random, each measured on 64 images$/m);
  expect(stdout).toMatch(/^\| squared step \(s²\) \| 0 \| -?[01]\.\d\d \(-?[01]\.\d\d to [01]\.\d\d\) \|/m);
  const { points, proxies } = JSON.parse(await readFile(out, 'utf8'));
  expect(points).toHaveLength(12);
  expect(proxies).toHaveLength(6);
  for (const { loss, errors, layers } of proxies) {
    expect(layers).toHaveLength(5);
    expect(loss.n).toBe(12);
    // Directly after rounding, the losses of a small network follow every proxy that reads the weights.
    expect(loss.value).toBeGreaterThan(0);
    expect(loss.lower).toBeLessThanOrEqual(loss.value);
    expect(errors.upper).toBeGreaterThanOrEqual(errors.value);
  }
});
