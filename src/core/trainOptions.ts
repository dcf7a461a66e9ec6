// What decides a run of training.
import type { BitPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';

export interface TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: 'cosine' | 'one-cycle';
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly augment: boolean;
  /** Images of the training split used an epoch; all of them when larger than the split. */
  readonly imagesPerEpoch: number;
  readonly seed: number;
  /** Start from new random weights instead of those in use. */
  readonly fromScratch: boolean;
  /** Train under this policy's rounding (quantization-aware); float when absent. */
  readonly policy?: BitPolicy;
  readonly scheme?: QuantScheme;
  /** Under a policy: learn the labels, or to answer as the float network in use does, reading no labels. */
  readonly learnFrom?: 'labels' | 'float';
  /** Under a policy, on labels: come down to its widths in stages of ever fewer bits. */
  readonly progressive?: boolean;
  /** Distillation temperature, above 0. Higher values weight small probabilities more. */
  readonly temperature?: number;
}
