// The artwork of Emoji-10: one gzip stream of a length (uint32, little endian), a JSON header of that length and the
// sprites' pixels, RGBA premultiplied, rows first. Raw bytes instead of a PNG, because a canvas does not return the same
// premultiplied pixels on every machine. Written by scripts/buildSprites.ts.
import { DatasetFormatError } from './dataset';
import { gunzip } from './gzip';

export type SplitName = 'train' | 'validation' | 'test';

/** CIFAR-10's classes in CIFAR-10's order. */
export const emojiClasses = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

/** Header entry of one sprite. */
export interface SpriteEntry {
  readonly class: (typeof emojiClasses)[number];
  /** Icon set, e.g. "noto". */
  readonly style: string;
  /** Name of the icon in its set, e.g. "small-airplane". */
  readonly glyph: string;
  /** `train`: shown in all splits; otherwise the only split that shows this sprite. */
  readonly split: SplitName;
}

export interface SpriteHeader {
  readonly format: 'emoji10-sprites';
  readonly version: 1;
  /** Width and height of every sprite in pixels; even. */
  readonly side: number;
  readonly sprites: readonly SpriteEntry[];
}

/**
 * A square picture, RGBA premultiplied, with a transparent border of one pixel: `(side + 2) * (side + 2) * 4` bytes.
 * Because of the border, sampling needs no bounds checks.
 */
export interface SpriteLevel {
  readonly side: number;
  readonly pixels: Uint8Array;
}

/** A sprite at full and half size; small copies are drawn from the half size to avoid aliasing. */
export interface Sprite extends SpriteEntry {
  readonly full: SpriteLevel;
  readonly half: SpriteLevel;
}

const maxBytes = 16 * 2 ** 20;

/**
 * Reads `sprites.bin`.
 * @throws DatasetFormatError when the bytes are not a sprite file of this version.
 */
export async function readSprites(file: ArrayBuffer): Promise<readonly Sprite[]> {
  const bytes = await gunzip(new Uint8Array(file), maxBytes, 'emoji10/sprites.bin');
  const headerLength = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = parseHeader(bytes.subarray(4, 4 + headerLength));
  const spriteBytes = header.side * header.side * 4;
  const start = 4 + headerLength;
  const expected = start + header.sprites.length * spriteBytes;
  if (bytes.length !== expected) {
    throw new DatasetFormatError(
      `emoji10/sprites.bin: ${header.sprites.length} sprites need ${expected} bytes, got ${bytes.length}. ` +
        'The download was interrupted or the file is damaged; reload the page.',
    );
  }
  return header.sprites.map((entry, i) => {
    const from = start + i * spriteBytes;
    const pixels = bytes.subarray(from, from + spriteBytes);
    const full = bordered(pixels, header.side);
    return { ...entry, full, half: bordered(halve(pixels, header.side), header.side >> 1) };
  });
}

function parseHeader(bytes: Uint8Array): SpriteHeader {
  let header: Partial<SpriteHeader> | null = null;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Reported below, together with headers of another format.
  }
  if (header?.format !== 'emoji10-sprites' || header.version !== 1 || !header.side || !header.sprites) {
    throw new DatasetFormatError(
      'emoji10/sprites.bin: expected a sprite file of version 1, got something else. Reload the page; ' +
        'in a working copy, run scripts/buildSprites.ts.',
    );
  }
  return header as SpriteHeader;
}

function bordered(pixels: Uint8Array, side: number): SpriteLevel {
  const framed = new Uint8Array((side + 2) * (side + 2) * 4);
  for (let y = 0; y < side; y++) {
    framed.set(pixels.subarray(y * side * 4, (y + 1) * side * 4), ((y + 1) * (side + 2) + 1) * 4);
  }
  return { side, pixels: framed };
}

/** 2x2 box filter with integer rounding; correct for premultiplied pixels. */
function halve(pixels: Uint8Array, side: number): Uint8Array {
  const half = side >> 1;
  const out = new Uint8Array(half * half * 4);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      for (let c = 0; c < 4; c++) {
        const i = (2 * y * side + 2 * x) * 4 + c;
        const sum = pixels[i] + pixels[i + 4] + pixels[i + side * 4] + pixels[i + side * 4 + 4];
        out[(y * half + x) * 4 + c] = (sum + 2) >> 2;
      }
    }
  }
  return out;
}
