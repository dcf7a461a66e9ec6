// What a search shows of itself while it runs, by method. Plain data, for drawing; nothing is resumed from it.
import type { BitPolicy, BitWidth } from '../graph/policy';

/** A policy and what is believed of it: mean accuracy at the target task and its standard deviation, in [0, 1]. */
export interface BelievedPolicy {
  readonly policy: BitPolicy;
  readonly mean: number;
  readonly sd: number;
}

/** MTGP: the belief about the target task over the policies it may propose, and where information is cheapest. */
export interface PosteriorInside {
  readonly kind: 'posterior';
  /** What each task is in words, its cost in images, and the largest information gain for its cost (nats an image). */
  readonly tasks: readonly { readonly label: string; readonly cost: number; readonly gain: number }[];
  /** Candidates: average weight bits, mean accuracy at the target task and its standard deviation. */
  readonly candidates: readonly { readonly averageBits: number; readonly mean: number; readonly sd: number }[];
  /** Correlation of the tasks, [task][task]. */
  readonly correlation: readonly (readonly number[])[];
  /** What would be chosen now. */
  readonly choice: BelievedPolicy;
  /** What is measured next, and at which task; absent at the end. */
  readonly next?: BelievedPolicy & { readonly task: number };
}

/** LIMPQ, squared steps: the importance of each layer at each width, and how far the integer program is proved. */
export interface ImportanceInside {
  readonly kind: 'importance';
  readonly layers: readonly {
    readonly id: string;
    readonly bits: readonly BitWidth[];
    /** Step sizes at `bits`, cleaned up. */
    readonly weights: readonly number[];
    /** Only where activations are searched, at `activationBits`. */
    readonly activations?: readonly number[];
    readonly activationBits?: readonly BitWidth[];
  }[];
  /** True where the squares of the steps stand in their place. */
  readonly squared?: boolean;
  /** Mean loss of the passes of the last steps, in nats. */
  readonly loss?: number;
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
  /** Mean weight bits expected, and the last cross-entropy in nats. */
  readonly averageBits: number;
  readonly loss?: number;
}

/** MetaQuantNet: how its genetic search came to what it measured with shared weights. */
export interface PopulationInside {
  readonly kind: 'population';
  /** Policies of a generation; 0 before the first. */
  readonly size: number;
  /**
   * One letter for each policy measured so far, in order: the first of random, mutation, crossover, seed. The policies and
   * their accuracies are the run's points of shared weights, so that all generations cost no more than these letters.
   */
  readonly origins: string;
  /** Mean loss while the shared weights are trained, in nats. */
  readonly loss?: number;
}

/** Greedy, Hessian-weighted, cumulative: what each layer is thought to lose at each width. */
export interface TableInside {
  readonly kind: 'table';
  /** What the numbers are, e.g. "increase of cross-entropy (nats)". */
  readonly label: string;
  readonly layers: readonly {
    readonly id: string;
    readonly bits: readonly BitWidth[];
    /** NaN where it has not been measured yet. */
    readonly values: readonly number[];
  }[];
}

export type Inside = PosteriorInside | ImportanceInside | MixtureInside | PopulationInside | TableInside;
