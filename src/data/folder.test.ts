import { describe, expect, test } from 'vitest';
import { createRng } from '../math/rng';
import { DatasetFormatError } from './dataset';
import type { LoadProgress, NamedFile } from './definition';
import { folderDataset, keptSize, normalizationOf, readFolder } from './folder';
import { type PictureSize, pictureSize } from './pictureSize';

/** Reads binary PPM ("P6"), nearest pixel; also behind the header of a PNG, which states the size. */
async function decodePpm(file: Blob, to: PictureSize): Promise<Uint8Array> {
  const whole = new Uint8Array(await file.arrayBuffer());
  const bytes = whole[0] === 0x89 ? whole.subarray(24) : whole;
  const match = /^P6 (\d+) (\d+) 255\n/.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 40)));
  if (!match) throw new Error('no PPM');
  const [width, height] = [Number(match[1]), Number(match[2])];
  const rgba = new Uint8Array(to.height * to.width * 4).fill(255);
  for (let i = 0; i < to.height * to.width; i++) {
    const row = Math.floor((Math.floor(i / to.width) * height) / to.height);
    const column = Math.floor(((i % to.width) * width) / to.width);
    rgba.set(bytes.subarray(match[0].length + (row * width + column) * 3).subarray(0, 3), i * 4);
  }
  return rgba;
}

/** A picture of one color. */
function ppm(red: number, green: number, blue: number, side = 8): Blob {
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => [red, green, blue][i % 3]);
  return new Blob([`P6 ${side} ${side} 255\n`, pixels]);
}

/** `count` pictures per class; red encodes the class, green the picture. */
function tree(classes: readonly string[], count: number): NamedFile[] {
  return classes.flatMap((name, c) =>
    Array.from({ length: count }, (_, i) => ({ path: `top/${name}/${i}.ppm`, file: ppm(50 * c, i, 7) })),
  );
}

const watch = { decode: decodePpm, signal: new AbortController().signal, report: (_: LoadProgress) => {} };
const read = (files: readonly NamedFile[], more: Partial<typeof watch> = {}) =>
  readFolder(files, { ...watch, ...more }, createRng(1));

describe('a folder of pictures', () => {
  test('becomes classes in the order of their names and stratified splits that share no picture', async () => {
    const images = await read(tree(['dog', 'cat', 'ant'], 20));
    const dataset = folderDataset(images, 3);
    expect(dataset.classes).toEqual(['ant', 'cat', 'dog']);
    expect(dataset.label).toBe('3 classes, 60 pictures');
    const parts = [dataset.train, dataset.validation, dataset.test].map((set) => {
      const pixels = new Uint8Array(3072);
      return Array.from({ length: set.length }, (_, i) => {
        set.read(i, pixels, 0);
        expect(pixels[0]).toBe([100, 50, 0][set.label(i)]);
        expect([...pixels.subarray(3069)]).toEqual([...pixels.subarray(0, 3)]);
        return `${set.label(i)}:${pixels[1]}`;
      });
    });
    expect(parts.map((part) => part.length)).toEqual([42, 9, 9]);
    expect(new Set(parts.flat()).size).toBe(60);
    for (const part of parts) {
      const counts = [0, 1, 2].map((label) => part.filter((name) => name.startsWith(`${label}:`)).length);
      expect(new Set(counts).size).toBe(1);
    }
  });

  test('gives the same splits for the same seed, in whatever order the files come', async () => {
    const files = tree(['a', 'b'], 12);
    const [first, second] = [await read(files), await read([...files].reverse())];
    expect(second).toEqual(first);
    const labels = (seed: number) => {
      const { train } = folderDataset(first, seed);
      const pixels = new Uint8Array(3072);
      return Array.from({ length: train.length }, (_, i) => {
        train.read(i, pixels, 0);
        return pixels[1];
      });
    };
    expect(labels(1)).toEqual(labels(1));
    expect(labels(1)).not.toEqual(labels(2));
  });

  test('has another fingerprint if a pixel, a label or the split differs', async () => {
    const images = await read(tree(['a', 'b'], 5));
    const { fingerprint } = folderDataset(images, 1);
    expect(folderDataset({ ...images, notes: ['Kept from an earlier visit.'] }, 1).fingerprint).toBe(fingerprint);
    const changed = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? 1 - (byte & 1) : byte));
    const others = [
      folderDataset(images, 2),
      folderDataset({ ...images, pixels: changed(images.pixels, images.pixels.length - 1) }, 1),
      folderDataset({ ...images, labels: changed(images.labels, 2) }, 1),
    ];
    expect(new Set([fingerprint, ...others.map((other) => other.fingerprint)]).size).toBe(4);
  });

  test('leaves out and names files that are not pictures, and ignores hidden files', async () => {
    const files = [
      ...tree(['a', 'b'], 5),
      { path: 'top/a/notes.txt', file: new Blob(['hello']) },
      { path: 'top/a/.DS_Store', file: new Blob(['x']) },
      { path: 'readme', file: new Blob(['x']) },
    ];
    const images = await read(files);
    expect(images.labels.length).toBe(10);
    expect(images.notes).toEqual(['1 file was left out: top/a/notes.txt (no picture, or damaged).']);
  });

  test('refuses a giant picture before decoding it', async () => {
    const png = new Uint8Array(64);
    png.set([0x89, 0x50, 0x4e, 0x47]);
    new DataView(png.buffer).setUint32(16, 30_000);
    new DataView(png.buffer).setUint32(20, 30_000);
    const images = await read([...tree(['a', 'b'], 5), { path: 'top/b/bomb.png', file: new Blob([png]) }]);
    expect(images.notes[0]).toContain('top/b/bomb.png (30000 x 30000, too large)');
  });

  test('keeps pictures at their largest size, up to 224 pixels and 256 MB', async () => {
    const png = (width: number, height: number, red: number) => {
      const head = new Uint8Array(24);
      head.set([0x89, 0x50, 0x4e, 0x47]);
      new DataView(head.buffer).setUint32(16, width);
      new DataView(head.buffer).setUint32(20, height);
      return new Blob([head, ppm(red, 0, 7)]);
    };
    const sizes = async (count: number, width: number, height: number) => {
      const files = ['a', 'b'].flatMap((name) =>
        Array.from({ length: count }, (_, i) => ({ path: `${name}/${i}.png`, file: png(width - (i % 2), height, 9) })),
      );
      const images = await read(files);
      expect(images.pixels).toHaveLength(2 * count * images.height * images.width * 3);
      return [images.width, images.height, images.notes] as const;
    };
    expect(await sizes(4, 10, 49)).toEqual([10, 49, []]);
    expect(await sizes(4, 640, 480)).toEqual([224, 224, []]);
    // 2000 of 224 x 224 x 3 bytes are 287 MB.
    expect(keptSize({ height: 224, width: 224 }, 2000)).toEqual({ height: 211, width: 211 });
    const files = ['a', 'b'].flatMap((name) =>
      [1, 2, 3].map((i) => ({ path: `${name}/${i}.png`, file: png(5, 4, 9) })),
    );
    const { train } = folderDataset(await read(files), 1);
    const pixels = new Uint8Array(5 * 4 * 3);
    train.read(0, pixels, 0);
    expect([...pixels.subarray(0, 3), ...pixels.subarray(57)]).toEqual([9, 0, 7, 9, 0, 7]);
  });

  test('can be canceled', async () => {
    const controller = new AbortController();
    const reading = read(tree(['a', 'b'], 50), { signal: controller.signal, report: () => controller.abort() });
    await expect(reading).rejects.toThrow(/abort/);
  });
});

describe('a folder that is not a data set', () => {
  const message = (files: readonly NamedFile[]) =>
    read(files).then(
      () => 'did not fail',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test('says what was found and what to choose', async () => {
    expect(await message(tree(['cat'], 9))).toMatch(/DatasetFormatError.*only one folder, "cat"\..*Choose a folder/);
    expect(await message([{ path: 'a.png', file: ppm(0, 0, 0) }])).toMatch(
      /one folder per class, from 2 to \d+ of them\. This file is not in a folder\./,
    );
    expect(await message([...tree(['a', 'b'], 5), ...tree(['c'], 2)])).toMatch(/"c" has 2/);
    await expect(read(tree(['cat'], 9))).rejects.toThrow(DatasetFormatError);
  });
});

test('the normalization is the mean and deviation of the pixels', () => {
  const { mean, std } = normalizationOf(Uint8Array.of(0, 51, 255, 255, 51, 255));
  expect(mean).toEqual([0.5, 0.2, 1]);
  expect(std).toEqual([0.5, 0.01, 0.01]);
});

describe('the size of a picture', () => {
  const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

  // Headers as written by libpng, libjpeg, giflib and libwebp.
  test.each([
    ['PNG', '89504e470d0a1a0a0000000d49484452000002800000016808060000', { width: 640, height: 360 }],
    ['GIF', '4749463839610a001400', { width: 10, height: 20 }],
    ['BMP', `424d${'00'.repeat(12)}28000000100000000f0000000100`, { width: 16, height: 15 }],
    [
      'JPEG',
      'ffd8ffe000104a46494600010100000100010000ffdb000401ffffc0001108016802800301220002110103',
      { width: 640, height: 360 },
    ],
    ['lossy WebP', '52494646000000005745425056503820000000003001009d012a80026801', { width: 640, height: 360 }],
    ['lossless WebP', '5249464600000000574542505650384c000000002f7fc25900', { width: 640, height: 360 }],
    ['extended WebP', '5249464600000000574542505650385800000000000000007f0200670100', { width: 640, height: 360 }],
    ['text', '68656c6c6f', undefined],
    ['a truncated PNG', '89504e470d0a', undefined],
  ])('%s', (_, bytes, size) => {
    expect(pictureSize(hex(bytes))).toEqual(size);
  });
});
