// The work spent by a search, and whether the search may go on. Images are the fair unit: a forward image counts 1, a
// forward and backward image counts 2 (docs/notation.md, "search cost").

/** Work done. */
export interface Spent {
  /** Images run forward, and images of these also run backward. */
  readonly forward: number;
  readonly backward: number;
  /** Policies measured. */
  readonly evaluations: number;
  /** Seconds of work, without pauses. */
  readonly seconds: number;
  /** Seconds of these in steps that took gradients; absent if not counted. */
  readonly training?: number;
}

export const NOTHING_SPENT: Spent = { forward: 0, backward: 0, evaluations: 0, seconds: 0, training: 0 };

/** The budget of a search, including the method's own training; the first part to be used up ends the search. */
export interface Budget {
  /** Policies measured; also limits images to those of so many measurements (problem.ts). */
  readonly evaluations?: number;
  /** Forward and backward together. */
  readonly images?: number;
  readonly seconds?: number;
}

/** Thrown before a batch that the budget has no room for: the current piece of work is dropped. */
export class BudgetSpentError extends Error {
  override readonly name = 'BudgetSpentError';
}

/** Counts the spending of a search. */
export class Ledger {
  private forward: number;
  private backward: number;
  private evaluations: number;
  private seconds: number;
  private training: number;
  /** Last reading of the clock; undefined while the clock is stopped. */
  private since: number | undefined;
  private closed = false;
  private outstanding = { images: 0, evaluations: 0 };

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

  /** Counts the work done since the last call. */
  add({ forward = 0, backward = 0, evaluations = 0 }: Partial<Spent>): void {
    const seconds = this.lap();
    if (backward > 0) this.training += seconds;
    this.forward += forward;
    this.backward += backward;
    this.evaluations += evaluations;
  }

  /** Measurements begun and not yet charged, at their price; `affords` and `committed` leave room for them. */
  get promised(): Readonly<typeof this.outstanding> {
    return this.outstanding;
  }

  /** Adds to what is promised; negative numbers take back. */
  promise(images: number, evaluations: number): void {
    const { outstanding } = this;
    this.outstanding = { images: outstanding.images + images, evaluations: outstanding.evaluations + evaluations };
  }

  /** Starts or stops the clock. */
  run(running: boolean): void {
    this.lap();
    this.since = running ? this.now() : undefined;
  }

  /** Runs `work` with the clock running or stopped, then restores the clock's state. */
  async clocked<T>(running: boolean, work: () => Promise<T>): Promise<T> {
    const before = this.since !== undefined;
    this.run(running);
    try {
      return await work();
    } finally {
      this.run(before);
    }
  }

  /** Ends the budget: no further work is possible. */
  close(): void {
    this.closed = true;
  }

  get spent(): Spent {
    const running = this.since === undefined ? 0 : (this.now() - this.since) / 1000;
    const { forward, backward, evaluations, training } = this;
    return { forward, backward, evaluations, seconds: this.seconds + running, training };
  }

  /** Images left in the budget. */
  get imagesLeft(): number {
    return (this.budget.images ?? Number.POSITIVE_INFINITY) - this.forward - this.backward;
  }

  /** The same; a budget in seconds counts as the images that fit at the speed so far. */
  get imagesExpected(): number {
    const { seconds, forward, backward } = this.spent;
    const { imagesLeft, budget } = this;
    if (budget.seconds === undefined || seconds === 0) return imagesLeft;
    return Math.min(imagesLeft, ((budget.seconds - seconds) * (forward + backward)) / seconds);
  }

  /** Whether the budget is not exhausted and has these images and measurements left. */
  affords(images: number, evaluations: number): boolean {
    const most = this.budget.evaluations ?? Number.POSITIVE_INFINITY;
    const { promised } = this;
    const fits = images + promised.images <= this.imagesLeft;
    return !this.exhausted && fits && this.evaluations + promised.evaluations + evaluations <= most;
  }

  /** Spent share of the budget, at least 0; from 1 on the search has to end. */
  get used(): number {
    return this.shareOf(0, 0);
  }

  /** The share spent and promised. */
  get committed(): number {
    return this.shareOf(this.promised.images, this.promised.evaluations);
  }

  get exhausted(): boolean {
    return this.used >= 1;
  }

  /** Share of the budget spent with so much more. */
  private shareOf(moreImages: number, moreEvaluations: number): number {
    const { forward, backward, evaluations, seconds } = this.spent;
    const { budget, closed } = this;
    return Math.max(
      closed ? 1 : 0,
      (evaluations + moreEvaluations) / (budget.evaluations ?? Number.POSITIVE_INFINITY),
      (forward + backward + moreImages) / (budget.images ?? Number.POSITIVE_INFINITY),
      seconds / (budget.seconds ?? Number.POSITIVE_INFINITY),
    );
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
