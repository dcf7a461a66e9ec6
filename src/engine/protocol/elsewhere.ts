// Networks that come from elsewhere, and files that go there.
import type { Normalization } from '../../data/dataset';
import type { ExportedFile, MeasuredPoint } from '../../formats/export/context';
import type { ExportId, ExportOptions } from '../../formats/export/registry';
import type { Architecture, Network } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';
import type { Rounding } from '../../rounding/rounding';
import type { InputFindings, InputTrial } from '../../train/inputTrials';
import type { OwnNetworkId } from '../../zoo/registry';
import type { LoadedNetwork } from './opening';

export type { InputFindings, InputTrial };

/** How images become the numbers that a network from elsewhere reads, and its answers the classes of the images. */
export interface OwnInput {
  readonly normalization: Normalization;
  /** `bgr`: the network reads blue first. */
  readonly channels: 'rgb' | 'bgr';
  /** Class i of the images is answer `order[i]` of the network; the same order when absent. */
  readonly order?: readonly number[];
}

export interface ElsewhereCommands {
  /** Finds out how a network from elsewhere wants its images: the usual ways and `also`, on labeled validation images. */
  tryInputs: {
    params: { network: Network; images: number; also?: Normalization };
    progress: InputTrial;
    result: InputFindings;
  };
  /**
   * Puts a network from elsewhere in use, and keeps it for the next visit. `recipe` says where it comes from, `known` which
   * ranges of activations its file has, `trainedUnderRounding` that it is no float network.
   */
  openOwnNetwork: {
    params: {
      id: OwnNetworkId;
      network: Network;
      input: OwnInput;
      recipe: string;
      known?: Rounding;
      trainedUnderRounding?: boolean;
    };
    progress: never;
    /** `notKept`: why it will not be there at the next visit. */
    result: LoadedNetwork & { readonly notKept?: string };
  };
  /** Networks from elsewhere that are kept here and not `listed`: what names them was lost. */
  unlistedNetworks: {
    params: { listed: readonly OwnNetworkId[] };
    progress: never;
    result: readonly { readonly id: OwnNetworkId; readonly architecture: Architecture }[];
  };
  /** Takes a network from elsewhere out of this browser, with all that was trained from it. */
  forgetOwnNetwork: { params: { id: OwnNetworkId }; progress: never; result: null };
  /** Writes the network in use under a policy in a format; the files, the main one first. */
  exportNetwork: {
    params: {
      format: ExportId;
      options: ExportOptions;
      policy: BitPolicy;
      scheme: QuantScheme;
      /** Accuracy under the policy, where it was measured, for the files to state. */
      measured?: { accuracy: Proportion; split: 'validation' | 'test' };
      /** Other measured policies, for the report. */
      points: readonly MeasuredPoint[];
    };
    progress: never;
    result: readonly ExportedFile[];
  };
}
