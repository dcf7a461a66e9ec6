// The scheduling of long work: yielding to other jobs, cancellation, and progress step by step.

/** Awaited before every batch of work: lets other jobs run; throws to end this one. */
export type Turn = () => Promise<void>;

/** The turn of a job that runs alone. */
export const alone: Turn = async () => {};

/** Milliseconds since an arbitrary origin. */
export type Clock = () => number;

/**
 * Runs a generator to its end: `see` gets each yielded value; resolves to the return value.
 *
 * @example
 * async function* count() {
 *   yield 1;
 *   return 2;
 * }
 * console.log(await resultOf(count(), (value) => console.log(value))); // 1, then 2
 */
export async function resultOf<Y, R>(
  run: AsyncGenerator<Y, R, void>,
  see: (value: Y) => void | Promise<void> = () => {},
): Promise<R> {
  try {
    for (;;) {
      const { value, done } = await run.next();
      if (done) return value;
      await see(value);
    }
  } finally {
    await run.return(undefined as never);
  }
}
