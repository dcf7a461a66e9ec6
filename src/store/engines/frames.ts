// How smoothly the page is drawn.

/** Fewest gaps that say anything. */
const ENOUGH = 5;

/**
 * Watches the frames from now on. The function returned ends it, and returns the 95th percentile of the milliseconds between
 * two frames; null where too few were drawn.
 */
export function watchFrames(): () => number | null {
  const gaps: number[] = [];
  let last: number | undefined;
  let over = false;
  const see = (now: number) => {
    if (over) return;
    if (last !== undefined) gaps.push(now - last);
    last = now;
    requestAnimationFrame(see);
  };
  requestAnimationFrame(see);
  return () => {
    over = true;
    if (gaps.length < ENOUGH) return null;
    return gaps.sort((a, b) => a - b)[Math.ceil(0.95 * gaps.length) - 1];
  };
}
