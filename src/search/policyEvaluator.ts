// Measures policies for a search on a bench, alone or together with a crew, remembers the scores, and charges the ledger. The
// test split is not read here.
import type { Network } from '../graph/network';
import { type BitPolicy, policyKey } from '../graph/policy';
import { Bench, type BenchOptions, chargeOf, priceOf } from './bench';
import type { Crew, Task } from './crew';
import type { Ledger } from './ledger';
import type { Asked, Evaluator, Score, SearchPoint, TrainingContext } from './method';
import { measureTogether, type Stream } from './together';

/** When a search may go on; both throw to end it. */
export interface Turns {
  /** Awaited before every batch of work. */
  yieldTurn(): Promise<void>;
  /** The same for the engine's share of work with a crew, which goes on meanwhile: waiting counts as time of the search. */
  besideCrew(): Promise<void>;
}

/** Evaluates policies of a real network on real images. Dispose after the search. */
export class PolicyEvaluator implements Evaluator {
  readonly steps: number;
  private readonly bench: Bench;
  private readonly known = new Map<string, Score>();

  constructor(
    private readonly training: TrainingContext,
    private readonly options: BenchOptions,
    private readonly ledger: Ledger,
    private readonly turns: Turns,
    private readonly crew?: Crew,
  ) {
    this.steps = options.steps;
    this.bench = new Bench(training, options.cacheBytes);
  }

  /** Adopts the measurements of an earlier part of the run, to avoid measuring and charging them again. */
  recall(points: readonly SearchPoint[]): void {
    for (const { policy, steps, accuracy, loss } of points)
      if (steps !== 'shared') this.known.set(this.keyOf({ policy, steps }), { accuracy, loss });
  }

  async measure(policy: BitPolicy, steps = this.steps): Promise<Score> {
    const key = this.keyOf({ policy, steps });
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const task = this.taskOf({ policy, steps });
    const score = await this.bench.measure(task, this.turns.yieldTurn, (work) => this.ledger.add(work));
    this.known.set(key, score);
    return score;
  }

  async *measureAll<T extends Asked>(
    ask: () => T | undefined,
  ): AsyncGenerator<readonly [asked: T, score: Score], void, void> {
    if (this.crew !== undefined) return yield* this.measureWith(this.crew, ask);
    for (let asked = ask(); asked !== undefined; asked = ask())
      yield [asked, await this.measure(asked.policy, asked.steps)];
  }

  async measureWeights(network: Network, policy: BitPolicy): Promise<Score> {
    const task = this.taskOf({ policy, steps: 0 });
    return this.bench.measureWeights(network, task, this.turns.yieldTurn, (work) => this.ledger.add(work));
  }

  cost(steps: number): number {
    const { scheme } = this.training;
    return priceOf(this.training, { ...this.options, scheme, steps });
  }

  dispose(): void {
    this.bench.dispose();
  }

  private keyOf({ policy, steps = this.steps }: Asked): string {
    return `${policyKey(policy)}@${steps}`;
  }

  private taskOf({ policy, steps = this.steps }: Asked): Task {
    const { cacheBytes: _, ...options } = this.options;
    return { ...options, policy, scheme: this.training.scheme, steps };
  }

  /** Charges each task as it is handed out, so that charges do not depend on who measured what when. */
  private async *measureWith<T extends Asked>(
    crew: Crew,
    ask: () => T | undefined,
  ): AsyncGenerator<readonly [asked: T, score: Score], void, void> {
    const { ledger, known, bench, turns } = this;
    const promised = new Map<string, Task>();
    const promise = ({ steps }: Task, sign: 1 | -1) => ledger.promise(sign * this.cost(steps), sign);
    const ends = new Set<unknown>();
    const stream: Stream<T> = {
      ask,
      keyOf: (asked) => this.keyOf(asked),
      known: (key) => known.get(key),
      taskOf: (asked) => {
        const task = this.taskOf(asked);
        promised.set(this.keyOf(asked), task);
        promise(task, 1);
        return task;
      },
      own: (task, stillWanted) =>
        bench.measure(task, async () => {
          try {
            await turns.besideCrew();
          } catch (error) {
            ends.add(error);
            throw error;
          }
          stillWanted();
        }),
      isEnd: (error) => ends.has(error),
    };
    try {
      for await (const [asked, score] of measureTogether(crew, stream)) {
        const key = this.keyOf(asked);
        const task = promised.get(key);
        if (task !== undefined) {
          promised.delete(key);
          promise(task, -1);
          ledger.add(chargeOf(this.training, task));
          known.set(key, score);
        }
        yield [asked, score];
      }
    } finally {
      for (const task of promised.values()) promise(task, -1);
    }
  }
}
