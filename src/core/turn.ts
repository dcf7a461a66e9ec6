// How work that takes long is driven: it gives others their turn, can be ended, and is told step by step.

/** Awaited before every batch of work: lets others have their turn; throws when the work is to end. */
export type Turn = () => Promise<void>;

/** The turn of work that has everything to itself. */
export const alone: Turn = async () => {};

/** Milliseconds since some beginning. */
export type Clock = () => number;

/** Runs a generator to its end: `see` gets what it yields, and the answer is what it returns. */
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
