// The desk: everything the page knows, as plain data in slices (no workers, promises or tensors). Actions are module
// functions beside this file; derived values are in selectors.ts.
import { createStore } from 'zustand/vanilla';
import type { DatasetId } from '../../data/registry';
import type { ActivationInspection, WeightInspection } from '../../engine/protocol/inspecting';
import type { LabeledImage, Measurement, SensitivityEntry, SensitivityTable } from '../../engine/protocol/measuring';
import type { BackendInfo, DatasetSummary, LoadedNetwork, LoadProgress } from '../../engine/protocol/opening';
import type { SearchMethodCard } from '../../engine/protocol/searching';
import type { CurvePoint, KeptWeights, TrainProgress } from '../../engine/protocol/training';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, uniformPolicy } from '../../graph/policy';
import type { PairedDifference, Proportion } from '../../math/statistics';
import type { TensorMode } from '../../policy/edits';
import { clampPolicy } from '../../policy/widths';
import type { QuantScheme } from '../../quant/registry';
import { type AnyNetworkId, type NetworkId, networks } from '../../zoo/registry';
import type { UnreadableEntry } from './entries';
import type { Exporting } from './exporting';
import { emptyHistory, type History } from './history';
import type { Importing, OwnNetworkCard } from './importing';
import type { LinkProblem, OwnNetwork } from './link';
import type { Notice } from './notices';
import type { Outcome } from './outcomeWords';
import { INITIAL_SEARCH_FORM, type SearchForm } from './searchForm';
import type { SearchSlice } from './searchRun';
import type { Shipped, ShippedComparison } from './shipped';
import { INITIAL_TRAINING_OPTIONS, type TrainingOptions } from './trainingOptions';
import type { InterruptedRun, RunElsewhere, TrainingRun } from './trainingRun';

/** What a person chose, apart from the policy. */
export interface ChoiceSlice {
  readonly networkId: AnyNetworkId;
  readonly datasetId: DatasetId;
  readonly scheme: QuantScheme;
  /**
   * Weights that are in use or shall be once the network is open: a fingerprint, or `untrained` for those from before any
   * training here; null for whatever is found.
   */
  readonly weights: string | null;
}

/** The policy on the faders, and how it came about. */
export interface PolicySlice {
  readonly architecture: Architecture;
  readonly policy: BitPolicy;
  readonly history: History<UndoState>;
  /** The policy before the gesture under way; null between gestures. */
  readonly gestureStart: BitPolicy | null;
}

/** One finished measurement; `context` names network, data, scheme and weights, and only equal ones compare. */
export interface MeasuredPoint {
  readonly context: string;
  readonly policy: BitPolicy;
  readonly accuracy: Proportion;
  readonly loss: number;
  /** As in `Measurement`. */
  readonly againstFloat: PairedDifference;
  readonly againstSource?: PairedDifference;
}

export interface EngineSlice {
  readonly phase: 'starting' | 'loading' | 'ready' | 'failed';
  /** Why the engine failed. */
  readonly fault: Notice | null;
  /** That it does not answer; null while it does, or nobody waits. */
  readonly silence: Notice | null;
  readonly backend: BackendInfo | null;
  readonly dataset: DatasetSummary | null;
  readonly network: LoadedNetwork | null;
  /** True when the weights of the network did not come; a problem says why. */
  readonly weightsMissing: boolean;
  readonly loading: LoadProgress | null;
}

export interface ResultSlice {
  /** The latest stage of measuring `policy`, or null while there is none. */
  readonly current: Measurement | null;
  /** What is being measured: its name, images so far, and images of the stage under way. */
  readonly measuring: { readonly label: string; readonly n: number; readonly of: number } | null;
  readonly measured: readonly MeasuredPoint[];
  /** Speed of the latest evaluation; 0 before the first. */
  readonly imagesPerSecond: number;
  /** Test images that were drawn lately, by their index. */
  readonly pictures: Readonly<Record<number, LabeledImage>>;
  readonly sensitivity: SensitivityTable | null;
  readonly sensitivityProgress: {
    readonly done: number;
    readonly total: number;
    readonly entries: readonly SensitivityEntry[];
  } | null;
  readonly shipped: Shipped | null;
  /** How quantizers compare on the shipped weights; null until somebody looks. */
  readonly comparison: ShippedComparison | null;
  /** The weights of the inspected layer, at the latest width that was answered; and why there are none. */
  readonly inspection: WeightInspection | null;
  readonly inspectionProblem: string | null;
  /** What the inspected layer gives for the chosen image, as answered last; and why there is nothing. */
  readonly activations: ActivationInspection | null;
  readonly activationsProblem: string | null;
  /** Policies of a series still to be measured, the one under way included; 0 when none runs. */
  readonly seriesLeft: number;
}

/** The work, of which one undo step brings back all, weights by their fingerprint; how it is looked at stays as it is. */
export interface UndoState extends ChoiceSlice {
  readonly architecture: Architecture;
  readonly policy: BitPolicy;
  readonly trainingOptions: TrainingOptions;
  /** As in the search form. */
  readonly locked: readonly string[];
}

export interface TrainingSlice {
  readonly trainingOptions: TrainingOptions;
  /** `pausing` until the engine says that no step follows. */
  readonly training: (Omit<TrainProgress, 'state'> & { readonly state: TrainProgress['state'] | 'pausing' }) | null;
  /** True from pressing Start to the outcome. */
  readonly trainingActive: boolean;
  /** The run under way, as far as it is kept; and why it is not kept any further, if so. */
  readonly run: TrainingRun | null;
  readonly trainingNotKept: string | null;
  readonly curve: readonly CurvePoint[];
  readonly outcome: Outcome | null;
  /** Runs that were cut off, of the network and images in use. */
  readonly interrupted: readonly InterruptedRun[];
  /** Runs that other tabs are at. */
  readonly trainedElsewhere: readonly RunElsewhere[];
  /** Trained weights that are kept in this browser beside those in use. */
  readonly weightsAside: readonly KeptWeights[];
}

export type Axis = 'memory' | 'bitOps' | 'averageBits';
export type PhoneTab = 'tune' | 'plot' | 'inspect' | 'train' | 'search';

export interface ViewSlice {
  readonly selection: readonly string[];
  /** The layer touched last, which is looked at; null before the first. */
  readonly inspected: string | null;
  /** The image chosen to look at: its index in the test split. */
  readonly image: number;
  /** What is shown of the inspected layer. */
  readonly inspector: 'weights' | 'activations';
  readonly tensorMode: TensorMode;
  readonly axis: Axis;
  readonly phoneTab: PhoneTab;
  /** False until the first fader moved; one slider glows until then. */
  readonly touched: boolean;
  /** Policy of the point under the pointer, shown as dashed ghosts on the faders. */
  readonly ghost: BitPolicy | null;
  readonly datasetDialog: boolean;
  /** The data sets of which this browser has the images, as far as it was asked. */
  readonly storedDatasets: readonly DatasetId[];
  /** Why the last attempt to open a data set failed. */
  readonly datasetError: string | null;
  /** Latest message for the live region. */
  readonly announcement: string;
  /** What the page did of itself, to be read, undone or dismissed. */
  readonly notice: Notice | null;
  /** What went wrong and was not dismissed yet, newest last. */
  readonly problems: readonly Notice[];
  /** What of the link that was opened last was not understood; and the network that it asks a file of. */
  readonly linkProblems: readonly LinkProblem[];
  readonly ownNetwork: OwnNetwork | null;
}

export interface OwnSlice {
  /** Networks that a person brought into this browser, newest first. */
  readonly ownNetworks: readonly OwnNetworkCard[];
  /** Entries of this browser's storage that cannot be read. */
  readonly unreadable: readonly UnreadableEntry[];
  /** What the dialog "Your own network" shows; null while it is closed. */
  readonly importing: Importing | null;
  /** What the dialog "Take it with you" shows; null while it is closed. */
  readonly exporting: Exporting | null;
}

export interface SearchViewSlice {
  /** The searches that there are; empty until the engine runs. */
  readonly searchMethods: readonly SearchMethodCard[];
  readonly searchForm: SearchForm;
  /** The run whose settings are in the form to be changed, and why; null when the form is just a form. */
  readonly revised: { readonly name: string; readonly why: string } | null;
  /** The run whose inside is looked at; null before the first. */
  readonly shownRun: string | null;
}

export interface Desk
  extends ChoiceSlice,
    PolicySlice,
    EngineSlice,
    ResultSlice,
    TrainingSlice,
    ViewSlice,
    OwnSlice,
    SearchSlice,
    SearchViewSlice {}

/** Size of the images before a data set says otherwise. */
const INPUT_SHAPE = [32, 32, 3] as const;

/** The policy for a network that was just chosen: at 8 bits or what is nearest. */
export function freshPolicy(architecture: Architecture, scheme: QuantScheme): Omit<PolicySlice, 'history'> {
  const policy = clampPolicy(uniformPolicy(architecture, 8, 8), scheme);
  return { architecture, policy, gestureStart: null };
}

/** The structure of a zoo network for ten classes of 32 x 32 color images, before the engine has loaded it. */
export function expectedArchitecture(network: NetworkId, classes = 10): Architecture {
  return networks[network].build(INPUT_SHAPE, classes);
}

/** The desk as the page opens. */
export function initialDesk(networkId: NetworkId = 'resnet8', datasetId: DatasetId = 'emoji10'): Desk {
  const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
  return {
    networkId,
    datasetId,
    scheme,
    weights: null,
    ...freshPolicy(expectedArchitecture(networkId), scheme),
    history: emptyHistory(),
    phase: 'starting',
    fault: null,
    silence: null,
    backend: null,
    dataset: null,
    network: null,
    weightsMissing: false,
    loading: null,
    current: null,
    measuring: null,
    measured: [],
    imagesPerSecond: 0,
    pictures: {},
    sensitivity: null,
    sensitivityProgress: null,
    shipped: null,
    comparison: null,
    inspection: null,
    inspectionProblem: null,
    activations: null,
    activationsProblem: null,
    seriesLeft: 0,
    trainingOptions: INITIAL_TRAINING_OPTIONS,
    training: null,
    trainingActive: false,
    curve: [],
    run: null,
    trainingNotKept: null,
    outcome: null,
    interrupted: [],
    trainedElsewhere: [],
    weightsAside: [],
    selection: [],
    inspected: null,
    image: 0,
    inspector: 'weights',
    tensorMode: 'weights',
    axis: 'memory',
    phoneTab: 'tune',
    touched: false,
    ghost: null,
    datasetDialog: false,
    storedDatasets: [],
    datasetError: null,
    announcement: '',
    notice: null,
    problems: [],
    linkProblems: [],
    ownNetwork: null,
    ownNetworks: [],
    unreadable: [],
    importing: null,
    exporting: null,
    searchMethods: [],
    searchForm: INITIAL_SEARCH_FORM,
    revised: null,
    shownRun: null,
    runs: [],
    compared: [],
    elsewhere: [],
  };
}

/** The one desk of the page. */
export const desk = createStore<Desk>(() => initialDesk());
