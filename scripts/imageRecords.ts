// Writes the splits of Emoji-10 as records of CIFAR-10's layout (label, then red, green and blue planes), for zoo/train.py.
// usage: tsx scripts/emojiRecords.ts DIR     writes train.bin (20,000 records), validation.bin and test.bin (2,000)
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../src/node/surroundings';

const [directory] = process.argv.slice(2);
const dataset = await openDataset('emoji10', undefined, 1);
const plane = dataset.height * dataset.width;
mkdirSync(directory, { recursive: true });
for (const split of ['train', 'validation', 'test'] as const) {
  const images = dataset[split];
  const records = new Uint8Array(images.length * (1 + 3 * plane));
  const pixels = new Uint8Array(3 * plane);
  for (let i = 0, at = 0; i < images.length; i++) {
    records[at++] = images.label(i);
    images.read(i, pixels, 0);
    for (let channel = 0; channel < 3; channel++)
      for (let p = channel; p < 3 * plane; p += 3) records[at++] = pixels[p];
  }
  writeFileSync(join(directory, `${split}.bin`), records);
}
