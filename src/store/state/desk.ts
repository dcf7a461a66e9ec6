// The desk: the state of the page, as plain data in slices (no workers, promises or tensors). Actions are module functions
// in the folders beside this one; derived values are selectors.

import { createStore } from 'zustand/vanilla';
import type { DatasetId } from '../../data/registry';
import type { ActivationInspection, WeightInspection } from '../../engine/protocol/inspecting';
import type { LabeledImage, Measurement, SensitivityProgress, SensitivityTable } from '../../engine/protocol/measuring';
import type { BackendInfo, DatasetSummary, LoadedNetwork, LoadProgress } from '../../engine/protocol/opening';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, uniformPolicy } from '../../graph/policy';
import type { PairedDifference, Proportion } from '../../math/statistics';
import type { TrainingOptions } from '../../options/training';
import type { TensorMode } from '../../policy/edits';
import { clampPolicy } from '../../policy/widths';
import type { QuantScheme } from '../../quant/registry';
import { type AnyNetworkId, type NetworkId, zooArchitecture } from '../../zoo/registry';
import { type BoardSlice, NO_BOARD } from './board';
import type { SizeBudget } from './budget';
import type { ChallengeSlice } from './challenges';
import { type EditSlice, NO_EDIT } from './edits';
import { type EnginesSlice, recallEngines } from './engines';
import type { UnreadableEntry } from './entries';
import type { Exporting } from './exporting';
import { emptyHistory, type History } from './history';
import { type ImageSlice, INITIAL_IMAGES } from './images';
import type { Importing, OwnNetworkCard } from './importing';
import { type ImprovingSlice, NOT_IMPROVED } from './improving';
import type { LessonSlice } from './lessons';
import type { LinkProblem, OwnNetwork } from './link';
import type { Notice } from './notices';
import type { Pin } from './pins';
import type { RoomSlice } from './room';
import { INITIAL_SEARCH_FORM, type SearchForm, type SearchViewSlice } from './searchForm';
import { NO_RUNS, type SearchSlice } from './searchRun';
import { NOTHING_SHARED, type SharedSlice } from './shared';
import type { Shipped, ShippedComparison } from './shipped';
import { INITIAL_TRAINING, type TrainingSlice } from './trainingSlice';
import { type AsideViews, NO_ASIDE_VIEWS, type WideView } from './wideViews';

/** The user's choices, apart from the policy. */
export interface ChoiceSlice {
  readonly networkId: AnyNetworkId;
  readonly datasetId: DatasetId;
  readonly scheme: QuantScheme;
  /**
   * Weights in use, or to be used once the network is open: a fingerprint, or `untrained` for those from before any training
   * here; null for whichever the engine finds.
   */
  readonly weights: string | null;
}

/** The policy on the faders and its history. */
export interface PolicySlice extends EditSlice {
  readonly architecture: Architecture;
  readonly policy: BitPolicy;
  /** Policies kept to be compared. */
  readonly pins: readonly Pin[];
  readonly history: History<UndoState>;
  /** Null while there is no budget. Changed by the actions of store/measure/budget.ts; undone, and in links. */
  readonly budget: SizeBudget | null;
}

/** A finished measurement. `context` names network, data, scheme and weights; only equal contexts are comparable. */
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
  /** Notice that the engine does not answer; null while it does, or nothing waits for it. */
  readonly silence: Notice | null;
  readonly backend: BackendInfo | null;
  readonly dataset: DatasetSummary | null;
  readonly network: LoadedNetwork | null;
  /** True if the weights of the network could not be loaded; a problem says why. */
  readonly weightsMissing: boolean;
  readonly loading: LoadProgress | null;
}

export interface ResultSlice {
  /** The latest stage of measuring `policy`, or null if there is none. */
  readonly current: Measurement | null;
  /** The measurement in progress: its name, images so far, and images of the current stage. */
  readonly measuring: { readonly label: string; readonly n: number; readonly of: number } | null;
  readonly measured: readonly MeasuredPoint[];
  /** Throughput of the latest evaluation; 0 before the first. */
  readonly imagesPerSecond: number;
  /** Recently shown test images, by index. */
  readonly pictures: Readonly<Record<number, LabeledImage>>;
  readonly sensitivity: SensitivityTable | null;
  readonly sensitivityProgress: SensitivityProgress | null;
  readonly shipped: Shipped | null;
  /** Comparison of the quantizers on the shipped weights; null until it is opened. */
  readonly comparison: ShippedComparison | null;
  /** The weights of the inspected layer at the latest width received, and why there are none. */
  readonly inspection: WeightInspection | null;
  readonly inspectionProblem: string | null;
  /** The latest activations of the inspected layer for the chosen image, and why there are none. */
  readonly activations: ActivationInspection | null;
  readonly activationsProblem: string | null;
  /** Policies of a series still to be measured, including the current one; 0 if none runs. */
  readonly seriesLeft: number;
}

/** The state that an undo step restores, with weights by fingerprint. The view does not change. */
export interface UndoState extends ChoiceSlice, Pick<BoardSlice, 'board' | 'costTable' | 'measuredAs'> {
  readonly pins: readonly Pin[];
  readonly architecture: Architecture;
  readonly policy: BitPolicy;
  readonly aside: PolicySlice['aside'];
  readonly trainingOptions: TrainingOptions;
  /** With the locks. */
  readonly searchForm: SearchForm;
  readonly budget: SizeBudget | null;
  readonly payingRule: PolicySlice['payingRule'];
}

/** Costs that every config has; `Axis` has those of a board or a table, too. */
export type PlainAxis = 'memory' | 'bitOps' | 'averageBits';
export type Axis = PlainAxis | 'flash' | 'ram' | 'latency' | 'energy';
/** What stands beside the desk; on phones, where one is shown at a time, also the faders and the plot. */
export type Tab = 'tune' | 'plot' | 'images' | 'layer' | 'train' | 'search' | 'learn';

export interface ViewSlice {
  readonly selection: readonly string[];
  /** Whether the next tap on a layer's name adds it to the one that is selected. */
  readonly selectsMore: boolean;
  /** The layer touched last, shown in the inspector; null before the first. */
  readonly inspected: string | null;
  /** The inspected image: its index in the test split. */
  readonly image: number;
  /** The tensor shown of the inspected layer. */
  readonly inspector: 'weights' | 'activations';
  readonly tensorMode: TensorMode;
  readonly axis: Axis;
  /** Whether the plot breaks its axis below the best points, or shows all on one scale. */
  readonly plotRange: 'top' | 'all';
  readonly tab: Tab;
  readonly wideView: WideView;
  /** True while the view for teachers is open, shown or not. */
  readonly teaching: boolean;
  /** False until the first fader moves; one slider glows until then. */
  readonly touched: boolean;
  /** Policy of the point under the pointer, shown as dashed ghosts on the faders. */
  readonly ghost: BitPolicy | null;
  /** The search method that found it. */
  readonly ghostMethod: string | null;
  readonly datasetDialog: boolean;
  /** The data sets whose images are stored in this browser, as far as known. */
  readonly storedDatasets: readonly DatasetId[];
  /** Why the last attempt to open a data set failed. */
  readonly datasetError: string | null;
  /** Latest message for the live region. */
  readonly announcement: string;
  /** An automatic change by the page, to be read, undone or dismissed. */
  readonly notice: Notice | null;
  /** Problems that have not been dismissed, newest last. */
  readonly problems: readonly Notice[];
  /** Parts of the latest link that were not understood, and the network whose file it asks for. */
  readonly linkProblems: readonly LinkProblem[];
  readonly ownNetwork: OwnNetwork | null;
}

export interface OwnSlice {
  /** Networks imported into this browser, newest first. */
  readonly ownNetworks: readonly OwnNetworkCard[];
  /** Unreadable entries of this browser's storage. */
  readonly unreadable: readonly UnreadableEntry[];
  /** State of the dialog "Your own network"; null while it is closed. */
  readonly importing: Importing | null;
  /** State of the dialog "Export"; null while it is closed. */
  readonly exporting: Exporting | null;
}

export interface Desk
  extends ChoiceSlice,
    PolicySlice,
    EngineSlice,
    ResultSlice,
    ImageSlice,
    ImprovingSlice,
    TrainingSlice,
    ViewSlice,
    LessonSlice,
    ChallengeSlice,
    RoomSlice,
    SharedSlice,
    OwnSlice,
    BoardSlice,
    AsideViews,
    SearchSlice,
    SearchViewSlice,
    EnginesSlice {}

/** The policy of a newly chosen network: 8 bits, or the nearest supported width. */
export function freshPolicy(
  architecture: Architecture,
  scheme: QuantScheme,
): Omit<PolicySlice, 'pins' | 'history' | 'budget' | 'payingRule'> {
  const policy = clampPolicy(uniformPolicy(architecture, 8, 8), scheme);
  return { architecture, policy, ...NO_EDIT };
}

/** The architecture of a zoo network for 32 x 32 color images, before the engine has loaded it. */
export function expectedArchitecture(network: NetworkId, classes = 10): Architecture {
  return zooArchitecture(network, classes);
}

/** The desk when the page opens. */
export function initialDesk(networkId: NetworkId = 'resnet8', datasetId: DatasetId = 'emoji10'): Desk {
  const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
  return {
    networkId,
    datasetId,
    scheme,
    weights: null,
    ...freshPolicy(expectedArchitecture(networkId), scheme),
    pins: [],
    history: emptyHistory(),
    budget: null,
    phase: 'starting',
    fault: null,
    silence: null,
    backend: null,
    dataset: null,
    network: null,
    weightsMissing: false,
    loading: null,
    ...{ pool: null, engines: recallEngines() },
    current: null,
    measuring: null,
    measured: [],
    imagesPerSecond: 0,
    pictures: {},
    sensitivity: null,
    sensitivityProgress: null,
    ...NOT_IMPROVED,
    shipped: null,
    comparison: null,
    inspection: null,
    inspectionProblem: null,
    activations: null,
    activationsProblem: null,
    ...INITIAL_IMAGES,
    seriesLeft: 0,
    ...INITIAL_TRAINING,
    selection: [],
    selectsMore: false,
    inspected: null,
    image: 0,
    inspector: 'weights',
    tensorMode: 'weights',
    payingRule: 'leastLoss',
    axis: 'memory',
    plotRange: 'top',
    tab: 'tune',
    wideView: 'plot',
    teaching: false,
    ...NO_ASIDE_VIEWS,
    lesson: null,
    lessons: {},
    challenge: null,
    by: '',
    handIns: [],
    room: null,
    ...NOTHING_SHARED,
    touched: false,
    ghost: null,
    ghostMethod: null,
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
    ...NO_BOARD,
    searchMethods: [],
    searchForm: INITIAL_SEARCH_FORM,
    revised: null,
    shownRun: null,
    ...NO_RUNS,
  };
}

/** The desk of the page. */
export const desk = createStore<Desk>(() => initialDesk());
