// Options of a network of several widths, of its passes and of its steps.
import type { QuantScheme } from '../quant/registry';
import type { ActivationRanges } from '../rounding/rounding';
import type { Candidates } from './candidates';
import type { KernelSource } from './kernelSource';
import type { WidthChoice } from './mix';
import type { SgdOptions } from './sgd';

export interface SupernetOptions {
  readonly candidates: Candidates;
  readonly scheme: QuantScheme;
  readonly ranges: ActivationRanges;
  /** True: each batch norm behind a layer has separate weights and statistics for each of the layer's widths. */
  readonly switchable: boolean;
  /** Default `sharedKernels`. */
  readonly kernels?: KernelSource;
  /**
   * Temperature at which all passes of a step but the first learn the first one's answers, as they are before the step
   * ("in-place distillation", J. Yu, T. Huang, arXiv 1903.05134); by default every pass learns the goal.
   */
  readonly taughtAt?: number;
  /** Learned steps and scales move by their logarithm, by Adam, each as fast as its size allows; by default by value, as weights. */
  readonly byLogarithm?: boolean;
}

/** The choice for each layer in one pass. */
export type Choose = (layer: string) => WidthChoice;

export interface StepOptions extends SgdOptions {
  /** Gradient clipping: largest magnitude of any element of the summed gradients (LIMPQ: 1); none by default. */
  readonly clip?: number;
  /** Rate of what moves by its logarithm (`byLogarithm`): about the largest share of itself that it moves in this step. */
  readonly logRate?: number;
  /** Number of this step, from 1, for `byLogarithm`. */
  readonly step?: number;
}
