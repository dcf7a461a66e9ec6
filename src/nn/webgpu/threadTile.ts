// How the threads of a convolution's workgroups share the pixels and channels of its output.
import { quadsPerThread, range } from './wgsl';

/**
 * The threads of a workgroup of a convolution: `rows` x `columns` of them share the pixels of a tile, once for each of `groups` of up to
 * 16 channels. A thread computes `tall` x `wide` pixels, `rows` and `columns` apart.
 */
export interface ThreadTile {
  readonly rows: number;
  readonly columns: number;
  readonly tall: number;
  readonly wide: number;
  readonly groups: number;
}

/**
 * For software adapters, where a load costs as much as many products and lanes that wait cost as much as others: few
 * threads with many pixels, and weights that each loads itself.
 */
export const MANY_PIXELS = 16;

export interface TileOptions {
  /** The most pixels that a thread of a convolution computes: 1, 2, 4 or `MANY_PIXELS`. */
  readonly pixels: number;
  /** Workgroups that keep the device busy; about as many share a filter's gradient. */
  readonly workgroups: number;
}

/** Pixels of a tile, down and across. */
export const sidesOf = ({ rows, columns, tall, wide }: ThreadTile) => [rows * tall, columns * wide] as const;

/** Threads of a group of channels. */
export const threadsPerGroup = ({ rows, columns }: ThreadTile): number => rows * columns;

/** Whether the threads of a workgroup share its weights in its memory. */
export const sharesWeights = (tile: ThreadTile): boolean => threadsPerGroup(tile) * tile.groups === 64;

/** The pixels of a thread, by their distances from its first. */
export const pixelsOf = ({ rows, columns, tall, wide }: ThreadTile): readonly { row: number; column: number }[] =>
  range(wide * tall).map((i) => ({ row: rows * Math.floor(i / wide), column: columns * (i % wide) }));

/** One pixel per thread, on a GPU. */
export const SMALLEST_TILE: ThreadTile = { rows: 8, columns: 8, tall: 1, wide: 1, groups: 1 };

/**
 * The tile with the most pixels per thread, at most `pixels`, that `fits` the workgroup's memory, for images [height, width]. On a GPU
 * 64 threads, with several rows of pixels for each only while at least `workgroups` remain of the `count` that there are with one.
 */
export function threadTile(
  { pixels, workgroups }: TileOptions,
  [height, width]: readonly [number, number],
  channels: number,
  fits: (tile: ThreadTile) => boolean,
  count: (tile: ThreadTile) => number,
): ThreadTile {
  const groupsOf = (most: number, holds: (size: number) => boolean): number =>
    [4, 2].find((size) => size <= most && (channels / 4 / quadsPerThread(channels)) % size === 0 && holds(size)) ?? 1;
  if (pixels === MANY_PIXELS) {
    const few = (length: number) => [4, 2].find((size) => size <= length) ?? 1;
    const [tall, wide] = [few(height), few(width)];
    // Each thread begins inside the image.
    const threads = (length: number, each: number) => [4, 2].find((size) => (size - 1) * each < length) ?? 1;
    const [rows, columns] = [threads(height, tall), threads(width, wide)];
    const base = [
      { rows, columns },
      { rows: Math.min(rows, 2), columns: Math.min(columns, 2) },
    ]
      .map((size) => ({ ...size, tall, wide, groups: 1 }))
      .find(fits) ?? { rows: 1, columns: 1, tall, wide, groups: 1 };
    const most = 32 / threadsPerGroup(base);
    return { ...base, groups: groupsOf(most, (groups) => fits({ ...base, groups })) };
  }
  const wide =
    ([4, 2] as const).find((size) => size <= pixels && 8 * size <= width && fits({ ...SMALLEST_TILE, wide: size })) ??
    1;
  const most = count({ ...SMALLEST_TILE, wide }) / workgroups;
  const folded = (size: number): ThreadTile => ({ rows: 8 / size, columns: 8, tall: size, wide, groups: size });
  return folded(groupsOf(Math.min(most, pixels / wide), (size) => fits(folded(size))));
}
