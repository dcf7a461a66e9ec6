// PNG and JPEG in Node, decoded by fast-png and MozJPEG and scaled to network inputs. The page reads more formats,
// through its browser.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decodeJpeg, { init } from '@jsquash/jpeg/decode.js';
import { type DecodedPng, decode as decodePng } from 'fast-png';
import { PictureError } from '../data/definition';
import { folderLimits } from '../data/folder';
import { type PictureSize, pictureHeadBytes, pictureSize } from '../data/pictureSize';
import { covering } from '../data/scaling';

/** A decoded picture: RGBA, not premultiplied, row-major. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** Formats that browsers decode and this module does not, by their first bytes. */
const ELSEWHERE: readonly (readonly [name: string, head: RegExp])[] = [
  ['GIF', /^GIF8/],
  ['BMP', /^BM/],
  ['WebP', /^RIFF.{4}WEBP/s],
  ['AVIF', /^.{4}ftypavi[fs]/s],
  ['HEIC', /^.{4}ftyp(heic|heix|mif1)/s],
  ['TIFF', /^(II\*\0|MM\0\*)/],
  ['SVG', /^\s*<(svg|\?xml)/],
];

/**
 * Decodes a PNG or a JPEG; applies the orientation of a JPEG.
 * @throws PictureError with the reason, to follow the picture's name.
 */
export async function decodePicture(bytes: Uint8Array<ArrayBuffer>): Promise<Picture> {
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  const isPng = head.startsWith('\x89PNG');
  const other = ELSEWHERE.find(([, start]) => start.test(head))?.[0];
  if (other !== undefined)
    throw new PictureError(`${other}: here PNG and JPEG are read, other formats by the page only`);
  if (!isPng && !head.startsWith('\xff\xd8'))
    throw new PictureError('no picture, or damaged; here PNG and JPEG are read');
  const size = pictureSize(bytes.subarray(0, pictureHeadBytes));
  if (size && size.width * size.height > folderLimits.pixels)
    throw new PictureError(`${size.width} x ${size.height} pixels, too large`);
  return isPng ? fromPng(bytes) : fromJpeg(bytes);
}

function fromPng(bytes: Uint8Array): Picture {
  // Bytes 24 and 28 of a PNG are bit depth and interlacing; fast-png misreads interlaced pictures of fewer than 8 bits.
  if (bytes[24] < 8 && bytes[28] === 1)
    throw new PictureError(`an interlaced PNG of ${bytes[24]} bits; save it without interlacing`);
  try {
    const png = decodePng(bytes, { checkCrc: true });
    return { width: png.width, height: png.height, rgba: rgbaOf(png) };
  } catch (error) {
    throw new PictureError(`a damaged PNG: ${(error as Error).message}`);
  }
}

/** 8-bit RGBA of a PNG of any color type and depth (PNG specification, 6.1 and 11.3.2). */
function rgbaOf({ width, height, data, depth, channels, palette, transparency }: DecodedPng): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  const stride = Math.ceil((width * channels * depth) / 8);
  const most = 2 ** depth - 1;
  /** Number `i` of row `y`, of `depth` bits; numbers of fewer than 8 bits share bytes. */
  const at = (y: number, i: number) =>
    depth >= 8
      ? data[y * width * channels + i]
      : (data[y * stride + ((i * depth) >> 3)] >> (8 - depth - ((i * depth) & 7))) & most;
  const byte = (value: number) => (depth === 8 ? value : Math.round((value * 255) / most));
  const [gray, opaque] = [channels < 3, channels % 2 === 1];
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += 4) {
      const i = x * channels;
      if (palette !== undefined) {
        const color = palette[at(y, i)];
        if (color === undefined) throw new Error(`color ${at(y, i)} of a palette of ${palette.length}`);
        rgba.set(color, to);
        if (color.length === 3) rgba[to + 3] = 255;
        continue;
      }
      const [r, g, b] = gray ? [at(y, i), at(y, i), at(y, i)] : [at(y, i), at(y, i + 1), at(y, i + 2)];
      const clear = transparency !== undefined && [r, g, b].every((v, c) => v === transparency[gray ? 0 : c]);
      rgba[to] = byte(r);
      rgba[to + 1] = byte(g);
      rgba[to + 2] = byte(b);
      rgba[to + 3] = opaque ? (clear ? 0 : 255) : byte(at(y, i + channels - 1));
    }
  return rgba;
}

/** The compiled decoder. */
let compiled: Promise<WebAssembly.Module> | undefined;
/** A decoder without errors so far. */
let ready: Promise<void> | undefined;

async function prepareJpeg(): Promise<void> {
  // The decoder creates an ImageData, which Node lacks; only the constructor is needed.
  Object.assign(globalThis, {
    ImageData: class {
      constructor(
        readonly data: Uint8ClampedArray,
        readonly width: number,
        readonly height: number,
      ) {}
    },
  });
  compiled ??= readFile(createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm')).then(
    (bytes) => WebAssembly.compile(bytes),
  );
  // A truncated or corrupted JPEG would turn gray after the fault and misrepresent its content: the first warning aborts
  // decoding.
  const printErr = (line: string) => {
    throw new PictureError(`a damaged JPEG: ${line}`);
  };
  // The package's types cover only the options for browsers.
  const initialize = init as unknown as (module: WebAssembly.Module, options: object) => Promise<void>;
  await initialize(await compiled, { printErr });
}

async function fromJpeg(bytes: Uint8Array<ArrayBuffer>): Promise<Picture> {
  ready ??= prepareJpeg();
  await ready;
  try {
    const { width, height, data } = await decodeJpeg(bytes as unknown as ArrayBuffer, { preserveOrientation: true });
    return { width, height, rgba: data };
  } catch (error) {
    // The memory in use is never returned: the next picture gets a new decoder.
    ready = undefined;
    throw error instanceof PictureError ? error : new PictureError('a damaged JPEG: it cannot be decoded');
  }
}

/** The picture at another size: RGBA, not premultiplied. Pixels are weighted by their alpha. */
export function scalePicture({ width, height, rgba }: Picture, to: PictureSize): Uint8Array {
  const columns = covering(width, to.width);
  const sums = new Float64Array(to.width * 4);
  const out = new Uint8Array(to.height * to.width * 4);
  for (const [y, rows] of covering(height, to.height).entries()) {
    sums.fill(0);
    for (const [row, down] of rows)
      for (const [x, places] of columns.entries())
        for (const [column, across] of places) {
          const at = (row * width + column) * 4;
          const alpha = rgba[at + 3] * down * across;
          for (let c = 0; c < 3; c++) sums[x * 4 + c] += rgba[at + c] * alpha;
          sums[x * 4 + 3] += alpha;
        }
    for (let i = 0; i < sums.length; i++) {
      const alpha = sums[i | 3];
      out[y * sums.length + i] = Math.round((i & 3) === 3 ? alpha : alpha > 0 ? sums[i] / alpha : 255);
    }
  }
  return out;
}
