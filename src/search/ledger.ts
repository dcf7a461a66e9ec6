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
}

export const NOTHING_SPENT: Spent = { forward: 0, backward: 0, evaluations: 0, seconds: 0 };

/** What a search may spend; the first to be reached ends it. */
export interface Budget {
  readonly evaluations?: number;
  /** Forward and backward together. */
  readonly images?: number;
  readonly seconds?: number;
}

/** Counts what a search spends. */
export class Ledger {
  private forward: number;
  private backward: number;
  private evaluations: number;
  private seconds: number;
  private since: number | undefined;

  constructor(
    readonly budget: Budget,
    /** Milliseconds. */
    private readonly now: () => number,
    { forward, backward, evaluations, seconds }: Spent = NOTHING_SPENT,
  ) {
    this.forward = forward;
    this.backward = backward;
    this.evaluations = evaluations;
    this.seconds = seconds;
  }

  /** Counts work that has been done. */
  add({ forward = 0, backward = 0, evaluations = 0 }: Partial<Spent>): void {
    this.forward += forward;
    this.backward += backward;
    this.evaluations += evaluations;
  }

  /** Starts and stops the clock. */
  run(running: boolean): void {
    const { now } = this;
    if (this.since !== undefined) this.seconds += (now() - this.since) / 1000;
    this.since = running ? now() : undefined;
  }

  get spent(): Spent {
    const running = this.since === undefined ? 0 : (this.now() - this.since) / 1000;
    const { forward, backward, evaluations } = this;
    return { forward, backward, evaluations, seconds: this.seconds + running };
  }

  /** Share of the budget that is used up, at least 0; 1 and more means that the search has to end. */
  get used(): number {
    const { forward, backward, evaluations, seconds } = this.spent;
    const { budget } = this;
    return Math.max(
      evaluations / (budget.evaluations ?? Number.POSITIVE_INFINITY),
      (forward + backward) / (budget.images ?? Number.POSITIVE_INFINITY),
      seconds / (budget.seconds ?? Number.POSITIVE_INFINITY),
    );
  }

  get exhausted(): boolean {
    return this.used >= 1;
  }
}
