// Networks that the user imports.
import type { Normalization } from '../../data/dataset';
import type { ImportProblem, Inspection } from '../../formats/import/importer';
import type { Architecture } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import type { QuantScheme } from '../../quant/registry';
import type { InputFindings, InputTrial } from '../../train/inputTrials';
import type { OwnNetworkId } from '../../zoo/registry';
import type { LoadedNetwork } from './opening';

export type { InputFindings, InputTrial };

/** An imported network's preprocessing of images, and the mapping of its outputs to the classes of the images. */
export interface OwnInput {
  readonly normalization: Normalization;
  /** `bgr`: the network's first channel is blue. */
  readonly channels: 'rgb' | 'bgr';
  /** Class i of the images is output `order[i]` of the network; the same order by default. */
  readonly order?: readonly number[];
}

/**
 * Names a network that the engine has read and keeps until it is used or dropped; valid only as long as the engine
 * runs.
 */
export type ImportToken = number;

/** The content of files, without the numbers of the weights. */
export interface ImportCard extends Omit<Inspection, 'network' | 'weights' | 'setting'> {
  /** Absent, with the architecture, if something is unsupported, or if weights alone fit no network of the page. */
  readonly token?: ImportToken;
  readonly architecture?: Architecture;
  /**
   * The quantization and preprocessing that the file states; `packedBytes` is its packed size under that quantization.
   */
  readonly states: {
    readonly policy?: BitPolicy;
    readonly scheme?: QuantScheme;
    readonly normalization?: Normalization;
    /** True if it has activation ranges. */
    readonly ranges?: true;
    readonly packedBytes?: number;
  };
}

export interface OwnNetworkCommands {
  /** Reads the files of a network in a separate worker. The network stays in the engine; the page gets the card. */
  readNetwork: {
    params: { files: readonly { readonly name: string; readonly file: Blob }[] };
    progress: never;
    result: { readonly card: ImportCard } | { readonly problem: ImportProblem };
  };
  /** Releases a network that was read. */
  dropNetwork: { params: { token: ImportToken }; progress: never; result: null };
  /**
   * Finds out what preprocessing a network that was read expects: the usual ones and its file's are tried on labeled
   * validation images.
   */
  tryInputs: { params: { token: ImportToken; images: number }; progress: InputTrial; result: InputFindings };
  /**
   * Puts a network that was read in use under a name, and stores it for the next visit. `recipe` states its origin;
   * with `statedRanges`, activations are rounded in the ranges of its file.
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
  /** Imported networks stored here but not `listed`, because their entry was lost. */
  unlistedNetworks: {
    params: { listed: readonly OwnNetworkId[] };
    progress: never;
    result: readonly { readonly id: OwnNetworkId; readonly architecture: Architecture }[];
  };
  /** Deletes an imported network from this browser, with everything that was trained from it. */
  forgetOwnNetwork: { params: { id: OwnNetworkId }; progress: never; result: null };
}
