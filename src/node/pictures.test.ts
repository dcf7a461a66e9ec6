// The drawing in fixtures/ (circle, bar and hole on a gradient, 45 x 30) was drawn and encoded by Chromium 156; the
// checksums are those of its createImageBitmap.
import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { PictureError } from '../data/definition';
import { sha256 } from '../data/sha256';
import { decodePicture, scalePicture } from './pictures';

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

/** A PNG by the specification: rows of packed numbers without filters. */
function png(
  width: number,
  depth: number,
  color: number,
  rows: readonly (readonly number[])[],
  extra: [string, number[]][] = [],
) {
  const chunk = (type: string, content: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, rows.length, depth, color, 0, 0, 0]);
  const parts = [
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...extra.map(([type, content]) => chunk(type, Uint8Array.from(content))),
    chunk('IDAT', deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])))),
    chunk('IEND', new Uint8Array()),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

const pixels = async (bytes: Uint8Array<ArrayBuffer>) => {
  const { rgba } = await decodePicture(bytes);
  return Array.from({ length: rgba.length / 4 }, (_, i) => [...rgba.subarray(4 * i, 4 * i + 4)]);
};

describe('decodePicture', () => {
  it.each([
    ['drawing.png', 'ab48c3c900980486eef8b397e70a4225c17ac0d13562531d479bbae548704ce7'],
    ['drawing.jpg', '7d3ad4603d02d2d7180b76fa3efa735293a643d7e055389314fc0128227e603f'],
  ])('%s: the pixels of a browser', async (name, sum) => {
    const { width, height, rgba } = await decodePicture(fixture(name));
    expect([width, height]).toEqual([45, 30]);
    expect(await sha256(Uint8Array.from(rgba))).toBe(sum);
  });

  it('PNG of every color type and of depths from 1 to 16', async () => {
    const [black, white] = [
      [0, 0, 0, 255],
      [255, 255, 255, 255],
    ];
    expect(await pixels(png(3, 1, 0, [[0b10100000], [0b01000000]]))).toEqual([
      white,
      black,
      white,
      black,
      white,
      black,
    ]);
    expect(await pixels(png(3, 2, 0, [[0b00011100]]))).toEqual([black, [85, 85, 85, 255], white]);
    expect(await pixels(png(2, 4, 0, [[0x0f]], [['tRNS', [0, 15]]]))).toEqual([black, [255, 255, 255, 0]]);
    const palette: [string, number[]][] = [
      ['PLTE', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
      ['tRNS', [100]],
    ];
    expect(await pixels(png(3, 2, 3, [[0b00011000]], palette))).toEqual([
      [1, 2, 3, 100],
      [4, 5, 6, 255],
      [7, 8, 9, 255],
    ]);
    expect(await pixels(png(1, 8, 4, [[9, 200]]))).toEqual([[9, 9, 9, 200]]);
    expect(await pixels(png(1, 16, 2, [[255, 255, 128, 0, 0, 0]]))).toEqual([[255, 128, 0, 255]]);
    expect(await pixels(png(3, 8, 2, [[1, 2, 3, 1, 2, 4, 0, 0, 0]], [['tRNS', [0, 1, 0, 2, 0, 3]]]))).toEqual([
      [1, 2, 3, 0],
      [1, 2, 4, 255],
      black,
    ]);
    const data = Uint8Array.from({ length: 5 * 7 * 3 }, (_, i) => i);
    const interlaced = encode({ width: 5, height: 7, data, channels: 3, depth: 8 }, { interlace: 'Adam7' });
    expect((await pixels(Uint8Array.from(interlaced))).flatMap(([r, g, b]) => [r, g, b])).toEqual([...data]);
  });

  it('applies the orientation of a JPEG', async () => {
    const bytes = fixture('drawing.jpg');
    const plain = await decodePicture(bytes);
    // Orientation 6: the first row is the right side.
    const tag = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0];
    const exif = [...Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01', 'latin1'), ...tag, 0, 0, 0, 0];
    const segment = [0xff, 0xe1, 0, exif.length + 2, ...exif];
    const turned = await decodePicture(Uint8Array.from([...bytes.subarray(0, 2), ...segment, ...bytes.subarray(2)]));
    expect([turned.width, turned.height]).toEqual([30, 45]);
    const at = (p: typeof plain, x: number, y: number) => [
      ...p.rgba.subarray(4 * (y * p.width + x), 4 * (y * p.width + x) + 4),
    ];
    expect(at(turned, 29, 0)).toEqual(at(plain, 0, 0));
    expect(at(turned, 29, 44)).toEqual(at(plain, 44, 0));
  });

  it('says why a picture cannot be read', async () => {
    const why = (bytes: Uint8Array<ArrayBuffer>) =>
      decodePicture(bytes).then(
        () => 'read',
        (error) => error,
      );
    const jpeg = fixture('drawing.jpg');
    for (const [bytes, words] of [
      [fixture('drawing.webp'), /^WebP: here PNG and JPEG are read, other formats by the page only$/],
      [new Uint8Array(100), /^no picture, or damaged/],
      [new Uint8Array(), /^no picture, or damaged/],
      [jpeg.slice(0, 900), /^a damaged JPEG: Premature end/],
      [jpeg.slice(0, 30), /^a damaged JPEG/],
      [fixture('drawing.png').slice(0, 900), /^a damaged PNG/],
      [png(1, 8, 3, [[4]], [['PLTE', [0, 0, 0]]]), /^a damaged PNG: color 4 of a palette of 1$/],
      [png(1, 1, 0, [[0]]).fill(1, 28, 29), /^an interlaced PNG of 1 bits; save it without interlacing$/],
      [fixture('drawing.png').fill(255, 16, 24), /^4294967295 x 4294967295 pixels, too large$/],
    ] as const) {
      const error = await why(bytes);
      expect(error).toBeInstanceOf(PictureError);
      expect(error.message).toMatch(words);
    }
    // A failure must not affect the next picture.
    expect((await decodePicture(jpeg)).width).toBe(45);
  });
});

describe('scalePicture', () => {
  const gray = (width: number, height: number, values: number[]) => ({
    width,
    height,
    rgba: Uint8Array.from(values.flatMap((v) => [v, v, v, 255])),
  });
  const reds = (rgba: Uint8Array) => [...rgba].filter((_, i) => i % 4 === 0);

  it('averages the covered area when shrinking, and interpolates between centers when enlarging', () => {
    expect(reds(scalePicture(gray(4, 2, [0, 10, 20, 30, 40, 50, 60, 70]), { width: 2, height: 1 }))).toEqual([25, 45]);
    expect(reds(scalePicture(gray(3, 1, [0, 90, 180]), { width: 2, height: 1 }))).toEqual([30, 150]);
    expect(reds(scalePicture(gray(2, 1, [0, 100]), { width: 4, height: 1 }))).toEqual([0, 25, 75, 100]);
    const same = gray(2, 2, [1, 2, 3, 4]);
    expect(scalePicture(same, { width: 2, height: 2 })).toEqual(same.rgba);
  });

  it('weights pixels by their alpha', () => {
    const rgba = Uint8Array.of(200, 0, 0, 255, 0, 0, 0, 0);
    expect([...scalePicture({ width: 2, height: 1, rgba }, { width: 1, height: 1 })]).toEqual([200, 0, 0, 128]);
  });
});
