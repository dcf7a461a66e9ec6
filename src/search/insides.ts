// The progress data that each method exposes while running. Plain data, for charts; resuming does not use it.
import type { BitPolicy, BitWidth } from '../graph/policy';

/** A policy with its predicted mean accuracy at the target task and the standard deviation, in [0, 1]. */
export interface BelievedPolicy {
  readonly policy: BitPolicy;
  readonly mean: number;
  readonly sd: number;
}

/** MTGP: the belief about the target task over the candidate policies, and the cheapest source of information. */
export interface PosteriorInside {
  readonly kind: 'posterior';
  /**
   * For each task: a description in words, the cost in images, and the largest information gain per cost (nats per
   * image).
   */
  readonly tasks: readonly { readonly label: string; readonly cost: number; readonly gain: number }[];
  /** Candidates: average weight bits, mean accuracy at the target task and its standard deviation. */
  readonly candidates: readonly { readonly averageBits: number; readonly mean: number; readonly sd: number }[];
  /** Correlation of the tasks, [task][task]. */
  readonly correlation: readonly (readonly number[])[];
  /** The current choice. */
  readonly choice: BelievedPolicy;
  /** The next measurement and its task; absent at the end. */
  readonly next?: BelievedPolicy & { readonly task: number };
}

/** LIMPQ, squared steps: the importance of each layer at each width, and the remaining gap of the integer program. */
export interface ImportanceInside {
  readonly kind: 'importance';
  readonly layers: readonly {
    readonly id: string;
    readonly bits: readonly BitWidth[];
    /** Step sizes at `bits`, made monotone. */
    readonly weights: readonly number[];
    /** Only if activations are searched, at `activationBits`. */
    readonly activations?: readonly number[];
    readonly activationBits?: readonly BitWidth[];
  }[];
  /** True if the numbers are squared steps. */
  readonly squared?: boolean;
  /** Mean loss over the passes of the last steps, in nats. */
  readonly loss?: number;
  /** How far training has moved the steps: the median of |log(step / first step)|. */
  readonly moved?: number;
  readonly program?: {
    readonly penalty: number;
    readonly bound: number;
    readonly optimal: boolean;
    readonly nodes: number;
  };
}

/** DNAS: the probability of each width of each layer. */
export interface MixtureInside {
  readonly kind: 'mixture';
  readonly temperature: number;
  readonly layers: readonly {
    readonly id: string;
    /** 0 is a skipped layer. */
    readonly bits: readonly (BitWidth | 0)[];
    readonly probabilities: readonly number[];
  }[];
  /** Expected mean weight bits, and the last cross-entropy in nats. */
  readonly averageBits: number;
  readonly loss?: number;
}

/** MetaQuantNet: how the genetic search found the policies measured with shared weights. */
export interface PopulationInside {
  readonly kind: 'population';
  /** Policies per generation; 0 before the first. */
  readonly size: number;
  /**
   * One letter per policy measured so far, in order: the first letter of random, mutation, crossover or seed. The
   * policies and their accuracies are the run's points of shared weights, so all generations take no more than these
   * letters.
   */
  readonly origins: string;
  /** Mean loss while the shared weights are trained, in nats. */
  readonly loss?: number;
}

/** Greedy, Hessian-weighted, cumulative: the estimated harm of each layer at each width. */
export interface TableInside {
  readonly kind: 'table';
  /** The quantity, e.g. "increase of cross-entropy (nats)". */
  readonly label: string;
  readonly layers: readonly {
    readonly id: string;
    readonly bits: readonly BitWidth[];
    /** NaN until measured. */
    readonly values: readonly number[];
  }[];
}

export type Inside = PosteriorInside | ImportanceInside | MixtureInside | PopulationInside | TableInside;
