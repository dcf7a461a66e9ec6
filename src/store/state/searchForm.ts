// The fields of the form that starts a search, as plain data; what they mean is searchForm.ts' matter.
import type { OptionValues, SearchId } from '../../engine/protocol/searching';
import type { BitWidth } from '../../graph/policy';

export type BudgetKind = 'evaluations' | 'minutes' | 'images';
export type LimitKind = 'memory' | 'compression' | 'bitOps' | 'none';
export type ActivationChoice = 'eight' | 'float' | 'asWeights' | 'searched';

export interface SearchForm {
  readonly method: SearchId;
  /** Options that differ from a method's own, by method. */
  readonly options: Readonly<Partial<Record<SearchId, OptionValues>>>;
  readonly budgetKind: BudgetKind;
  readonly budgets: Readonly<Record<BudgetKind, number>>;
  readonly limitKind: LimitKind;
  /** KB, times smaller, million BitOps; null follows the network: what 4-bit weights take. */
  readonly limits: Readonly<Record<Exclude<LimitKind, 'none'>, number | null>>;
  readonly weights: readonly BitWidth[];
  readonly activations: ActivationChoice;
  /** Layers that stay as they are on the faders; those of other networks do not count. */
  readonly locked: readonly string[];
  /** Search images, and steps of fine-tuning before a policy counts. */
  readonly images: number;
  readonly steps: number;
  readonly seed: number;
  /** Start from the policies that the person has measured. */
  readonly useMine: boolean;
}

/** What the form says at first: see decision 13 for the method and the unit of the budget. */
export const INITIAL_SEARCH_FORM: SearchForm = {
  method: 'greedy',
  options: {},
  budgetKind: 'images',
  budgets: { evaluations: 60, minutes: 2, images: 20_000 },
  limitKind: 'memory',
  limits: { memory: null, compression: null, bitOps: null },
  weights: [1, 2, 3, 4, 5, 6, 8],
  activations: 'eight',
  locked: [],
  images: 256,
  steps: 0,
  seed: 1,
  useMine: false,
};

/** Every method, for links; that none is missing is checked by the type. */
const METHODS: Readonly<Record<SearchId, true>> = {
  uniform: true,
  random: true,
  squaredSteps: true,
  greedy: true,
  hessian: true,
  amp: true,
  mtgp: true,
  limpq: true,
  dnas: true,
  metaquantnet: true,
};
export const METHOD_IDS = Object.keys(METHODS) as readonly SearchId[];

/** What the form and links take; the engine refuses what is outside. */
export const BUDGET_RANGES = {
  evaluations: { min: 1, max: 1e9, whole: true },
  minutes: { min: 0.1, max: 1e5, whole: false },
  images: { min: 1, max: 1e9, whole: true },
} as const satisfies Record<BudgetKind, unknown>;
export const FORM_RANGES = {
  images: { min: 16, max: 1_000_000 },
  steps: { min: 0, max: 100_000 },
  seed: { min: 0, max: 4_294_967_295 },
} as const;

/** Hyperparameters of the fine-tuning before each measurement. */
export const FINE_TUNING = { batchSize: 32, learningRate: 0.02 } as const;
