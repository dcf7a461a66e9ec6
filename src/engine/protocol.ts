// What the page and the worker say to each other: one map of commands, from which requests, replies and handlers are
// derived. Types only, so that both sides may import it.

import type { Normalization } from '../data/dataset';
import type { DataSource, LoadProgress } from '../data/definition';
import type { DatasetId } from '../data/registry';
import type { ExportedFile, MeasuredPoint } from '../formats/export/context';
import type { ExportId, ExportOptions } from '../formats/export/registry';
import type { Architecture, Network } from '../graph/network';
import type { BitPolicy, BitWidth } from '../graph/policy';
import type { PairedDifference, Proportion } from '../math/statistics';
import type { ActivationReport } from '../quant/activationReport';
import type { QuantScheme } from '../quant/registry';
import type { WeightReport } from '../quant/weightReport';
import type { Inside } from '../search/insides';
import type { Budget, Spent } from '../search/ledger';
import type { OptionFields, OptionValues, SearchMethod, SearchPoint, SearchResult } from '../search/method';
import type { ProblemOptions } from '../search/problem';
import type { SearchId } from '../search/registry';
import type { RunPoint, RunReport } from '../search/run';
import type { Allowed, LimitMeasure, SearchLimit } from '../search/space';
import type { KnownRanges } from '../train/calibrated';
import type { InputFindings, InputTrial } from '../train/inputTrials';
import type { AnyNetworkId, OwnNetworkId } from '../zoo/registry';

export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** The backend in use, and why those before it in the order were passed over. */
export interface BackendInfo {
  readonly name: BackendName;
  /** Adapter or processor in words, e.g. "SwiftShader" or "SIMD, 1 thread". */
  readonly device: string;
  readonly passedOver: readonly { readonly name: BackendName; readonly reason: string }[];
}

export type { QuantScheme };

/** The data set in use. Counts are images. */
export interface DatasetSummary {
  readonly id: DatasetId;
  readonly label: string;
  readonly classes: readonly string[];
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** What to know of how it was read: where it came from, files left out. Sentences, for display. */
  readonly notes: readonly string[];
}

/** Where the weights in use come from. */
export interface CheckpointInfo {
  /** `shipped`: a file of this site; `trained`: trained in this page; `own`: a person's file; `initial`: random numbers. */
  readonly origin: 'shipped' | 'trained' | 'own' | 'initial';
  /** One line: who trained it, how long, on what. */
  readonly recipe: string;
  /** Float accuracy stated by the file, if any. */
  readonly accuracy?: number;
}

/** What the page knows of a loaded network: its structure and where its weights come from, not the weights. */
export interface LoadedNetwork {
  readonly id: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly architecture: Architecture;
  readonly checkpoint: CheckpointInfo;
  /** Changes whenever the weights change; measurements belong to one version. */
  readonly version: number;
  /** Equal for equal weights, at other visits too. */
  readonly fingerprint: string;
}

/** One policy, measured. */
export interface Measurement {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly version: number;
  readonly split: 'validation' | 'test';
  readonly accuracy: Proportion;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** Against the float network on the same images. */
  readonly againstFloat: PairedDifference;
  /** Accuracy of each class. */
  readonly perClass: readonly Proportion[];
  /** Predicted class of each image measured so far, in the split's order. */
  readonly predictions: Uint8Array;
  /** Speed of this evaluation and the share of layer work that the prefix cache saved, in [0, 1]. */
  readonly imagesPerSecond: number;
  readonly saved: number;
  /** True for the last stage of the request. */
  readonly final: boolean;
}

/** An image of a split with its class; `pixels` is RGBA, row by row. */
export interface LabeledImage {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8ClampedArray;
  readonly label: number;
}

/** An image with the class that the float network sees in it. */
export interface ExampleImage extends LabeledImage {
  readonly float: number;
}

/** What one layer at one width costs when all others stay float: the table behind the estimate. */
export interface SensitivityEntry {
  readonly layer: string;
  readonly tensor: 'weights' | 'activations';
  readonly bits: BitWidth;
  /** Mean cross-entropy minus the float network's, in nats, and accuracy minus the float network's. */
  readonly lossIncrease: number;
  readonly accuracyChange: number;
}

export interface SensitivityTable {
  readonly network: AnyNetworkId;
  readonly dataset: DatasetId;
  readonly scheme: QuantScheme;
  readonly version: number;
  readonly images: number;
  readonly floatLoss: number;
  readonly floatAccuracy: number;
  readonly entries: readonly SensitivityEntry[];
}

/** What rounding does to the weights of one layer. `bits` 32 is float. */
export interface WeightInspection {
  readonly layer: string;
  readonly bits: BitWidth;
  readonly scheme: QuantScheme;
  readonly version: number;
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
  readonly version: number;
  /** Height, width and channels; 1, 1 and units for a dense layer. */
  readonly shape: readonly [h: number, w: number, c: number];
  /** What follows the layer and is in the numbers, in order. */
  readonly folded: readonly ('batch norm' | 'relu' | 'relu6')[];
  /** Row by row, channels interleaved; both `h * w * c` long. */
  readonly float: Float32Array;
  readonly rounded: Float32Array;
  readonly report: ActivationReport;
}

export interface TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: 'cosine' | 'one-cycle';
  readonly momentum: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  readonly augment: boolean;
  /** Images of the training split used an epoch; all of them when larger than the split. */
  readonly imagesPerEpoch: number;
  readonly seed: number;
  /** Start from new random weights instead of those in use. */
  readonly fromScratch: boolean;
  /** Train under this policy's rounding (quantization-aware); float when absent. */
  readonly policy?: BitPolicy;
  readonly scheme?: QuantScheme;
  /** Under a policy: learn the labels, or to answer as the float network in use does, reading no labels. */
  readonly learnFrom?: 'labels' | 'float';
  /** Of the softmax of those answers, above 0; the higher, the more the small ones count. */
  readonly temperature?: number;
}

/**
 * One report while training. Loss and accuracy are means over the training images since the last report; when answers are
 * learned, accuracy is the share of images on which both networks name the same class.
 */
export interface TrainProgress {
  readonly state: 'running' | 'paused';
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
  /** Measured on the validation split at the end of an epoch. */
  readonly validation?: Proportion;
}

export interface TrainOutcome {
  readonly reason: 'finished' | 'stopped' | 'diverged';
  /** What happened, in words, for `diverged`: the step, the last finite loss, what to try. Empty otherwise. */
  readonly message: string;
  readonly steps: number;
  readonly validation: Proportion;
  readonly network: LoadedNetwork;
}

export type {
  Allowed,
  Budget,
  Inside,
  LimitMeasure,
  OptionFields,
  OptionValues,
  RunPoint,
  SearchId,
  SearchLimit,
  Spent,
};

/** A way to search, for display, with the choices that it leaves. */
export interface SearchMethodCard extends Omit<SearchMethod, 'search'> {
  readonly id: SearchId;
}

/** Everything that decides what a search does. */
export interface SearchSetting extends Omit<ProblemOptions, 'cacheBytes'> {
  readonly method: SearchId;
  readonly options: OptionValues;
}

/**
 * One report of a run: what was known of it when it went on (`kept`), a piece of work, or how much of its front is measured
 * on test images. `used` is the share of the budget that is gone.
 */
export type SearchProgress =
  | { readonly kind: 'kept'; readonly points: readonly RunPoint[]; readonly spent: Spent; readonly used: number }
  | { readonly kind: 'report'; readonly report: Omit<RunReport, 'state'>; readonly used: number }
  | { readonly kind: 'scoring'; readonly done: number; readonly of: number; readonly images: number };

/** A policy that a search has found: its accuracy on the images of the search, and on test images that it never saw. */
export interface ScoredPolicy extends Pick<SearchPoint, 'policy' | 'steps'> {
  /** Absent where the search chose it by what it believes, unmeasured. */
  readonly searched?: Proportion;
  readonly tested: Proportion;
}

export interface SearchOutcome {
  /** `paused` and `replaced` (by other weights or images) can go on. */
  readonly reason: 'finished' | 'paused' | 'stopped' | 'replaced';
  readonly spent: Spent;
  readonly chosen?: SearchResult;
  /** Measured when the run has finished: its front, the chosen policy and its control. */
  readonly front: readonly ScoredPolicy[];
  /** Why the run could not go on at another visit. */
  readonly notKept?: string;
}

/** How images become the numbers that a network from elsewhere reads, and its answers the classes of the images. */
export interface OwnInput {
  readonly normalization: Normalization;
  /** `bgr`: the network reads blue first. */
  readonly channels: 'rgb' | 'bgr';
  /** Class i of the images is answer `order[i]` of the network; the same order when absent. */
  readonly order?: readonly number[];
}

export type { DataSource, InputFindings, InputTrial, LoadProgress };

/** Every command: its parameters, what it reports while running, and its result. */
export interface Commands {
  /** Chooses and proves a backend. First command of a session. */
  start: { params: { backend?: BackendName }; progress: never; result: BackendInfo };
  /** Opens a data set; `stored` finds what an earlier visit kept. */
  openDataset: {
    params: { dataset: DatasetId; source?: DataSource; seed: number };
    progress: LoadProgress;
    result: DatasetSummary;
  };
  /** Loads a network with the best weights there are: trained here, shipped, brought by the person, or initial. */
  openNetwork: {
    params: { network: AnyNetworkId; discardTrained?: boolean };
    progress: LoadProgress;
    result: LoadedNetwork;
  };
  /** Finds out how a network from elsewhere wants its images: the usual ways and `also`, on labeled validation images. */
  tryInputs: {
    params: { network: Network; images: number; also?: Normalization };
    progress: InputTrial;
    result: InputFindings;
  };
  /**
   * Puts a network from elsewhere in use, and keeps it for the next visit. `recipe` says where it comes from, `known` which
   * ranges of activations its file has.
   */
  openOwnNetwork: {
    params: { id: OwnNetworkId; network: Network; input: OwnInput; recipe: string; known?: KnownRanges };
    progress: never;
    /** `notKept`: why it will not be there at the next visit. */
    result: LoadedNetwork & { readonly notKept?: string };
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
  /** Measures a policy in growing stages; a newer request makes an older one stale. */
  evaluate: {
    params: { policy: BitPolicy; scheme: QuantScheme; split: 'validation' | 'test'; stages: readonly number[] };
    progress: Measurement;
    result: Measurement;
  };
  /** Images of the test split, with the float network's predictions. */
  examples: { params: { count: number }; progress: never; result: readonly ExampleImage[] };
  /** Measures every layer at every width, in the background. */
  sensitivity: {
    params: { scheme: QuantScheme; images: number; activations: boolean };
    progress: { done: number; total: number; entries: readonly SensitivityEntry[] };
    result: SensitivityTable;
  };
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
  /** Trains the network in use; one run at a time. Canceling the request stops it and keeps the weights so far. */
  train: { params: TrainOptions; progress: TrainProgress; result: TrainOutcome };
  pauseTraining: { params: { paused: boolean }; progress: never; result: null };
  /** The searches that there are. */
  searchMethods: { params: Record<string, never>; progress: never; result: readonly SearchMethodCard[] };
  /**
   * Searches on the network in use, one run at a time; `resume` goes on with what is kept under the name `run`. Canceling
   * the request stops it, and nothing of it is kept here.
   */
  search: {
    params: { run: string; setting: SearchSetting; testImages: number; resume: boolean };
    progress: SearchProgress;
    result: SearchOutcome;
  };
  /** Ends the running search after the measurement in progress, to go on later. */
  pauseSearch: { params: { run: string }; progress: never; result: null };
  /** Frees the room of a run that will not go on. */
  forgetSearch: { params: { run: string }; progress: never; result: null };
}

export type CommandName = keyof Commands;
export type Params<C extends CommandName> = Commands[C]['params'];
export type Progress<C extends CommandName> = Commands[C]['progress'];
export type Result<C extends CommandName> = Commands[C]['result'];

/** An error as it crosses the border between worker and page. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

export type Request =
  | { [C in CommandName]: { readonly id: number; readonly command: C; readonly params: Params<C> } }[CommandName]
  | { readonly id: number; readonly command: 'cancel' };

export type Reply =
  | { readonly id: number; readonly kind: 'progress'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'result'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: PlainError }
  /** Not an answer to a request: the backend failed under us (shader error, device lost). `id` is -1. */
  | { readonly id: -1; readonly kind: 'fault'; readonly error: PlainError };

/** What a handler gets besides its parameters. */
export interface HandlerContext<P> {
  /** Aborted when the request was canceled or a newer one of its kind made it stale. */
  readonly signal: AbortSignal;
  report(progress: P): void;
}

export type Handlers = {
  [C in CommandName]: (params: Params<C>, context: HandlerContext<Progress<C>>) => Promise<Result<C>>;
};
