// The fields of the form that starts a search, as plain data; what they mean is searchForm.ts' matter.
import type { OptionValues, SearchId } from '../engine/protocol/searching';
import type { BitWidth } from '../graph/policy';

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

export const INITIAL_SEARCH_FORM: SearchForm = {
  method: 'uniform',
  options: {},
  budgetKind: 'evaluations',
  budgets: { evaluations: 60, minutes: 5, images: 20_000 },
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

/** Of the fine-tuning before a policy counts. */
export const FINE_TUNING = { batchSize: 32, learningRate: 0.02 } as const;

/** Images that one measurement takes: forward, and with fine-tuning backward too. */
export function imagesPerEvaluation({ images, steps }: SearchForm): number {
  return images + 2 * steps * FINE_TUNING.batchSize;
}
