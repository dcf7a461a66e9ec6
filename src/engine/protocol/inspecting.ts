// What rounding does inside one layer.
import type { BitPolicy, BitWidth } from '../../graph/policy';
import type { ActivationReport } from '../../quant/activationReport';
import type { QuantScheme } from '../../quant/registry';
import type { WeightReport } from '../../quant/weightReport';
import type { LabeledImage } from './measuring';

/** What rounding does to the weights of one layer. `bits` 32 is float. */
export interface WeightInspection {
  readonly layer: string;
  readonly bits: BitWidth;
  readonly scheme: QuantScheme;
  /** Of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  readonly report: WeightReport;
}

/**
 * What one layer gives for one image, in float and under a policy that rounds this layer and all before it. Numbers are
 * those that the rest of the network reads: after the batch norm and ReLU that follow the layer alone.
 */
export interface ActivationInspection {
  readonly layer: string;
  readonly image: LabeledImage;
  readonly split: 'validation' | 'test';
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  /** Of the network in use, `LoadedNetwork.fingerprint`. */
  readonly fingerprint: string;
  /** Height, width and channels; 1, 1 and units for a dense layer. */
  readonly shape: readonly [h: number, w: number, c: number];
  /** What follows the layer and is in the numbers, in order. */
  readonly folded: readonly ('batch norm' | 'relu' | 'relu6')[];
  /** Row by row, channels interleaved; both `h * w * c` long. */
  readonly float: Float32Array;
  readonly rounded: Float32Array;
  readonly report: ActivationReport;
}

export interface InspectingCommands {
  /** Looks at one layer's weights at one width. Answered between two batches, also while training runs. */
  inspectWeights: {
    params: { layer: string; bits: BitWidth; scheme: QuantScheme };
    progress: never;
    result: WeightInspection;
  };
  /** Looks at what one layer gives for one image. Answered between two batches, also while training runs. */
  inspectActivations: {
    params: { layer: string; image: number; split: 'validation' | 'test'; policy: BitPolicy; scheme: QuantScheme };
    progress: never;
    result: ActivationInspection;
  };
}
