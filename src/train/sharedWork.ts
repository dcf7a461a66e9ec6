// Work that several callers wait for, each at its own urgency. It goes on as soon as one of them may, so that an urgent
// caller never waits for a turn of a less urgent one, and ends once all of them have ended.

/** Awaited between pieces of work: lets other jobs run, or throws to end this caller. */
export type Turn = () => Promise<void>;

interface Caller {
  readonly turn: Turn;
  /** Ends the caller's waiting with the error that its turn threw. */
  leave(error: unknown): void;
}

/** Work in progress. */
class SharedWork<T> {
  readonly result: Promise<T>;
  /** Whether the last caller has ended: nobody may join any more. */
  ended = false;
  private readonly callers = new Set<Caller>();
  /** Wakes the work when a caller joins. */
  private wake: () => void = () => {};

  constructor(make: (turn: Turn) => Promise<T>, first: Caller) {
    this.callers.add(first);
    this.result = make(() => this.turn());
  }

  join(caller: Caller): void {
    this.callers.add(caller);
    this.wake();
  }

  private async turn(): Promise<void> {
    let last: unknown;
    while (this.callers.size > 0) {
      const joined = new Promise<'joined'>((resolve) => {
        this.wake = () => resolve('joined');
      });
      const turns = [...this.callers].map(async (caller) => {
        try {
          await caller.turn();
        } catch (error) {
          this.callers.delete(caller);
          last = error;
          // The last one hears of the end of the work, after everything is disposed.
          if (this.callers.size > 0) caller.leave(error);
          throw error;
        }
      });
      const first = await Promise.race([joined, Promise.any(turns)]).catch(() => 'ended' as const);
      if (first === undefined) return;
    }
    this.ended = true;
    throw last;
  }
}

/** Results by key, and the work in progress on others. The oldest results beyond `most` are forgotten. */
export class SharedResults<T> {
  private readonly known = new Map<string, T>();
  private readonly running = new Map<string, SharedWork<T>>();

  constructor(private readonly most = Number.POSITIVE_INFINITY) {}

  /** The known result, or undefined. */
  get(key: string): T | undefined {
    return this.known.get(key);
  }

  /**
   * The result under `key`: known, or from work in progress, or from `make`. Rejects with the error of the caller's own turn
   * or with that of `make`, which nothing remembers.
   */
  of(key: string, turn: Turn, make: (turn: Turn) => Promise<T>): Promise<T> {
    const known = this.known.get(key);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise<T>((resolve, reject) => {
      const caller = { turn, leave: reject };
      const running = this.running.get(key);
      if (running === undefined || running.ended) this.start(key, caller, make);
      else running.join(caller);
      this.running.get(key)?.result.then(resolve, reject);
    });
  }

  private start(key: string, caller: Caller, make: (turn: Turn) => Promise<T>): void {
    const work: SharedWork<T> = new SharedWork(async (turn) => {
      // Even a failure at once comes after the work is listed.
      await undefined;
      try {
        const result = await make(turn);
        this.known.set(key, result);
        if (this.known.size > this.most) this.known.delete(this.known.keys().next().value as string);
        return result;
      } finally {
        if (this.running.get(key) === work) this.running.delete(key);
      }
    }, caller);
    this.running.set(key, work);
  }
}
