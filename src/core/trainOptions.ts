// What decides a run of training.
import type { BitPolicy } from '../graph/policy';
import type { TrainingOptions } from '../options/training';
import type { QuantScheme } from '../quant/registry';

/** The declared options (options/training.ts), and the rounding to train under. */
export interface TrainOptions
  extends Omit<TrainingOptions, 'quantizationAware' | 'learnFrom' | 'temperature'>,
    Partial<Pick<TrainingOptions, 'learnFrom' | 'temperature'>> {
  /** Train under this policy's rounding (quantization-aware); float when absent. */
  readonly policy?: BitPolicy;
  readonly scheme?: QuantScheme;
  /** Under a policy, on labels: come down to its widths in stages of ever fewer bits. */
  readonly progressive?: boolean;
}
