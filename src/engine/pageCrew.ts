// Those who measure for a search of this engine on other computers; the page carries tasks to them and answers back. Anybody
// may be wrong, so a sample of the answers and the final choice are measured again here. Where an answer differs, all of that
// computer's answers are measured again: the search is taken back to before the first of them, and the others are remembered.

import type { BitPolicy } from '../graph/policy';
import { policyKey } from '../graph/policy';
import { createRng, mixSeed, type Rng } from '../math/rng';
import { roundHalfToEven } from '../math/rounding';
import { wilson } from '../math/statistics';
import { Bench, type BenchContext } from '../search/bench';
import type { Crew, Task } from '../search/crew';
import type { Spent } from '../search/ledger';
import type { Score } from '../search/method';
import type { CrewAnswer, CrewProgress } from './protocol/searching';

/** One in so many answers of a computer is measured again, and its first one. */
const SAMPLE = 8;
/** Stream of the sample's draws, apart from those of the search. */
const STREAM = 0x5a;

/**
 * By how many right answers two computers may differ. Their backends add in other orders, so a value at the border between two
 * levels or two classes may fall to either side; training multiplies such differences.
 */
export function mayDiffer({ steps }: Pick<Task, 'steps'>, images: number): number {
  return steps === 0 ? Math.max(2, Math.ceil(0.01 * images)) : Math.max(4, Math.ceil(0.05 * images));
}

/** Where a search can be taken back to. */
export interface Moment {
  readonly points: number;
  readonly spent: Spent;
  readonly state: unknown;
}

interface Known {
  readonly task: Task;
  readonly score: Score;
  /** Who measured it; undefined if it was measured here. */
  readonly who: string | undefined;
  /** The moment when it came. */
  moment: number;
}

interface Asked {
  resolve(answer: CrewAnswer): void;
  reject(error: Error): void;
}

const keyOf = ({ policy, steps }: Task) => `${policyKey(policy)}@${steps}`;
const rightOf = ({ accuracy: { value, n } }: Score) => roundHalfToEven(value * n);

/** The crew of one run. Dispose at its end. */
export class PageCrew implements Crew {
  /** Tasks that the page has takers for. */
  places = 0;
  private last = 0;
  private readonly asked = new Map<number, Asked>();
  private readonly known = new Map<string, Known>();
  private readonly checked = new Set<string>();
  private readonly excluded = new Set<string>();
  private readonly moments: Moment[] = [];
  private readonly bench: Bench;
  private readonly rng: Rng;
  private measuring: Promise<unknown> = Promise.resolve();
  private doubted: number | undefined;

  constructor(
    private readonly context: BenchContext,
    private readonly options: {
      readonly seed: number;
      readonly cacheBytes: number;
      readonly turn: () => Promise<void>;
      readonly report: (progress: CrewProgress) => void;
    },
    start: Moment,
  ) {
    this.bench = new Bench(context, options.cacheBytes);
    this.rng = createRng(mixSeed(options.seed, STREAM));
    this.moments.push(start);
  }

  async measure(task: Task, signal: AbortSignal): Promise<Score> {
    const key = keyOf(task);
    const known = this.known.get(key);
    if (known !== undefined) return known.score;
    const { who, right, loss } = await this.ask(task, signal);
    if (this.excluded.has(who)) throw new Error('This computer gave another result before.');
    const n = Math.min(task.images, this.context.dataset.validation.length);
    if (!Number.isInteger(right) || right < 0 || right > n || !(loss >= 0))
      throw new Error(`${right} right of ${n} with cross-entropy ${loss} is no answer.`);
    const moment = this.moments.length - 1;
    const answer: Known = { task, score: { accuracy: wilson(right, n), loss }, who, moment };
    this.known.set(key, answer);
    const draw = this.rng.integer(SAMPLE) === 0;
    if (this.checked.has(who) && !draw) return answer.score;
    const own = await this.check(answer, signal);
    this.checked.add(who);
    return own;
  }

  /** An answer from the page; null if it has none, and others have to measure the task. */
  answer(id: number, answer: CrewAnswer | null): void {
    const asked = this.asked.get(id);
    this.asked.delete(id);
    if (answer === null) asked?.reject(new Error('Nobody answered.'));
    else asked?.resolve(answer);
  }

  /** Measures again here what others measured of a policy. */
  async confirm(policy: BitPolicy): Promise<void> {
    const key = policyKey(policy);
    for (const answer of [...this.known.values()])
      if (answer.who !== undefined && policyKey(answer.task.policy) === key) await this.check(answer);
  }

  /** Adds a moment to which the search may have to be taken back; one in which nothing was answered is not needed. */
  reach(moment: Moment): void {
    const at = this.moments.length - 1;
    const isNeeded = at === 0 || [...this.known.values()].some((answer) => answer.moment === at);
    if (isNeeded) this.moments.push(moment);
    else this.moments[at] = moment;
  }

  /** The moment to go back to, once a computer gave another result; all that it measured is forgotten. */
  takeBack(): Moment | undefined {
    const { doubted } = this;
    if (doubted === undefined) return undefined;
    this.doubted = undefined;
    this.moments.length = doubted + 1;
    for (const answer of this.known.values()) answer.moment = Math.min(answer.moment, doubted);
    return this.moments[doubted];
  }

  dispose(): void {
    for (const { reject } of this.asked.values()) reject(new Error('The search has ended.'));
    this.asked.clear();
    void this.measuring.finally(() => this.bench.dispose());
  }

  private ask(task: Task, signal: AbortSignal): Promise<CrewAnswer> {
    const id = ++this.last;
    const { report } = this.options;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const end = () => {
        if (this.asked.delete(id)) report({ kind: 'unask', id });
        reject(signal.reason);
      };
      signal.addEventListener('abort', end, { once: true });
      this.asked.set(id, {
        resolve: (answer) => {
          signal.removeEventListener('abort', end);
          resolve(answer);
        },
        reject,
      });
      report({ kind: 'ask', id, task });
    });
  }

  /** Measures a task here too, and returns this score. */
  private async check({ task, score, who, moment }: Known, signal?: AbortSignal): Promise<Score> {
    const turn = async () => {
      await this.options.turn();
      signal?.throwIfAborted();
    };
    const mine = this.measuring.then(() => this.bench.measure(task, turn));
    this.measuring = mine.catch(() => undefined);
    const own = await mine;
    this.known.set(keyOf(task), { task, score: own, who: undefined, moment });
    if (Math.abs(rightOf(own) - rightOf(score)) > mayDiffer(task, own.accuracy.n)) this.doubt(who as string);
    return own;
  }

  private doubt(who: string): void {
    if (!this.excluded.has(who)) this.options.report({ kind: 'differs', who });
    this.excluded.add(who);
    for (const [key, answer] of this.known) {
      if (answer.who !== who) continue;
      this.doubted = Math.min(this.doubted ?? answer.moment, answer.moment);
      this.known.delete(key);
    }
  }
}
