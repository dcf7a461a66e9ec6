// Those who measure policies for a search beside the engine: other workers, other machines, the computers of a room. A
// search does not depend on them: its policies, their order, scores and charges are the same with any crew and with none.
import type { BitPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import type { Score } from './method';

/** All that a score depends on besides the network and the images. Plain data. */
export interface Task {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Fine-tuning steps before the policy is measured; 0 rounds the weights without training. */
  readonly steps: number;
  /** Search images, of the validation split. */
  readonly images: number;
  /** Of fine-tuning, as is the rest. */
  readonly batchSize: number;
  readonly learningRate: number;
  /** Labels (default), or the answers of the float network. */
  readonly learnFrom?: 'labels' | 'float';
  readonly seed: number;
}

/** Measures tasks on the network and images of a search. */
export interface Crew {
  /** Tasks that it takes at a time, besides the engine's own; may change while a search runs. */
  readonly places: number;
  /**
   * The score of a task, which has to be that of `Bench`. A rejected task is measured by others; aborted where another was
   * faster or the search ends.
   */
  measure(task: Task, signal: AbortSignal): Promise<Score>;
}

/** Several crews as one, undefined if there is none; a task goes to the first of them with a free place. */
export function joined(given: readonly (Crew | undefined)[]): Crew | undefined {
  const crews = given.filter((crew) => crew !== undefined);
  if (crews.length < 2) return crews[0];
  const busy = crews.map(() => 0);
  return {
    get places() {
      return crews.reduce((sum, { places }) => sum + places, 0);
    },
    measure: async (task, signal) => {
      const free = crews.findIndex(({ places }, i) => busy[i] < places);
      if (free < 0) throw new Error('No member is free.');
      busy[free]++;
      try {
        return await crews[free].measure(task, signal);
      } finally {
        busy[free]--;
      }
    },
  };
}
