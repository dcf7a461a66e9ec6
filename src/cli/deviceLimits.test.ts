// A search under the limits of a board, and the file that it ends with.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { arenaBytes } from '../formats/tfliteArena';
import { folder, headless } from './headless.testing';

it('ends inside flash, RAM and latency, by the bytes of the exported file', async () => {
  const place = folder();
  const [out, policy, file] = ['out.json', 'policy.json', 'model.tflite'].map((name) => join(place, name));
  const tiny =
    '--network tiny --dataset emoji10 --backend wasm --images 64 --quantizer symmetric --granularity channel';
  const limit = 'flash:28KB,ram@nucleo-l4r5zi:8KB,latency@nucleo-l4r5zi:30ms';
  const searched = await headless(
    `search --method outputError --budget 20 --activation-bits 8 --limit ${limit} ${tiny}`,
    ...['--json', out],
  );
  expect(searched).toMatchObject({ code: 0 });
  const [run] = JSON.parse(await readFile(out, 'utf8')).runs;
  await writeFile(policy, JSON.stringify(run.result.policy));
  const exported = await headless(`export --format tflite ${tiny}`, '--policy', policy, '--out', file);
  expect(exported.code).toBe(0);
  const bytes = await readFile(file);
  expect(bytes.length).toBeLessThanOrEqual(28 * 1024);
  expect(arenaBytes(bytes, 'dsp')).toBeLessThanOrEqual(8 * 1024);
  // TFLM's own kernels unpack the layers in INT4 that flash asks for.
  expect(arenaBytes(bytes)).toBeGreaterThan(8 * 1024);
  expect(await headless(`search --method uniform --limit latency:9ms ${tiny}`)).toMatchObject({ code: 2 });
});
