// The one shape of all searches. A method is a generator: it proposes policies, has them measured by the problem's evaluator,
// and yields after each piece of work what it has learned and a state from which it can go on. It knows nothing of pages,
// workers or files, and ends when the budget is spent, when it has nothing left to ask, or by `return()`.
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import type { Proportion } from '../math/statistics';
import type { ChoiceField, NumberField } from '../options/fields';
import type { QuantScheme } from '../quant/registry';
import type { Calibrated } from '../train/calibrated';
import type { HarmTable } from './harmTable';
import type { Inside } from './insides';
import type { Ledger } from './ledger';
import { SettingsError } from './settingsError';
import { type Space, vectorOf, withoutSkips } from './space';

/** A policy's measurement on the images of the search. */
export interface Score {
  readonly accuracy: Proportion;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
}

/** Measures policies and charges them to the ledger. */
export interface Evaluator {
  /** Steps of fine-tuning that a policy gets before it counts; 0 rounds the weights as they are. */
  readonly steps: number;
  /**
   * Accuracy under a policy on search images, after `steps` steps of fine-tuning (the evaluator's own number if absent).
   * The same question has the same answer, and is charged once.
   */
  measure(policy: BitPolicy, steps?: number): Promise<Score>;
  /** Accuracy of other weights under a policy, as they are, e.g. those that several widths share. */
  measureWeights(network: Network, policy: BitPolicy): Promise<Score>;
  /** Images that one measurement takes, forward and backward together. */
  cost(steps: number): number;
}

/** What methods that train need besides. */
export interface TrainingContext {
  /** The float network, as the scheme calibrates it. */
  readonly network: Network;
  readonly dataset: Dataset;
  readonly scheme: QuantScheme;
  readonly calibrated: Calibrated;
}

export interface SearchProblem {
  readonly space: Space;
  readonly evaluator: Evaluator;
  readonly training: TrainingContext;
  readonly ledger: Ledger;
  readonly seed: number;
  /** The person's own points, to start from. */
  readonly startPolicies: readonly BitPolicy[];
  /** Awaited before every batch of work: lets others have their turn; throws when the search is to end. */
  yieldTurn(): Promise<void>;
}

/** Where a search can go on from: plain data (numbers, strings, arrays, objects, Float32Arrays), copied by structured clone. */
export type SearchState = unknown;

/** A policy that a search has measured. */
export interface SearchPoint extends Score {
  readonly policy: BitPolicy;
  /** Steps of fine-tuning before it was measured; `shared` for weights that several widths share. */
  readonly steps: number | 'shared';
  /** A control is measured to be compared with, not to be chosen. */
  readonly role: 'candidate' | 'control';
}

export interface SearchEvent {
  /** What is being done, in plain words, e.g. "training all widths together". */
  readonly phase: string;
  /** Share of this phase that is done, in [0, 1], where that is known. */
  readonly done?: number;
  /** What has just been measured. */
  readonly point?: SearchPoint;
  readonly inside?: Inside;
  /** Going on from here gives what an uninterrupted run would have given. */
  readonly state: SearchState;
}

/** What a method would choose by what it knows. */
export interface SearchResult {
  readonly policy: BitPolicy;
  /** Why this one, in a sentence. */
  readonly because: string;
  /** A policy made to be worse at the same cost, where the method has one. */
  readonly control?: BitPolicy;
  /** What it knows of single layers, which answers other limits, too; of methods that have such a table. */
  readonly table?: HarmTable;
}

/** The choices that a person has in a method (options/fields.ts). */
export type OptionField = NumberField | ChoiceField;
export type OptionFields = Readonly<Record<string, OptionField>>;
export type OptionValues = Readonly<Record<string, number | string>>;

export interface SearchMethod {
  readonly label: string;
  /** One sentence in plain words. */
  readonly explanation: string;
  /** What it follows: paper and its number, or "baseline". */
  readonly source: string;
  readonly options: OptionFields;
  /** Largest share of its budget that goes into gradients of its own, beside the fine-tuning of policies; none if absent. */
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

/** The problem without leaving out layers, for methods that cannot tell what that does. */
export function keepingLayers(problem: SearchProblem): SearchProblem {
  const space = withoutSkips(problem.space);
  const startPolicies = problem.startPolicies.filter((policy) => vectorOf(space, policy) !== undefined);
  return { ...problem, space, startPolicies };
}

/** True while the budget has room for a policy to be measured as the evaluator measures all. */
export function mayMeasure({ ledger, evaluator }: SearchProblem, steps = evaluator.steps): boolean {
  return ledger.affords(evaluator.cost(steps), 1);
}

/** What methods without anything measured or learned end with. */
export function nothingMeasured({ ledger, evaluator }: SearchProblem): SettingsError {
  const { images } = ledger.budget;
  const asked = images === undefined ? 'The budget' : `The budget of ${images} images`;
  return new SettingsError(
    `${asked} ended before a policy was measured, which takes ${evaluator.cost(evaluator.steps)} images: allow more.`,
  );
}

/** A point as the evaluator measures it. */
export async function measurePoint(
  { evaluator }: SearchProblem,
  policy: BitPolicy,
  role: SearchPoint['role'] = 'candidate',
): Promise<SearchPoint> {
  return { policy, steps: evaluator.steps, role, ...(await evaluator.measure(policy)) };
}

/** The better of two points: more right answers, at a tie the smaller loss. */
export function better(a: SearchPoint | undefined, b: SearchPoint): SearchPoint {
  if (a === undefined) return b;
  const difference = b.accuracy.value - a.accuracy.value || a.loss - b.loss;
  return difference > 0 ? b : a;
}
