// What a search has spent, and whether it may go on. Images are the fair unit: one that went forward counts 1, one that
// also went backward counts 2 (docs/notation.md, "search cost").

/** Work done. */
export interface Spent {
  /** Images through the network, and of those, images whose gradient was taken. */
  readonly forward: number;
  readonly backward: number;
  /** Policies measured. */
  readonly evaluations: number;
  /** Seconds at work, pauses not counted. */
  readonly seconds: number;
  /** Of these, seconds of steps that took gradients; absent where it was not counted. */
  readonly training?: number;
}

export const NOTHING_SPENT: Spent = { forward: 0, backward: 0, evaluations: 0, seconds: 0, training: 0 };

/** What a search may spend, its own training included; the first to be reached ends it. */
export interface Budget {
  /** Policies measured, and the images that measuring so many takes (problem.ts). */
  readonly evaluations?: number;
  /** Forward and backward together. */
  readonly images?: number;
  readonly seconds?: number;
}

/** Thrown before a batch for which the budget has no room: the piece of work in progress is left. */
export class BudgetSpentError extends Error {
  override readonly name = 'BudgetSpentError';
}

/** Counts what a search spends. */
export class Ledger {
  private forward: number;
  private backward: number;
  private evaluations: number;
  private seconds: number;
  private training: number;
  /** When the clock was last read; undefined while it stands still. */
  private since: number | undefined;
  private closed = false;

  constructor(
    readonly budget: Budget,
    /** Milliseconds. */
    private readonly now: () => number,
    { forward, backward, evaluations, seconds, training = 0 }: Spent = NOTHING_SPENT,
  ) {
    this.forward = forward;
    this.backward = backward;
    this.evaluations = evaluations;
    this.seconds = seconds;
    this.training = training;
  }

  /** Counts work that has been done since the last was counted. */
  add({ forward = 0, backward = 0, evaluations = 0 }: Partial<Spent>): void {
    const seconds = this.lap();
    if (backward > 0) this.training += seconds;
    this.forward += forward;
    this.backward += backward;
    this.evaluations += evaluations;
  }

  /** Starts and stops the clock. */
  run(running: boolean): void {
    this.lap();
    this.since = running ? this.now() : undefined;
  }

  /** Work with the clock going or not, and after it as before. */
  async clocked<T>(running: boolean, work: () => Promise<T>): Promise<T> {
    const before = this.since !== undefined;
    this.run(running);
    try {
      return await work();
    } finally {
      this.run(before);
    }
  }

  /** Ends the budget: what follows has to do with what is known. */
  close(): void {
    this.closed = true;
  }

  get spent(): Spent {
    const running = this.since === undefined ? 0 : (this.now() - this.since) / 1000;
    const { forward, backward, evaluations, training } = this;
    return { forward, backward, evaluations, seconds: this.seconds + running, training };
  }

  /** Images that the budget has left. */
  get imagesLeft(): number {
    return (this.budget.images ?? Number.POSITIVE_INFINITY) - this.forward - this.backward;
  }

  /** The same, where a budget of seconds counts as the images that it leaves time for at the speed so far. */
  get imagesExpected(): number {
    const { seconds, forward, backward } = this.spent;
    const { imagesLeft, budget } = this;
    if (budget.seconds === undefined || seconds === 0) return imagesLeft;
    return Math.min(imagesLeft, ((budget.seconds - seconds) * (forward + backward)) / seconds);
  }

  /** Whether the budget is not spent, and has these images and measurements left. */
  affords(images: number, evaluations: number): boolean {
    const most = this.budget.evaluations ?? Number.POSITIVE_INFINITY;
    return !this.exhausted && images <= this.imagesLeft && this.evaluations + evaluations <= most;
  }

  /** Share of the budget that is used up, at least 0; 1 and more means that the search has to end. */
  get used(): number {
    const { forward, backward, evaluations, seconds } = this.spent;
    const { budget, closed } = this;
    return Math.max(
      closed ? 1 : 0,
      evaluations / (budget.evaluations ?? Number.POSITIVE_INFINITY),
      (forward + backward) / (budget.images ?? Number.POSITIVE_INFINITY),
      seconds / (budget.seconds ?? Number.POSITIVE_INFINITY),
    );
  }

  get exhausted(): boolean {
    return this.used >= 1;
  }

  private lap(): number {
    if (this.since === undefined) return 0;
    const at = this.now();
    const seconds = (at - this.since) / 1000;
    this.since = at;
    this.seconds += seconds;
    return seconds;
  }
}
