import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { cwd } from 'node:process';
import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { openDataset } from './surroundings';

it('opens a folder of pictures at any path, and names unreadable ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), '.fewbits-'));
  for (const [c, name] of ['blue', 'red'].entries()) {
    mkdirSync(join(folder, name));
    for (let i = 0; i < 4; i++) {
      const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, at) => (at % 3 === 2 - 2 * c ? 200 + i : 0));
      writeFileSync(join(folder, name, `${i}.png`), encode({ width: 40, height: 20, data, channels: 3, depth: 8 }));
    }
    writeFileSync(join(folder, name, 'a.webp'), 'RIFF....WEBPVP8 ');
  }
  // A path with dots, which hide nothing here.
  const dataset = await openDataset('folder', relative(cwd(), folder), 1);
  expect(dataset.classes).toEqual(['blue', 'red']);
  expect(dataset.train.length + dataset.validation.length + dataset.test.length).toBe(8);
  const pixels = new Uint8Array(3072);
  dataset.train.read(0, pixels, 0);
  expect(Math.max(...pixels)).toBeGreaterThanOrEqual(200);
  expect(pixels[2 - 2 * dataset.train.label(0)]).toBe(Math.max(...pixels));
  expect(dataset.notes?.[0]).toBe(
    `2 files were left out: ${['blue', 'red'].map((name) => `${join(name, 'a.webp')} (WebP: here PNG and JPEG are read, other formats by the page only)`).join(', ')}.`,
  );
});
