// Own networks as the page lists them, and what the dialog "Your own network" can show, as plain data; store/import/importing.ts moves from one to the next.
import type { InputTrial } from '../../engine/protocol/ownNetworks';
import type { ImportProblem, Inspection } from '../../formats/import/importer';
import type { Architecture } from '../../graph/network';
import type { OwnNetworkId } from '../../zoo/registry';

/** A network that a person brought into this browser. */
export interface OwnNetworkCard {
  readonly id: OwnNetworkId;
  /** Name on the page, as the person gave it. */
  readonly label: string;
  readonly architecture: Architecture;
  /** When it was brought, in milliseconds since 1970. */
  readonly at: number;
}

/** What a file holds, without its weights. */
export interface ModelCard
  extends Pick<Inspection, 'format' | 'producer' | 'parameters' | 'notes' | 'unsupported' | 'classes'> {
  /** Names of the files that were read. */
  readonly files: string;
  readonly operations: readonly (readonly [op: string, count: number])[];
  /** Layers that would get a fader, and height, width and channels of the images; null where there is no network. */
  readonly layers: number | null;
  readonly input: readonly [h: number, w: number, c: number] | null;
  /** Bytes of all weights as float32. */
  readonly floatBytes: number;
  /** Of all its files together, as they came. */
  readonly fileBytes: number;
  /** As a packed file, rounded as the file says; null where it says nothing. */
  readonly roundedBytes: number | null;
  /** What a file of this page says besides, in words, e.g. `its bits`. */
  readonly brings: readonly string[];
}

/** A way of preparing images: one that was tried, or numbers by hand. */
export interface ChosenInput extends Pick<InputTrial, 'values' | 'channels'> {
  readonly way: InputTrial['normalization'] | 'hand';
}

/** An order of the classes: class i of the images is answer `order[i]` of the network. */
export interface ProposedOrder {
  readonly order: readonly number[];
  /** The file names its classes; or its answers are right much more often so, with this accuracy. */
  readonly from: 'names' | 'answers';
  readonly accuracy?: InputTrial['accuracy'];
}

/** The dry-run card and its questions. */
export interface CardStep {
  readonly step: 'card';
  readonly card: ModelCard;
  /** Name that the network will have. */
  readonly label: string;
  readonly trying: boolean;
  /** As they come in; best first when all are there. */
  readonly trials: readonly InputTrial[];
  readonly nearChance: boolean;
  /** Null until the first answer. `asked`: chosen by the person, not to be changed by what comes in. */
  readonly chosen: ChosenInput | null;
  readonly asked: boolean;
  readonly proposed: ProposedOrder | null;
  readonly reorder: boolean;
  /** Why it cannot be used as things are. */
  readonly problem: string | null;
  readonly opening: boolean;
}

export type Importing =
  | { readonly step: 'choose' }
  | { readonly step: 'reading'; readonly files: string }
  | { readonly step: 'refused'; readonly problem: ImportProblem }
  | CardStep;
