// The multi-task search over the policies of an encoding: measure, update the belief, propose. mtgp.ts names its settings
// and wraps the search as a method.
import { createRng, mixSeed } from '../../math/rng';
import { keyOf } from '../../optim/feasible';
import type { GpModel } from '../../optim/gp';
import type { PosteriorInside } from '../insides';
import { nothingMeasured, type SearchEvent, type SearchPoint, type SearchProblem, type SearchResult } from '../method';
import { policyOf, vectorOf } from '../space';
import { type Belief, type BeliefOptions, believe, type Measured } from './belief';
import type { Candidate, Encoding } from './candidates';
import { type Proposal, plausible, proposeBelow, proposeTarget } from './proposals';

/** Settings of a search. */
export interface MtgpSettings extends BeliefOptions {
  /** Fine-tuning steps of each task, ascending; the last is the target. */
  readonly steps: readonly number[];
  /** Random policies at the first task, before the process proposes. */
  readonly start: number;
  /** Every `every`-th proposal is at the target. */
  readonly every: number;
  /** Standard deviations within which a policy may still be the best; other policies are no longer measured. */
  readonly focus: number;
  /** Cost of a measurement when information is weighed: its images, or equal for all. */
  readonly cost: 'images' | 'equal';
  /** Whether the confidence bound includes the noise. */
  readonly noisyBound: boolean;
  /** Reserves budget to measure the predicted best policy at the target. */
  readonly confirm: boolean;
  /** Accuracy that one bit of one layer must be worth. */
  readonly bitPrice: number;
  /** Proposals in measurement at a time. */
  readonly batch: number;
}

/** Candidates weighed at a time, to bound the work of a step. */
const MOST_CANDIDATES = 256;
/** Policies with candidates in their neighborhood. */
const CENTERS = 4;

/** The current choice. */
interface NextPick {
  readonly vector: readonly number[];
  /** Accuracy at the target and its standard deviation. */
  readonly mean: number;
  readonly sd: number;
  /** Candidates compared. */
  readonly among: number;
}

interface State {
  readonly measured: readonly Measured[];
  /** The proposals to be measured next, in this order: a batch at most. */
  readonly pending: readonly Proposal[];
  /** The only one, in states of before there were batches. */
  readonly next?: Proposal;
  readonly model?: GpModel;
  /** Proposals by the process so far, and how many of them by the confidence bound. */
  readonly proposals: number;
  readonly bounds: number;
  readonly choice?: NextPick;
}

/** The next proposal by the process. */
interface Asked extends Pick<State, 'proposals' | 'bounds'> {
  readonly next?: Proposal;
  readonly gains: readonly number[];
}

const keyAt = (vector: readonly number[], task: number): string => `${keyOf(vector)}@${task}`;

/** One search; its whole state is in its events. */
export class MtgpSearch {
  private readonly target: number;
  /** Images per measurement at each task, and their cost when information is weighed. */
  private readonly costs: readonly number[];
  private readonly weighed: readonly number[];
  /** The user's own policies at the target, then random policies below the target. */
  private readonly queue: readonly Proposal[];

  constructor(
    private readonly problem: SearchProblem,
    private readonly settings: MtgpSettings,
    private readonly encoding: Encoding,
  ) {
    const { evaluator, startPolicies, space, seed } = problem;
    const { steps, start, cost } = settings;
    this.target = steps.length - 1;
    this.costs = steps.map((count) => evaluator.cost(count));
    this.weighed = cost === 'images' ? this.costs : this.costs.map(() => 1);
    const rng = createRng(mixSeed(seed, 0));
    const own = startPolicies.flatMap((policy) => encoding.encode(vectorOf(space, policy) as number[]) ?? []);
    this.queue = [
      ...own.map((candidate) => ({ ...candidate, task: this.target })),
      ...encoding.candidates([], start, rng).map((candidate) => ({ ...candidate, task: 0 })),
    ];
  }

  async *run(from?: unknown): AsyncGenerator<SearchEvent, SearchResult, void> {
    const { space } = this.problem;
    let state = this.startFrom(from as State | undefined);
    let asked = state.measured.length;
    const ask = () => {
      const proposal = state.pending[asked - state.measured.length];
      if (proposal === undefined || !this.affords([proposal.task])) return undefined;
      asked++;
      return { policy: policyOf(space, proposal.vector), steps: this.settings.steps[proposal.task], proposal };
    };
    for await (const [{ policy, steps, proposal }, score] of this.problem.evaluator.measureAll(ask)) {
      const point: SearchPoint = { policy, steps, role: 'candidate', ...score };
      const measured = [...state.measured, { ...proposal, accuracy: score.accuracy.value, loss: score.loss }];
      const { inside, ...after } = this.learn({ ...state, measured, pending: state.pending.slice(1) });
      state = after;
      yield { phase: `measuring ${this.words(proposal.task)}`, point, inside, state };
    }
    const { choice, measured } = state;
    if (choice === undefined) throw nothingMeasured(this.problem);
    const { mean, sd, among } = choice;
    const percent = (share: number) => (100 * share).toFixed(1);
    const known = measured.find(({ vector, task }) => keyAt(vector, task) === keyAt(choice.vector, this.target));
    return {
      policy: policyOf(space, choice.vector),
      because: `Of ${among} configs it is believed to be the most accurate ${this.words(this.target)}: ${percent(mean)} ± ${percent(sd)} %${known ? `, measured ${percent(known.accuracy)} %` : ', not measured'}.`,
    };
  }

  private words(task: number): string {
    const steps = this.settings.steps[task];
    return steps === 0 ? 'as rounded' : `after ${steps} ${steps === 1 ? 'step' : 'steps'} of fine-tuning`;
  }

  private startFrom(from: State | undefined): State {
    const pending = this.queue.slice(0, this.settings.batch);
    if (from === undefined) return { measured: [], proposals: 0, bounds: 0, pending };
    const { next, ...state } = from;
    return { ...state, pending: state.pending ?? (next ? [next] : []) };
  }

  /** Fits the process, determines the current choice, and fills the batch with the next measurements. */
  private learn(state: State): State & { readonly inside: PosteriorInside } {
    const { measured, model, pending } = state;
    const { seed } = this.problem;
    const stream = mixSeed(seed, measured.length);
    const belief = believe(measured, this.costs.length, this.settings, stream, model);
    const centers = [...measured.keys()];
    const { mean } = belief.at(measured);
    const best = centers.sort((a, b) => mean[b] - mean[a]).map((i) => measured[i].vector);
    const around = [...new Map(best.map((vector) => [keyOf(vector), vector])).values()].slice(0, CENTERS);
    const candidates = this.encoding.candidates(around, MOST_CANDIDATES, createRng(stream));
    const choice = this.choose(belief, candidates);
    const chosen = this.encoding.encode(choice.vector) as Candidate;
    const expecting = pending.length > 0 ? belief.expecting(pending) : belief;
    const { gains, ...after } = this.ask(state, expecting, candidates, chosen);
    const inside = this.show(belief, candidates, gains, choice, after.pending[0]);
    return { measured, model: belief.model, choice, ...after, inside };
  }

  private choose(belief: Belief, candidates: readonly Candidate[]): NextPick {
    const { layers, groups } = this.problem.space;
    const { mean, sd } = belief.at(candidates);
    // As published: bits above 4 per layer cost, bits below 4 earn; tied layers count once.
    const scores = candidates.map(
      ({ vector }, i) =>
        mean[i] -
        this.settings.bitPrice * groups.reduce((sum, [l]) => sum + layers[l].choices[vector[l]].weights - 4, 0),
    );
    const best = scores.indexOf(Math.max(...scores));
    return { vector: candidates[best].vector, mean: mean[best], sd: sd[best], among: candidates.length };
  }

  /** Fills the batch. */
  private ask(state: State, belief: Belief, candidates: readonly Candidate[], chosen: Candidate) {
    const { proposals, bounds, pending } = state;
    let after = { proposals, bounds, pending };
    let expecting = belief;
    for (let gains: readonly number[] | undefined; ; ) {
      const { next, gains: mine, ...counts } = this.propose({ ...state, ...after }, expecting, candidates, chosen);
      // For the chart: those of the first proposal.
      gains ??= mine;
      if (next === undefined) return { ...after, gains };
      after = { ...counts, pending: [...after.pending, next] };
      if (after.pending.length >= this.settings.batch) return { ...after, gains };
      expecting = expecting.expecting([next]);
    }
  }

  private propose(
    { measured, pending, proposals, bounds }: State,
    belief: Belief,
    candidates: readonly Candidate[],
    chosen: Candidate,
  ): Asked {
    const { every, focus, noisyBound, confirm } = this.settings;
    const { target } = this;
    const { ledger } = this.problem;
    const known = new Set([...measured, ...pending].map(({ vector, task }) => keyAt(vector, task)));
    const isKnown = ({ vector }: Candidate, task: number) => known.has(keyAt(vector, task));
    const atTarget = (candidate: Candidate | undefined) => candidate && { ...candidate, task: target };
    const bound = () => atTarget(proposeTarget(belief, candidates, bounds + 1, isKnown, noisyBound));
    const open = plausible(belief, candidates, focus);
    const { gains, proposal } = proposeBelow(belief, open, this.weighed, isKnown);
    const queued = this.queue[measured.length + pending.length];
    const turn = proposals > 0 && proposals % every === 0;
    const wanted = queued ?? (turn ? undefined : proposal) ?? bound();
    const waiting = pending.map(({ task }) => task);
    const isLast = (task: number) =>
      !this.affords([task, target], waiting) || ledger.imagesExpected < this.priceOf([...waiting, task, target]);
    const last = confirm && wanted !== undefined && wanted.task !== target && isLast(wanted.task);
    // The policy to confirm is chosen once all before it are measured.
    if (last && pending.length > 0) return { gains, proposals, bounds };
    const next = last ? (isKnown(chosen, target) ? bound() : atTarget(chosen)) : wanted;
    if (next === undefined || !this.affords([next.task], waiting)) return { gains, proposals, bounds };
    const asked = queued === undefined;
    const { task } = next;
    return { gains, next, proposals: proposals + (asked ? 1 : 0), bounds: bounds + (asked && task === target ? 1 : 0) };
  }

  private priceOf(tasks: readonly number[]): number {
    return tasks.reduce((sum, task) => sum + this.costs[task], 0);
  }

  /**
   * Whether the budget has room for measurements at these tasks, besides what is promised; or besides all that is `waiting`,
   * be it promised already or not.
   */
  private affords(tasks: readonly number[], waiting?: readonly number[]): boolean {
    const { ledger } = this.problem;
    if (waiting === undefined) return ledger.affords(this.priceOf(tasks), tasks.length);
    const all = [...waiting, ...tasks];
    const { images, evaluations } = ledger.promised;
    return ledger.affords(this.priceOf(all) - images, all.length - evaluations);
  }

  private show(
    belief: Belief,
    candidates: readonly Candidate[],
    gains: readonly number[],
    choice: NextPick,
    next: Proposal | undefined,
  ): PosteriorInside {
    const { space } = this.problem;
    const weights = space.layers.reduce((sum, layer) => sum + layer.weights, 0);
    const { mean, sd } = belief.at(candidates);
    const ofNext = next && belief.at([next]);
    return {
      kind: 'posterior',
      tasks: this.costs.map((cost, task) => ({
        label: this.words(task),
        cost,
        gain: (gains[task] * this.weighed[task]) / cost,
      })),
      candidates: candidates.map(({ vector }, i) => ({
        averageBits:
          space.layers.reduce((sum, layer, l) => sum + layer.weights * layer.choices[vector[l]].weights, 0) / weights,
        mean: mean[i],
        sd: sd[i],
      })),
      correlation: belief.correlation,
      choice: { policy: policyOf(space, choice.vector), mean: choice.mean, sd: choice.sd },
      ...(next &&
        ofNext && {
          next: { policy: policyOf(space, next.vector), task: next.task, mean: ofNext.mean[0], sd: ofNext.sd[0] },
        }),
    };
  }
}
