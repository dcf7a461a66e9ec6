// Several jobs share one backend: they take turns batch by batch, and a job waits while a more urgent one runs. Files
// that the user has just chosen come first, then a drag, the background table, a search, training, and last what is made
// in case it is needed.

export type Urgency = 'reading' | 'drag' | 'background' | 'search' | 'training' | 'idle';
const RANK: Record<Urgency, number> = { reading: 0, drag: 1, background: 2, search: 3, training: 4, idle: 5 };

/** A job in progress. */
export interface Job {
  /** Lets messages in, then waits while a more urgent job runs. Await it before every batch. */
  yieldTurn(): Promise<void>;
  /** Ends the job; the others go on. */
  end(): void;
}

/** Jobs of one engine. `breathe` yields to the event loop, so that requests and cancellations arrive. */
export class Scheduler {
  private readonly running = [0, 0, 0, 0, 0, 0];
  private waiting: (() => void)[] = [];
  /** Number of jobs begun so far. */
  begun = 0;

  constructor(private readonly breathe: () => Promise<void>) {}

  start(urgency: Urgency): Job {
    const rank = RANK[urgency];
    this.running[rank]++;
    this.begun++;
    let left = false;
    return {
      yieldTurn: async () => {
        await this.breathe();
        while (this.running.slice(0, rank).some((count) => count > 0))
          await new Promise<void>((resolve) => this.waiting.push(resolve));
      },
      end: () => {
        if (left) return;
        left = true;
        this.running[rank]--;
        const released = this.waiting;
        this.waiting = [];
        for (const resolve of released) resolve();
      },
    };
  }

  /** Runs `work` as a job that ends with it. */
  async run<T>(urgency: Urgency, work: (job: Job) => Promise<T>): Promise<T> {
    const job = this.start(urgency);
    try {
      return await work(job);
    } finally {
      job.end();
    }
  }
}

/** `yieldTurn` of a job that ends at a signal: once aborted, it stops waiting for other jobs and throws. */
export function yieldUntil(ended: AbortSignal, job: Job): () => Promise<void> {
  const aborted = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }));
  return async () => {
    await Promise.race([job.yieldTurn(), aborted]);
    ended.throwIfAborted();
  };
}
