// Long work on the page in pieces, between which input and frames have their turn.

/** Milliseconds of a piece: on a processor four times as slow they are still less than the 50 that are felt. */
const PIECE = 8;

/** To be awaited before each step of some work: resolves at once while the piece lasts, else in another task. */
export function pieces(): () => Promise<void> {
  let end = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() < end) return;
    await nextTask();
    end = performance.now() + PIECE;
  };
}

/** Resolves in another task. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
