// One image of Emoji-10 from one sprite: a background; the sprite rotated, scaled, moved, mirrored and recolored; an
// occluder, contrast and noise. A pure function of the random stream: only integer and exactly rounded operations
// (+ - * / sqrt), because Math.sin, Math.exp and Math.pow differ in their last bits between engines.
import type { Rng } from '../math/rng';
import {
  type BackgroundKnobs,
  between,
  type Canvas,
  designSide,
  paintBackground,
  paintShape,
  randomTurn,
} from './emojiBackground';
import type { Sprite, SpriteLevel } from './emojiSprites';

/** Difficulty of the images, with lengths for images of 32 pixels. Pairs are the ends of a uniform range. */
export interface EmojiDifficulty {
  readonly background: BackgroundKnobs;
  /** Side of the drawn sprite in pixels. */
  readonly size: readonly [number, number];
  /** Maximum aspect ratio, the longer side over the shorter. */
  readonly stretch: number;
  /** tan(angle / 2) of the largest rotation either way; 0.2 is 23 degrees. */
  readonly turn: number;
  /** Pixels by which the sprite's square may extend beyond the edge. */
  readonly overhang: number;
  /** tan(angle / 2) of the largest hue rotation. */
  readonly hue: number;
  /** Factor on a color's distance from gray. */
  readonly saturation: readonly [number, number];
  /** Largest change of brightness, on the scale 0..255. */
  readonly brightness: number;
  /** Opacity of the sprite; below 1 the background shows through. */
  readonly opacity: readonly [number, number];
  /** Probability of an occluder in front, and its width and height in pixels. */
  readonly occlusion: number;
  readonly occluder: readonly [number, number];
  /** Factor on the distance of every intensity from middle gray. */
  readonly contrast: readonly [number, number];
  /** Standard deviation of the noise, on the scale 0..255. */
  readonly noise: readonly [number, number];
}

/**
 * Tuned so that a small float network gets 90-95 % of the test images right and 2-bit weights hurt visibly. Changing any
 * number changes every image, and with it the shipped weights, the checksums and the normalization in emoji10.ts.
 */
export const emojiDifficulty: EmojiDifficulty = {
  background: { contrast: 90, shapes: 1 },
  size: [21, 30],
  stretch: 1.2,
  turn: 0.18,
  overhang: 2,
  hue: 0.12,
  saturation: [0.6, 1.2],
  brightness: 40,
  opacity: [0.9, 1],
  occlusion: 0.15,
  occluder: [3, 8],
  contrast: [0.8, 1],
  noise: [1, 9],
};

/** The canvas last drawn on. */
let canvas: Canvas = { side: 0, pixels: new Float32Array() };

/**
 * Draws a random image and writes its `side * side * 3` bytes to `target` at `offset`. The same random stream gives the same
 * composition at every size; only the noise, which comes last, differs.
 */
export function composeEmoji(
  sprite: Sprite,
  rng: Rng,
  target: Uint8Array,
  offset: number,
  side: number,
  knobs: EmojiDifficulty = emojiDifficulty,
): void {
  if (canvas.side !== side) canvas = { side, pixels: new Float32Array(side * side * 3) };
  const scale = side / designSide;
  paintBackground(canvas, rng, knobs.background);
  const size = between(rng, ...knobs.size) * scale;
  const level = size > 0.7 * sprite.full.side ? sprite.full : sprite.half;
  drawSprite(level, placement(size, rng, knobs), recoloring(rng, knobs));
  if (rng.uniform() < knobs.occlusion) {
    const [smallest, largest] = knobs.occluder;
    paintShape(canvas, rng, { disc: false, smallest: smallest * scale, largest: largest * scale });
  }
  develop(rng, knobs, target, offset);
}

/** Maps canvas to sprite coordinates, both relative to their centers, with sprite side 1: u = a x + b y, v = c x + d y. */
interface Placement {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly centerX: number;
  readonly centerY: number;
  /** Distance from the center to the farthest row or column touched. */
  readonly reach: number;
}

function placement(size: number, rng: Rng, knobs: EmojiDifficulty): Placement {
  const [cosine, sine] = randomTurn(rng, knobs.turn);
  const stretch = Math.sqrt(between(rng, 1, knobs.stretch));
  const tall = rng.uniform() < 0.5;
  const width = tall ? size / stretch : size * stretch;
  const height = tall ? size * stretch : size / stretch;
  const mirror = rng.uniform() < 0.5 ? -1 : 1;
  const room = Math.max(0, (canvas.side - size) / 2 + (knobs.overhang * canvas.side) / designSide);
  return {
    a: (mirror * cosine) / width,
    b: (mirror * sine) / width,
    c: -sine / height,
    d: cosine / height,
    centerX: canvas.side / 2 + between(rng, -room, room),
    centerY: canvas.side / 2 + between(rng, -room, room),
    reach: ((Math.abs(cosine) + Math.abs(sine)) * Math.max(width, height)) / 2 + 1,
  };
}

/** Color matrix (rows of three) and a shift, applied to the sprite's colors. */
interface Recoloring {
  readonly matrix: readonly number[];
  readonly shift: number;
  readonly opacity: number;
}

const inverseRoot3 = Math.sqrt(1 / 3);

/** Rotates the hue about the gray axis (Rodrigues' formula) and scales the saturation; the two commute. */
function recoloring(rng: Rng, knobs: EmojiDifficulty): Recoloring {
  const [cosine, sine] = randomTurn(rng, knobs.hue);
  const saturation = between(rng, ...knobs.saturation);
  const shift = between(rng, -knobs.brightness, knobs.brightness);
  const opacity = between(rng, ...knobs.opacity);
  const gray = (1 - saturation * cosine) / 3;
  const same = gray + saturation * cosine;
  const turned = saturation * sine * inverseRoot3;
  const [left, right] = [gray - turned, gray + turned];
  return { matrix: [same, left, right, right, same, left, left, right, same], shift, opacity };
}

/** Draws the sprite source-over, sampled bilinearly on premultiplied pixels. */
function drawSprite(sprite: SpriteLevel, place: Placement, color: Recoloring): void {
  const { side, pixels: source } = sprite;
  const { a, b, c, d, centerX, centerY, reach } = place;
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = color.matrix;
  const { opacity, shift } = color;
  const { side: width, pixels } = canvas;
  const rowBytes = (side + 2) * 4;
  const bottom = Math.min(width, Math.ceil(centerY + reach));
  const right = Math.min(width, Math.ceil(centerX + reach));
  for (let y = Math.max(0, Math.floor(centerY - reach)); y < bottom; y++) {
    for (let x = Math.max(0, Math.floor(centerX - reach)); x < right; x++) {
      const dx = x + 0.5 - centerX;
      const dy = y + 0.5 - centerY;
      // In pixels of the bordered sprite: the border's centers are at 0 and side + 1.
      const u = (a * dx + b * dy + 0.5) * side + 0.5;
      const v = (c * dx + d * dy + 0.5) * side + 0.5;
      if (!(u >= 0 && v >= 0 && u < side + 1 && v < side + 1)) continue;
      const i = Math.floor(u);
      const j = Math.floor(v);
      const p = j * rowBytes + i * 4;
      const q = p + rowBytes;
      const w11 = (u - i) * (v - j);
      const w10 = u - i - w11;
      const w01 = v - j - w11;
      const w00 = 1 - w10 - w01 - w11;
      const alpha = w00 * source[p + 3] + w10 * source[p + 7] + w01 * source[q + 3] + w11 * source[q + 7];
      if (alpha === 0) continue;
      const red = w00 * source[p] + w10 * source[p + 4] + w01 * source[q] + w11 * source[q + 4];
      const green = w00 * source[p + 1] + w10 * source[p + 5] + w01 * source[q + 1] + w11 * source[q + 5];
      const blue = w00 * source[p + 2] + w10 * source[p + 6] + w01 * source[q + 2] + w11 * source[q + 6];
      const behind = 1 - (alpha / 255) * opacity;
      const lift = (shift * alpha) / 255;
      const at = (y * width + x) * 3;
      pixels[at] = pixels[at] * behind + (m0 * red + m1 * green + m2 * blue + lift) * opacity;
      pixels[at + 1] = pixels[at + 1] * behind + (m3 * red + m4 * green + m5 * blue + lift) * opacity;
      pixels[at + 2] = pixels[at + 2] * behind + (m6 * red + m7 * green + m8 * blue + lift) * opacity;
    }
  }
}

/** Standard deviation of the sum of four independent bytes, which is close to normal. */
const fourBytesStd = Math.sqrt((4 * (256 * 256 - 1)) / 12);

/** Applies contrast and noise, and rounds to bytes. */
function develop(rng: Rng, knobs: EmojiDifficulty, target: Uint8Array, offset: number): void {
  const contrast = between(rng, ...knobs.contrast);
  const noise = between(rng, ...knobs.noise) / fourBytesStd;
  const { pixels } = canvas;
  for (let i = 0; i < pixels.length; i++) {
    const r = rng.uniform() * 2 ** 32;
    const sum = (r & 255) + ((r >>> 8) & 255) + ((r >>> 16) & 255) + (r >>> 24);
    const value = 128 + (pixels[i] - 128) * contrast + (sum - 510) * noise;
    target[offset + i] = value < 0 ? 0 : value > 255 ? 255 : Math.floor(value + 0.5);
  }
}
