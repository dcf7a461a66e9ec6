// Where the mark of the first minute lies in the bar over the strips.

/** Pixels of the bar's title, which the mark covers whole or not at all, and of the menus at the bar's end. */
const [TITLE, MENUS] = [72, 322];
/** Pixels from an end of the mark to its arrow, at least and where there is room; from a strip's side to the arrow. */
const [CORNER, INSET, SIDE] = [16, 60, 8];

/** Where the mark begins and its arrow is, in pixels of its parent. */
export interface Place {
  readonly left: number;
  readonly arrow: number;
}

/** The place of a mark that is `wide` over a strip, in a bar of `room` pixels. */
export function placeOver(strip: { readonly left: number; readonly right: number }, wide: number, room: number): Place {
  const middle = (strip.left + strip.right) / 2;
  const wanted = middle < room / 2 ? middle - INSET : middle + INSET - wide;
  // It leaves the menus free if its arrow still reaches the strip.
  const least = strip.left + SIDE + CORNER - wide;
  const free = Math.max(Math.min(wanted, room - MENUS - wide), least);
  const left = free >= TITLE ? free : least > 8 ? TITLE : 8;
  return { left, arrow: Math.max(left + CORNER, Math.min(left + wide - CORNER, middle)) };
}
