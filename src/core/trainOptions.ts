// All options that determine a training run.
import type { BitPolicy } from '../graph/policy';
import type { TrainingOptions } from '../options/training';
import type { QuantScheme } from '../quant/registry';

/** The declared options (options/training.ts), and the rounding to train under. */
export interface TrainOptions
  extends Omit<TrainingOptions, 'quantizationAware' | 'learnFrom' | 'temperature' | 'damping' | 'shards'>,
    Partial<Pick<TrainingOptions, 'learnFrom' | 'temperature' | 'damping'>> {
  /** Train under this policy's rounding (quantization-aware); float if absent. */
  readonly policy?: BitPolicy;
  readonly scheme?: QuantScheme;
  /** Parts of each batch that batch norms normalize separately; 1 if absent. */
  readonly shards?: number;
  /** With a policy, trained on labels: lower the widths in stages of ever fewer bits. */
  readonly progressive?: boolean;
}
