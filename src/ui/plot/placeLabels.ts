// Where the words on the plot stand: each beside its mark, where it covers no other word, little of the front and few points.

/** A rectangle in pixels. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A word to be placed beside a mark at (x, y). */
export interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** Pixels between the mark's middle and the word; 8 if absent. */
  readonly gap?: number;
  /** Only above the mark, or below it: beside a line, which ends here. */
  readonly lineTo?: number;
  /** Left out where every place covers another word, unless it is needed. */
  readonly needed?: boolean;
}

/** A word with its place: the middle of its line, and how it is anchored there. */
export interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly rect: Rect;
}

/** Mean width of a character and height of a line of the plot's 12-pixel type. */
const CHARACTER = 6.5;
const LINE = 14;

/** What a word covers whose line's middle is at `middle`, in type of `size` pixels. */
export function rectOf(text: string, at: number, middle: number, anchor: PlacedLabel['anchor'], size = 12): Rect {
  const [width, line] = [(text.length * CHARACTER * size) / 12, (LINE * size) / 12];
  const left = anchor === 'start' ? at : anchor === 'end' ? at - width : at - width / 2;
  return { left, right: left + width, top: middle - line / 2, bottom: middle + line / 2 };
}

const overlap = (a: Rect, b: Rect) =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

/** Places to try, best first: horizontal and vertical direction from the mark. */
const DIRECTIONS = [
  [1, 1],
  [1, -1],
  [-1, -1],
  [-1, 1],
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
] as const;

const ALONG = [
  [1, -1],
  [1, 1],
  [-1, -1],
  [-1, 1],
] as const;

function placesOf({ text, x, y, lineTo, gap = 8 }: Label, size: number): PlacedLabel[] {
  const directions = lineTo === undefined ? DIRECTIONS : ALONG;
  return directions.map(([across, down]) => {
    const anchor = across === 1 ? 'start' : across === -1 ? 'end' : 'middle';
    const from = lineTo !== undefined && across === -1 ? lineTo : x;
    const at = from + across * (down === 0 ? gap + 2 : gap);
    const over = ((across === 0 ? 9 : 3) * size) / 12;
    const middle = y + down * (gap + over);
    return { ...{ text, anchor, x: at, y: middle }, rect: rectOf(text, at, middle, anchor, size) };
  });
}

/**
 * Places the labels in their order, within `bounds`. What stands in the way: `taken` (other words; never covered unless the
 * label is needed) and `soft` (points and lines; covered where nothing better is free). `size` is of the type, in pixels.
 */
export function placeLabels(
  labels: readonly Label[],
  bounds: Rect,
  taken: readonly Rect[] = [],
  soft: readonly Rect[] = [],
  size = 12,
): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const label of labels) {
    const hard = [...taken, ...placed.map(({ rect }) => rect)];
    const cost = ({ rect }: PlacedLabel, at: number) => {
      const outside =
        rect.left < bounds.left || rect.right > bounds.right || rect.top < bounds.top || rect.bottom > bounds.bottom;
      const covered = hard.reduce((sum, other) => sum + overlap(rect, other), 0);
      const blurred = soft.reduce((sum, other) => sum + overlap(rect, other), 0);
      return (outside || covered > 0 ? 1e6 + covered : 0) + blurred + at * 4;
    };
    const costs = placesOf(label, size).map((place, at) => ({ place, cost: cost(place, at) }));
    const best = costs.reduce((least, other) => (other.cost < least.cost ? other : least));
    if (best.cost < 1e6 || label.needed) placed.push(best.place);
  }
  return placed;
}

/** Thin rectangles around the segments of a step line, as obstacles. */
export function alongSteps(corners: readonly { readonly x: number; readonly y: number }[]): Rect[] {
  return corners.slice(1).map(({ x, y }, i) => {
    const from = corners[i];
    return {
      left: Math.min(x, from.x) - 2,
      right: Math.max(x, from.x) + 2,
      top: Math.min(y, from.y) - 2,
      bottom: Math.max(y, from.y) + 2,
    };
  });
}
