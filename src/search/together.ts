// Measures a stream of tasks with a crew and the engine's own bench at the same time, and hands out the scores in the order
// in which the tasks were asked for. Whoever is free takes the next task; the first answer counts. A task that failed at the
// crew is measured again. With nothing else left to do, the engine repeats what it waits for at the crew, and the crew what a
// much slower engine is still at (backup tasks, as in J. Dean, S. Ghemawat, "MapReduce", OSDI 2004, section 3.6).
import type { Crew, Task } from './crew';
import type { Score } from './method';

/** The tasks of a stream. */
export interface Stream<T> {
  /** What to measure next; undefined if nothing, or nothing before more scores are handed out. */
  ask(): T | undefined;
  /** Equal for requests with the same score. */
  keyOf(asked: T): string;
  /** The score of a key, if it is known. */
  known(key: string): Score | undefined;
  /** Called once for each request whose score is not known. */
  taskOf(asked: T): Task;
  /** The engine's own measurement. `stillWanted` throws once it is not needed any more, to end it. */
  own(task: Task, stillWanted: () => void): Promise<Score>;
  /** Whether an error of `own` ends the stream at once, instead of being that task's outcome. */
  isEnd(error: unknown): boolean;
}

interface Job<T> {
  readonly asked: T;
  readonly key: string;
  /** Absent if the score is known or comes from an earlier job. */
  readonly task?: Task;
  outcome?: { readonly score: Score } | { readonly error: unknown };
  /** Who is at it. */
  own: boolean;
  crew: boolean;
  /** Failures at the crew. */
  failed: number;
  /** Tasks that the crew had answered when the engine began this one. */
  since: number;
  readonly answered: AbortController;
}

/** Tries of a task at the crew; after that only the engine measures it. */
const TRIES = 2;
/** Requests ahead, and tasks that the crew answers before it repeats one of the engine's, per measurer. */
const AHEAD = 2;

/** Thrown into the engine's own measurement of a task that another has answered. */
class Answered extends Error {
  override readonly name = 'Answered';
}

class Together<T> {
  private readonly jobs: Job<T>[] = [];
  private working: Promise<void> | undefined;
  private atCrew = 0;
  private answers = 0;
  private ended: { readonly error: unknown } | undefined;
  private over = false;
  private wake = () => {};

  constructor(
    private readonly crew: Crew,
    private readonly stream: Stream<T>,
  ) {}

  async *run(): AsyncGenerator<readonly [asked: T, score: Score], void, void> {
    try {
      for (;;) {
        this.start();
        if (this.ended) throw this.ended.error;
        const [head] = this.jobs;
        if (head === undefined) return;
        const outcome = this.outcomeOf(head);
        if (outcome === undefined) {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
          continue;
        }
        this.jobs.shift();
        if ('error' in outcome) throw outcome.error;
        yield [head.asked, outcome.score];
      }
    } finally {
      this.over = true;
      for (const { answered } of this.jobs) answered.abort();
      await this.working;
    }
  }

  private outcomeOf({ outcome, task, key }: Job<T>): Job<T>['outcome'] {
    if (outcome !== undefined || task !== undefined) return outcome;
    const score = this.stream.known(key);
    return score && { score };
  }

  /** Gives work to whoever is free; the engine, which is sure to answer, gets the earlier task. */
  private start(): void {
    if (this.over || this.ended) return;
    try {
      const mine = this.working === undefined ? this.next('own') : undefined;
      if (mine !== undefined) this.working = this.measureHere(mine);
      while (this.atCrew < this.crew.places) {
        const theirs = this.next('crew');
        if (theirs === undefined) return;
        void this.measureThere(theirs);
      }
    } catch (error) {
      this.ended ??= { error };
    }
  }

  /** The next task of a measurer: one that nobody is at, a new one, or one that the other has been at for long. */
  private next(who: 'own' | 'crew'): Job<T> | undefined {
    const open = this.jobs.filter(
      ({ outcome, task, failed, [who]: mine }) =>
        outcome === undefined && task !== undefined && !mine && (who === 'own' || failed < TRIES),
    );
    const free = open.find(({ own, crew }) => !own && !crew) ?? this.askForNew();
    if (free !== undefined) return free;
    const slow = AHEAD * this.crew.places;
    // What the crew took last may be waiting there, not yet begun.
    return who === 'own' ? open.at(-1) : open.find(({ since }) => this.answers - since >= slow);
  }

  private askForNew(): Job<T> | undefined {
    const { jobs, stream } = this;
    while (jobs.length < AHEAD * (this.crew.places + 1)) {
      const asked = stream.ask();
      if (asked === undefined) return undefined;
      const key = stream.keyOf(asked);
      const isNew = stream.known(key) === undefined && !jobs.some((job) => job.key === key);
      const task = isNew ? stream.taskOf(asked) : undefined;
      const nobody = { own: false, crew: false, failed: 0, since: 0, answered: new AbortController() };
      const job = { asked, key, ...nobody, ...(task && { task }) };
      jobs.push(job);
      if (task !== undefined) return job;
    }
    return undefined;
  }

  private settle(job: Job<T>, outcome: NonNullable<Job<T>['outcome']>): void {
    if (job.outcome !== undefined) return;
    job.outcome = outcome;
    job.answered.abort();
  }

  private async measureHere(job: Job<T>): Promise<void> {
    job.own = true;
    job.since = this.answers;
    const stillWanted = () => {
      if (this.over || job.outcome !== undefined) throw new Answered();
    };
    try {
      this.settle(job, { score: await this.stream.own(job.task as Task, stillWanted) });
    } catch (error) {
      if (this.stream.isEnd(error)) this.ended ??= { error };
      else if (!(error instanceof Answered)) this.settle(job, { error });
    }
    job.own = false;
    this.working = undefined;
    this.start();
    this.wake();
  }

  private async measureThere(job: Job<T>): Promise<void> {
    job.crew = true;
    this.atCrew++;
    try {
      this.settle(job, { score: await this.crew.measure(job.task as Task, job.answered.signal) });
      this.answers++;
    } catch {
      job.failed++;
    }
    job.crew = false;
    this.atCrew--;
    this.start();
    this.wake();
  }
}

/** The scores of a stream, in the order asked for. Throws the engine's own error where a task has no other outcome. */
export function measureTogether<T>(
  crew: Crew,
  stream: Stream<T>,
): AsyncGenerator<readonly [asked: T, score: Score], void, void> {
  return new Together(crew, stream).run();
}
