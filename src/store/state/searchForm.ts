// The fields of the search form, as plain data; store/search/form.ts interprets them.
import type { OptionValues, SearchId, SearchMethodCard } from '../../engine/protocol/searching';
import type { BitWidth } from '../../graph/policy';
import type { TieRule } from '../../graph/ties';
import { initialValues, type ValuesOf } from '../../options/fields';
import { SEARCHING } from '../../options/searching';

export type BudgetKind = 'evaluations' | 'minutes' | 'images';
export type LimitKind = 'memory' | 'compression' | 'bitOps' | 'loss' | 'none';
export type ActivationChoice = 'eight' | 'float' | 'asWeights' | 'pairs' | 'searched';

export interface SearchForm extends ValuesOf<typeof SEARCHING> {
  readonly method: SearchId;
  /** Options that differ from the defaults, by method. */
  readonly options: Readonly<Partial<Record<SearchId, OptionValues>>>;
  readonly budgetKind: BudgetKind;
  readonly budgets: Readonly<Record<BudgetKind, number>>;
  readonly limitKind: LimitKind;
  /** In KB, times smaller, million BitOps; null follows the size budget, or else the network: the cost of 4-bit weights. */
  readonly limits: Readonly<Record<Exclude<LimitKind, 'none' | 'loss'>, number | null>> & {
    readonly loss?: number | null;
  };
  readonly weights: readonly BitWidth[];
  readonly activations: ActivationChoice;
  /** Layers that share one width. */
  readonly ties: TieRule;
  /** Layers that keep their width on the faders; those of other networks are ignored. */
  readonly locked: readonly string[];
  /** Start from the policies that the user has measured. */
  readonly useMine: boolean;
}

/** Initial values of the form; decision 13 explains the method and the unit of the budget. */
export const INITIAL_SEARCH_FORM: SearchForm = {
  method: 'greedy',
  options: {},
  budgetKind: 'images',
  budgets: { evaluations: 60, minutes: 2, images: 20_000 },
  limitKind: 'memory',
  limits: { memory: null, compression: null, bitOps: null },
  weights: [1, 2, 3, 4, 5, 6, 8],
  activations: 'eight',
  ties: 'none',
  locked: [],
  ...initialValues(SEARCHING),
  useMine: false,
};

/** Every method, for links: the files of search/methods by name, none of which is loaded for it. */
export const METHOD_IDS = Object.keys(
  import.meta.glob(['../../search/methods/*.ts', '!../../search/methods/*.test.ts']),
).map((path) => path.replace(/^.*\/|\.ts$/g, '')) as readonly SearchId[];

/** Ranges accepted by the form and links; the engine refuses values outside. */
export const BUDGET_RANGES = {
  evaluations: { min: 1, max: 1e9, whole: true },
  minutes: { min: 0.1, max: 1e5, whole: false },
  images: { min: 1, max: 1e9, whole: true },
} as const satisfies Record<BudgetKind, unknown>;

/** Points of accuracy that a network may be allowed to lose; less than the least takes more images than there are. */
export const LOSS_RANGE = { min: 0.1, max: 100 } as const;

/** A size in KB, a compression or million BitOps. */
export const LIMIT_RANGE = { min: 0.01, max: 1e9 } as const;

/** Hyperparameters of the fine-tuning before each measurement. */
export const FINE_TUNING = { batchSize: 32, learningRate: 0.02 } as const;

export interface SearchViewSlice {
  /** The available search methods; empty until the engine runs. */
  readonly searchMethods: readonly SearchMethodCard[];
  readonly searchForm: SearchForm;
  /** The run whose settings are being revised in the form, and why; null for a new run. */
  readonly revised: { readonly name: string; readonly why: string } | null;
  /** The run whose inside is shown; null before the first. */
  readonly shownRun: string | null;
}
