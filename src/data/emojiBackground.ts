// Procedural backgrounds of Emoji-10: two colors mixed by a smooth field, stripes, tiles or a ramp, with a few plain
// shapes on top. All arithmetic is exactly rounded, so that every machine paints the same pixels.
import type { Rng } from '../math/rng';

/** Parameters of the background; colors and intensities on the scale 0..255. */
export interface BackgroundKnobs {
  /** Maximum difference of the two colors per channel. Higher values hide the sprite better. */
  readonly contrast: number;
  /** Maximum number of discs and rectangles behind the sprite. */
  readonly shapes: number;
}

/** An image under construction: `side * side * 3` intensities, rows first, RGB interleaved. */
export interface Canvas {
  readonly side: number;
  readonly pixels: Float32Array;
}

/** The side of an image for which all lengths of Emoji-10 are given; larger images scale them. */
export const designSide = 32;

/** Uniform in [low, high). */
export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}

/** A rotation by up to `maxTangent` = tan(angle / 2) either way, as [cosine, sine], without trigonometric functions. */
export function randomTurn(rng: Rng, maxTangent: number): [number, number] {
  const t = between(rng, -maxTangent, maxTangent);
  const d = 1 + t * t;
  return [(1 - t * t) / d, (2 * t) / d];
}

/** Mixing factor in about [0, 1] for each pixel. */
type Field = (x: number, y: number) => number;

/** Random values on a lattice, smoothly interpolated (value noise). */
function clouds(rng: Rng, side: number): Field {
  const cells = 2 + rng.integer(5);
  const lattice = Float64Array.from({ length: (cells + 2) ** 2 }, () => rng.uniform());
  const step = cells / side;
  return (x, y) => {
    const u = x * step;
    const v = y * step;
    const i = Math.floor(u);
    const j = Math.floor(v);
    const fu = (u - i) * (u - i) * (3 - 2 * (u - i));
    const fv = (v - j) * (v - j) * (3 - 2 * (v - j));
    const at = j * (cells + 2) + i;
    const top = lattice[at] + (lattice[at + 1] - lattice[at]) * fu;
    const bottom = lattice[at + cells + 2] + (lattice[at + cells + 3] - lattice[at + cells + 2]) * fu;
    return top + (bottom - top) * fv;
  };
}

/** A gradient across the image in any direction. */
function ramp(rng: Rng, side: number): Field {
  const [c, s] = randomTurn(rng, 1);
  const flip = rng.uniform() < 0.5 ? -1 : 1;
  return (x, y) => 0.5 + ((x - side / 2) * c + (y - side / 2) * s) * (flip / (1.4 * side));
}

/** Soft stripes: a triangle wave in any direction. */
function stripes(rng: Rng, side: number): Field {
  const [c, s] = randomTurn(rng, 1);
  const frequency = between(rng, 1.5, 5) / side;
  const phase = rng.uniform();
  return (x, y) => {
    const p = (x * c + y * s) * frequency + phase;
    return Math.abs(2 * (p - Math.floor(p)) - 1);
  };
}

/** A rotated checkerboard. */
function tiles(rng: Rng, side: number): Field {
  const [c, s] = randomTurn(rng, 0.4);
  const frequency = between(rng, 2, 5) / side;
  const [px, py] = [rng.uniform(), rng.uniform()];
  return (x, y) => {
    const i = Math.floor((x * c + y * s) * frequency + px);
    const j = Math.floor((y * c - x * s) * frequency + py);
    return (i + j) & 1;
  };
}

const fields = [clouds, clouds, clouds, ramp, stripes, tiles];

/** Paints the whole canvas. */
export function paintBackground(canvas: Canvas, rng: Rng, knobs: BackgroundKnobs): void {
  const { side, pixels } = canvas;
  const scale = side / designSide;
  const first = [between(rng, 20, 235), between(rng, 20, 235), between(rng, 20, 235)];
  const reach = knobs.contrast * rng.uniform();
  const step = first.map(() => between(rng, -reach, reach));
  const field = fields[rng.integer(fields.length)](rng, side);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i += 3) {
      const t = field(x, y);
      pixels[i] = first[0] + step[0] * t;
      pixels[i + 1] = first[1] + step[1] * t;
      pixels[i + 2] = first[2] + step[2] * t;
    }
  }
  for (let n = rng.integer(knobs.shapes + 1); n > 0; n--) {
    const disc = rng.uniform() < 0.5;
    paintShape(canvas, rng, { disc, smallest: 3 * scale, largest: 10 * scale });
  }
}

/** Paints one disc or rectangle of a random plain color, width and height `smallest` ... `largest` pixels. */
export function paintShape(
  { side, pixels }: Canvas,
  rng: Rng,
  { disc, smallest, largest }: { disc: boolean; smallest: number; largest: number },
): void {
  const color = [between(rng, 0, 255), between(rng, 0, 255), between(rng, 0, 255)];
  const rx = between(rng, smallest, largest) / 2;
  const ry = disc ? rx : between(rng, smallest, largest) / 2;
  const cx = between(rng, 0, side);
  const cy = between(rng, 0, side);
  for (let y = Math.max(0, Math.ceil(cy - ry)); y <= Math.min(side - 1, cy + ry); y++) {
    for (let x = Math.max(0, Math.ceil(cx - rx)); x <= Math.min(side - 1, cx + rx); x++) {
      if (disc && (x - cx) * (x - cx) + (y - cy) * (y - cy) > rx * rx) continue;
      pixels.set(color, (y * side + x) * 3);
    }
  }
}
