// Networks that a person brings.
import type { Normalization } from '../../data/dataset';
import type { ImportProblem, Inspection } from '../../formats/import/importer';
import type { Architecture } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import type { QuantScheme } from '../../quant/registry';
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

/** Names a network that the engine has read and keeps until it is used or dropped; no longer than the engine runs. */
export type ImportToken = number;

/** What files hold, without the numbers of the weights. */
export interface ImportCard extends Omit<Inspection, 'network' | 'weights' | 'setting'> {
  /** Absent, with the architecture, where something is unsupported, or where weights alone fit no network of the page. */
  readonly token?: ImportToken;
  readonly architecture?: Architecture;
  /** What the file says of how it is rounded and fed; `packedBytes` is its size rounded so. */
  readonly states: {
    readonly policy?: BitPolicy;
    readonly scheme?: QuantScheme;
    readonly normalization?: Normalization;
    /** True where it has ranges of activations. */
    readonly ranges?: true;
    readonly packedBytes?: number;
  };
}

export interface OwnNetworkCommands {
  /** Reads the files of a network in a worker of their own. What it holds stays here; the page gets the card. */
  readNetwork: {
    params: { files: readonly { readonly name: string; readonly file: Blob }[] };
    progress: never;
    result: { readonly card: ImportCard } | { readonly problem: ImportProblem };
  };
  /** Lets go of a network that was read. */
  dropNetwork: { params: { token: ImportToken }; progress: never; result: null };
  /** Finds out how a network that was read wants its images: the usual ways and its file's, on labeled validation images. */
  tryInputs: { params: { token: ImportToken; images: number }; progress: InputTrial; result: InputFindings };
  /**
   * Puts a network that was read in use under a name, and keeps it for the next visit. `recipe` says where it comes from; with `statedRanges`, activations are rounded in the ranges of its file.
   */
  openOwnNetwork: {
    params: {
      id: OwnNetworkId;
      token: ImportToken;
      label: string;
      input: OwnInput;
      recipe: string;
      statedRanges?: boolean;
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
