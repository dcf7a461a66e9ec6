// The list of imported networks, and the steps of the dialog "Your own network", as plain data. store/import/importing.ts
// moves from step to step.
import type { InputTrial } from '../../engine/protocol/ownNetworks';
import type { ImportProblem, Inspection } from '../../formats/import/importer';
import type { Architecture } from '../../graph/network';
import type { OwnNetworkId } from '../../zoo/registry';

/** An imported network. */
export interface OwnNetworkCard {
  readonly id: OwnNetworkId;
  /** Name on the page, given by the user. */
  readonly label: string;
  readonly architecture: Architecture;
  /** Time of the import, in milliseconds since 1970. */
  readonly at: number;
}

/** The contents of a file, without weights. */
export interface ModelCard
  extends Pick<Inspection, 'format' | 'producer' | 'parameters' | 'notes' | 'unsupported' | 'classes'> {
  /** Names of the files read. */
  readonly files: string;
  readonly operations: readonly (readonly [op: string, count: number])[];
  /** Number of layers that would get a fader, and height, width and channels of the images; null without a network. */
  readonly layers: number | null;
  readonly input: readonly [h: number, w: number, c: number] | null;
  /** Bytes of all weights as float32. */
  readonly floatBytes: number;
  /** Total size of its files. */
  readonly fileBytes: number;
  /** Size as a packed file under the file's own policy; null if it has none. */
  readonly roundedBytes: number | null;
  /** What a project file of this page also contains, in words, e.g. `its bits`. */
  readonly brings: readonly string[];
}

/** Preprocessing of the images: one that was tried, or values entered by hand. */
export interface ChosenInput extends Pick<InputTrial, 'values' | 'channels'> {
  readonly way: InputTrial['normalization'] | 'hand';
}

/** An order of the classes: class i of the images is output `order[i]` of the network. */
export interface ProposedOrder {
  readonly order: readonly number[];
  /** From class names in the file, or because it makes the network's answers much more accurate. */
  readonly from: 'names' | 'answers';
  readonly accuracy?: InputTrial['accuracy'];
}

/** The card of an inspected file and its questions. */
export interface CardStep {
  readonly step: 'card';
  readonly card: ModelCard;
  /** Name for the network. */
  readonly label: string;
  readonly trying: boolean;
  /** In order of arrival; best first once complete. */
  readonly trials: readonly InputTrial[];
  readonly nearChance: boolean;
  /** Null until the first result. `asked`: chosen by the user, so later results do not change it. */
  readonly chosen: ChosenInput | null;
  readonly asked: boolean;
  readonly proposed: ProposedOrder | null;
  readonly reorder: boolean;
  /** Why it cannot be used with these choices. */
  readonly problem: string | null;
  readonly opening: boolean;
}

export type Importing =
  | { readonly step: 'choose' }
  | { readonly step: 'reading'; readonly files: string }
  | { readonly step: 'refused'; readonly problem: ImportProblem }
  | CardStep;
