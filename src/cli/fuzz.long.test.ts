// Two thousand corrupted pictures and JSON images, with a new seed each time: the log prints it, and LAW_SEED repeats the
// run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { strToU8 } from 'fflate';
import { expect, test } from 'vitest';
import { PictureError } from '../data/definition';
import { fuzzBytes } from '../formats/import/fuzz.testing';
import { decodePicture, scalePicture } from '../node/pictures';
import { folder } from './headless.testing';
import { ImagesError, readImagesJson } from './imagesJson';

const SEED = Number(env.LAW_SEED ?? Date.now() % 1_000_000);
const OPTIONS = { runs: 2000, seed: SEED };

test.each(['drawing.png', 'drawing.jpg'])(
  `%s of seed ${SEED}: decoded, or refused in words`,
  { timeout: 0 },
  async (name) => {
    const decode = async (bytes: Uint8Array<ArrayBuffer>) =>
      scalePicture(await decodePicture(bytes), { width: 32, height: 32 });
    const picture = readFileSync(new URL(`../node/fixtures/${name}`, import.meta.url));
    await fuzzBytes(decode, picture, [PictureError], { ...OPTIONS, headEnd: 256 });
    // A failure must not affect the next picture.
    await expect(decode(Uint8Array.from(picture))).resolves.toHaveLength(4096);
  },
);

test(`images as JSON of seed ${SEED}`, { timeout: 0 }, async () => {
  const path = join(folder(), 'images.json');
  const values = Array.from({ length: 2 * 4 * 4 * 3 }, (_, i) => i / 7 - 3);
  const read = (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    return readImagesJson(path, [4, 4, 3]);
  };
  const whole = await fuzzBytes(read, strToU8(JSON.stringify({ shape: [2, 4, 4, 3], values })), [ImagesError], OPTIONS);
  expect(whole).toBeGreaterThan(0);
});
