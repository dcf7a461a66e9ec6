// Networks that a person brings.
import type { Normalization } from '../../data/dataset';
import type { Architecture, Network } from '../../graph/network';
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

export interface OwnNetworkCommands {
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
}
