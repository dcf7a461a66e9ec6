// The batch, made on the device from images that stay there as bytes: gathered, shifted, mirrored and normalized exactly as
// data/batch.ts does it.
import { type Kernel, kernel } from './wgsl';

export interface GatherOptions {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  /** 3, or 1 for the luminance. */
  readonly c: number;
}

/** Words of an image [h, w, 3] of bytes. */
export const imageWords = (h: number, w: number): number => Math.ceil((h * w * 3) / 4);

/** How image `i` of a batch is shown, as two words: its place among the images, then flip and shifts. */
export function shownWords(place: number, flip: number, row: number, column: number): readonly [number, number] {
  return [place, flip | ((row + 128) << 8) | ((column + 128) << 16)];
}

/**
 * Bindings: 0 pixels (images of `imageWords` words), 1 shown (`shownWords` of each image of the batch), 2 table [c, 256] (the
 * normalized value of each byte), 3 image [n, h, w, c].
 */
export function gather({ n, h, w, c }: GatherOptions): Kernel {
  const channel = (k: number) => `byteAt(at + ${k}u)`;
  const values =
    c === 1
      ? // As data/batch.ts luminance.
        `image[out] = table[(${channel(0)} * 19595u + ${channel(1)} * 38470u + ${channel(2)} * 7471u + 0x8000u) >> 16u];`
      : [0, 1, 2].map((k) => `image[out * 3u + ${k}u] = table[${256 * k}u + ${channel(k)}];`).join(' ');
  const body = `
fn byteAt(i : u32) -> u32 { return (pixels[i >> 2u] >> ((i & 3u) * 8u)) & 255u; }
fn reflected(i : i32, length : i32) -> u32 { return u32(select(select(i, 2 * length - 2 - i, i >= length), -i, i < 0)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let p = id.x;
  if (p >= ${h * w}u) { return; }
  let s = shown[id.y];
  let row = i32((s.y >> 8u) & 255u) - 128; let column = i32((s.y >> 16u) & 255u) - 128;
  let y = i32(p / ${w}u); var x = i32(p % ${w}u);
  if ((s.y & 1u) == 1u) { x = ${w - 1} - x; }
  let at = s.x * ${4 * imageWords(h, w)}u + (reflected(y + row, ${h}) * ${w}u + reflected(x + column, ${w})) * 3u;
  let out = id.y * ${h * w}u + p;
  ${values}
}`;
  const buffers = ['pixels: u32', 'shown: vec2u', 'table: f32', 'image!: f32'];
  return kernel(buffers, [Math.ceil((h * w) / 64), n, 1], body, undefined);
}
