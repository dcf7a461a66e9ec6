// Writes the splits of Emoji-10 or Words-12 as records (label, then red, green and blue planes as of CIFAR-10, or one plane of
// gray), for zoo/train.py.
// usage: tsx scripts/imageRecords.ts emoji10|words12 DIR     writes train.bin, validation.bin and test.bin
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset } from '../src/node/surroundings';

const [datasetId, directory] = process.argv.slice(2);
if (datasetId !== 'emoji10' && datasetId !== 'words12') throw new Error(`emoji10 or words12, not ${datasetId}`);
const dataset = await openDataset(datasetId, undefined, 1);
const planes = datasetId === 'words12' ? 1 : 3;
const plane = dataset.height * dataset.width;
mkdirSync(directory, { recursive: true });
for (const split of ['train', 'validation', 'test'] as const) {
  const images = dataset[split];
  const records = new Uint8Array(images.length * (1 + planes * plane));
  const pixels = new Uint8Array(3 * plane);
  for (let i = 0, at = 0; i < images.length; i++) {
    records[at++] = images.label(i);
    images.read(i, pixels, 0);
    for (let channel = 0; channel < planes; channel++)
      for (let p = channel; p < 3 * plane; p += 3) records[at++] = pixels[p];
  }
  writeFileSync(join(directory, `${split}.bin`), records);
}
