// The interface of all searches. A method is a generator: it proposes policies, has them measured by the problem's
// evaluator, and yields after each piece of work its findings and a state for resuming. A method knows nothing of pages,
// workers or files, and ends when the budget is spent, when nothing is left to measure, or by `return()`.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import { type TieRule, tiesOf } from '../graph/ties';
import type { Proportion } from '../math/statistics';
import type { ChoiceField, NumberField, Ruled } from '../options/fields';
import type { QuantScheme } from '../quant/registry';
import type { Calibrated } from '../train/calibrated';
import type { Evaluate } from '../train/evaluate';
import type { HarmTable } from './harmTable';
import type { Inside } from './insides';
import type { Ledger } from './ledger';
import { SettingsError } from './settingsError';
import { type Space, tied, vectorOf, withoutSkips } from './space';

/** A policy's measurement on the images of the search. */
export interface Score {
  readonly accuracy: Proportion;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
}

/** A request to measure a policy. */
export interface Asked {
  readonly policy: BitPolicy;
  /** Fine-tuning steps; by default the evaluator's own number. */
  readonly steps?: number;
}

/** Measures policies and charges the cost to the ledger. */
export interface Evaluator {
  /** Fine-tuning steps before a policy is measured; 0 rounds the weights without training. */
  readonly steps: number;
  /**
   * Accuracy under a policy on search images, after `steps` steps of fine-tuning (by default the evaluator's own number).
   * A repeated call returns the same result and is not charged again.
   */
  measure(policy: BitPolicy, steps?: number): Promise<Score>;
  /**
   * Scores of all that `ask` asks for, in this order, each charged as it is handed out. Several may be measured at a time, so
   * `ask` is called ahead, while what it has asked for is promised in the ledger: it must not depend on scores not handed out,
   * and returns undefined where there is nothing more to ask, or nothing before more scores are handed out.
   */
  measureAll<T extends Asked>(ask: () => T | undefined): AsyncGenerator<readonly [asked: T, score: Score], void, void>;
  /** Accuracy of other weights under a policy, without training, e.g. of weights shared by several widths. */
  measureWeights(network: Network, policy: BitPolicy): Promise<Score>;
  /** Images per measurement, forward and backward together. */
  cost(steps: number): number;
}

/** Inputs of methods that train. */
export interface TrainingContext {
  /** The float network, as the scheme calibrates it. */
  readonly network: Network;
  readonly dataset: Dataset;
  readonly scheme: QuantScheme;
  readonly calibrated: Calibrated;
  /** How policies are evaluated, e.g. by a pool; by default here. */
  readonly evaluate?: Evaluate;
}

export interface SearchProblem {
  readonly space: Space;
  readonly evaluator: Evaluator;
  readonly training: TrainingContext;
  readonly ledger: Ledger;
  readonly seed: number;
  /** The user's own policies, as starting points. */
  readonly startPolicies: readonly BitPolicy[];
  /** Awaited before every batch of work: lets other jobs run; throws to end the search. */
  yieldTurn(): Promise<void>;
}

/** State for resuming: plain data (numbers, strings, arrays, objects, Float32Arrays), copied by structured clone. */
export type SearchState = unknown;

/** A policy measured by a search. */
export interface SearchPoint extends Score {
  readonly policy: BitPolicy;
  /** Fine-tuning steps before the measurement; `shared` for weights shared by several widths. */
  readonly steps: number | 'shared';
  /** A control is measured for comparison and never chosen. */
  readonly role: 'candidate' | 'control';
}

export interface SearchEvent {
  /** The current activity in plain words, e.g. "training all widths together". */
  readonly phase: string;
  /** Finished share of this phase, in [0, 1], if known. */
  readonly done?: number;
  /** The newest measurement. */
  readonly point?: SearchPoint;
  readonly inside?: Inside;
  /** Resuming from this state gives the result of an uninterrupted run. */
  readonly state: SearchState;
}

/** A method's own choice from its findings. */
export interface SearchResult {
  readonly policy: BitPolicy;
  /** The reason in one sentence. */
  readonly because: string;
  /** A policy chosen to be worse at the same cost, if the method has one. */
  readonly control?: BitPolicy;
  /** The method's table of single layers, which answers other limits too; only of methods with a table. */
  readonly table?: HarmTable;
}

/** The options of a method (options/fields.ts). */
export type OptionField = (NumberField | ChoiceField) &
  Ruled & {
    /** Why it changes nothing under improved rounding, whose codes are chosen on images; absent where it does. */
    readonly underCodes?: string;
  };
export type OptionFields = Readonly<Record<string, OptionField>>;
export type OptionValues = Readonly<Record<string, number | string>>;

/** The option of methods with rules of ours beside those of the paper, which change what the other options are by default. */
export const RULES_OPTION = {
  kind: 'choice',
  label: 'Rules',
  initial: 'own',
  choices: ['own', 'published'],
} as const satisfies OptionField;

export interface SearchMethod {
  readonly label: string;
  /** One sentence in plain words. */
  readonly explanation: string;
  /** The source: paper and number, or "baseline". */
  readonly source: string;
  readonly options: OptionFields;
  /** What differs from the paper even under its own rules, in a sentence or more; absent for baselines. */
  readonly differs?: string;
  /**
   * Largest share of the budget for gradients of the method's own, besides the fine-tuning of policies; absent if none.
   */
  readonly gradients?: number;
  /**
   * Runs the search, from the beginning or from the state of an event of an earlier run on the same problem. With the budget
   * spent or closed it does no more work, and returns what it makes of the state: so a run is stopped.
   * @throws what the evaluator and `yieldTurn` throw; SettingsError where the budget has no room for a first step or measurement.
   */
  search(
    problem: SearchProblem,
    options: OptionValues,
    from?: SearchState,
  ): AsyncGenerator<SearchEvent, SearchResult, void>;
}

/** The problem without skipped layers, for methods that cannot assess skipping. */
export function keepingLayers(problem: SearchProblem): SearchProblem {
  const space = withoutSkips(problem.space);
  const startPolicies = problem.startPolicies.filter((policy) => vectorOf(space, policy) !== undefined);
  return { ...problem, space, startPolicies };
}

/** The problem with layers that share a width by a rule, besides those tied already. */
export function tying(problem: SearchProblem, rule: TieRule): SearchProblem {
  const { space: before, training } = problem;
  const tiedAlready = before.groups
    .filter(({ length }) => length > 1)
    .map((group) => group.map((l) => before.layers[l].id));
  const isFree = (group: readonly string[]) => !group.some((id) => tiedAlready.flat().includes(id));
  const space = tied(before, [...tiedAlready, ...tiesOf(training.network, rule).filter(isFree)]);
  const startPolicies = problem.startPolicies.filter((policy) => vectorOf(space, policy) !== undefined);
  return { ...problem, space, startPolicies };
}

/** True while the budget has room for one policy, measured at the evaluator's own steps. */
export function mayMeasure({ ledger, evaluator }: SearchProblem, steps = evaluator.steps): boolean {
  return ledger.affords(evaluator.cost(steps), 1);
}

/** Ends a method that has measured and learned nothing. */
export function nothingMeasured({ ledger, evaluator }: SearchProblem): SettingsError {
  const { images } = ledger.budget;
  const asked = images === undefined ? 'The budget' : `The budget of ${images} images`;
  return new SettingsError(
    `${asked} ended before a config was measured, which takes ${evaluator.cost(evaluator.steps)} images: allow more.`,
  );
}

/**
 * Points of all that `ask` asks for, in this order, as far as the budget reaches (`Evaluator.measureAll`); measured at the
 * evaluator's own steps unless asked otherwise.
 */
export async function* measurePoints<T extends Asked & { readonly role?: SearchPoint['role'] }>(
  problem: SearchProblem,
  ask: () => T | undefined,
): AsyncGenerator<readonly [asked: T, point: SearchPoint], void, void> {
  const { evaluator } = problem;
  const affordable = () => (mayMeasure(problem) ? ask() : undefined);
  for await (const [asked, score] of evaluator.measureAll(affordable)) {
    const { policy, steps = evaluator.steps, role = 'candidate' } = asked;
    yield [asked, { policy, steps, role, ...score }];
  }
}

/** The better of two points: more right predictions; at a tie, the smaller loss. */
export function better(a: SearchPoint | undefined, b: SearchPoint): SearchPoint {
  if (a === undefined) return b;
  const difference = b.accuracy.value - a.accuracy.value || a.loss - b.loss;
  return difference > 0 ? b : a;
}
