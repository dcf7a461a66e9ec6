// A session: a data set and a network in use, and the jobs on them. The page's worker and the command line both work
// through a session. A session knows neither threads nor storage nor files: callers pass the inputs and get the results.
import type { Dataset } from '../data/dataset';
import type { OpenRequest } from '../data/definition';
import { fitDataset } from '../data/fit';
import { forChannels } from '../data/normalizations';
import { openers } from '../data/openers';
import type { DatasetId } from '../data/registry';
import type { InputNode, Network } from '../graph/network';
import { type BitPolicy, checkPolicy } from '../graph/policy';
import type { Proportion } from '../math/statistics';
import { withMessages } from '../pool/breathe';
import { crewOn } from '../pool/crew';
import { evaluateOn } from '../pool/evaluating';
import { Pool } from '../pool/pool';
import { stepsOn } from '../pool/training';
import type { Rounding } from '../rounding/rounding';
import type { Chosen } from '../search/chosen';
import { type Crew, joined, type Task } from '../search/crew';
import type { Score, SearchPoint } from '../search/method';
import type { ProxyTable } from '../search/proxies/proxies';
import type { RunResult } from '../search/run';
import type { RoundingProgress } from '../train/calibrated';
import type { AnyNetworkId } from '../zoo/registry';
import { hits, type SomeImages } from './accuracy';
import { type Attribution, attribute, type ImagesToAttribute } from './attribution';
import { type Classification, classify, type PictureToClassify } from './classify';
import type { Exported, ExportParams } from './exporting';
import { unroundedAccuracy } from './floatNetwork';
import type { FoundNetwork } from './foundNetwork';
import { inspectWeights, type WeightInspection, type WeightsToInspect } from './inspecting';
import { type ActivationInspection, type ActivationsToInspect, inspectActivations } from './inspectingActivations';
import { LoadedModel } from './loadedModel';
import type { LossClaim, LossParams, LossProgress } from './losingAtMost';
import type {
  Measured,
  MeasuredSplit,
  Measurement,
  MeasureParams,
  RoundingParams,
  SensitivityParams,
  SensitivityProgress,
  SensitivityTable,
} from './measurement';
import { measure, measureAgainstFloat } from './measuring';
import type { ProxyParams } from './proxies';
import type { ScoredPolicy, ScoreParams, ScoringProgress } from './scoringFront';
import type { SearchContext, SearchSettings, SearchSoFar, SearchStep } from './searching';
import { sensitivityTable } from './sensitivity';
import type { PredictedPolicy, TableParams } from './tableFront';
import { type TrainingSoFar, type TrainingStep, trainModel } from './training';
import type { TrainOptions } from './trainOptions';
import { alone, type Clock, type Turn } from './turn';

/** The environment of a session. */
export interface SessionEnvironment {
  readonly now: Clock;
  /** Memory limit of the prefix cache while policies are measured, in bytes. */
  readonly cacheBytes: number;
  /** Memory limit of a search's own cache in bytes; by default half of `cacheBytes`. */
  readonly searchCacheBytes?: number;
  /** The engines that evaluate: this one, and further workers if there are any. By default this one alone. */
  readonly pool?: Pool;
  /** Those who measure for a search on this network beside the session, if there are any; asked when a search begins. */
  readonly crewFor?: (model: LoadedModel) => Crew | undefined;
}

/** A data set in use, and the seed of its split. */
export interface OpenDataset {
  readonly id: DatasetId;
  readonly seed: number;
  readonly dataset: Dataset;
}

/** Thrown for work that needs a data set or a network before one is open. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/**
 * Generators yield while they work and return the result. Each awaits its `turn` before every batch, which lets other
 * jobs run first and can end this job. A job works on the network that was in use when it began.
 */
export class Session {
  /** The backend in words; empty until known. */
  backend = '';
  private open: OpenDataset | undefined;
  private loaded: LoadedModel | undefined;

  readonly pool: Pool;

  constructor(readonly environment: SessionEnvironment) {
    this.pool = environment.pool ?? new Pool();
  }

  /** @throws NotReadyError if no data set is open. */
  get images(): OpenDataset {
    if (this.open === undefined) throw new NotReadyError('No data set is open yet; choose one first.');
    return this.open;
  }

  /** @throws NotReadyError if no network is open. */
  get model(): LoadedModel {
    if (this.loaded === undefined) throw new NotReadyError('No network is open yet; choose one first.');
    return this.loaded;
  }

  /** True while a network is in use. */
  get hasNetwork(): boolean {
    return this.loaded !== undefined;
  }

  /**
   * Opens a data set and puts it in use. The network's shapes may no longer fit, so the network has to be opened again.
   * @throws DatasetFormatError, DatasetMissingError, or the reason of the request's signal.
   */
  async openDataset(id: DatasetId, request: OpenRequest): Promise<OpenDataset> {
    const dataset = await openers[id](request);
    request.signal.throwIfAborted();
    this.loaded?.dispose();
    this.loaded = undefined;
    this.open = { id, seed: request.seed, dataset };
    return this.open;
  }

  /** Puts a network in use with its preprocessing, on the images in use or on those that it came from. */
  openNetwork(
    id: AnyNetworkId,
    { network, checkpoint, normalization, known }: FoundNetwork,
    { id: datasetId, dataset }: Pick<OpenDataset, 'id' | 'dataset'> = this.images,
  ): LoadedModel {
    this.loaded?.dispose();
    const [height, width, channels] = (network.nodes[0] as InputNode).shape;
    const read = forChannels(normalization ?? dataset.normalization, channels);
    const fitted = fitDataset(dataset, { height, width, normalization: read });
    const { cacheBytes } = this.environment;
    this.loaded = new LoadedModel(id, datasetId, network, checkpoint, fitted, cacheBytes, known, evaluateOn(this.pool));
    return this.loaded;
  }

  /** Measures a policy in growing stages. */
  measure(params: MeasureParams, turn: Turn = alone): AsyncGenerator<Measured, Measured, void> {
    return measure(this.model, params, turn, this.environment.now);
  }

  /** Measures a policy in growing stages, beside the float network. */
  measureAgainstFloat(params: MeasureParams, turn: Turn = alone): AsyncGenerator<Measurement, Measurement, void> {
    return measureAgainstFloat(this.model, params, turn, this.environment.now);
  }

  /** Chooses the codes of a policy's layers on images and corrects the network, so that measuring need not wait for it. */
  async round({ policy, scheme }: RoundingParams, report: (progress: RoundingProgress) => void, turn: Turn = alone) {
    const { network, calibrated } = this.model;
    await calibrated.networkFor(checkPolicy(network, policy), scheme, turn, report);
  }

  /** Measures the cost of each width of each layer. */
  sensitivity(
    params: SensitivityParams,
    turn: Turn = alone,
  ): AsyncGenerator<SensitivityProgress, SensitivityTable, void> {
    return sensitivityTable(this.model, params, turn);
  }

  /** The effect of rounding on the weights of one layer. @throws UnknownLayerError or QuantSpecError */
  inspectWeights(params: WeightsToInspect): WeightInspection {
    const { calibrated, fingerprint } = this.model;
    return inspectWeights(calibrated.base(params.scheme), fingerprint, params);
  }

  /**
   * The output of one layer for one image. @throws UnknownLayerError, UnknownImageError, PolicyError or QuantSpecError
   */
  inspectActivations(params: ActivationsToInspect, turn: Turn = alone): Promise<ActivationInspection> {
    return inspectActivations(this.model, params, turn);
  }

  /** Which layers change the predictions of images. @throws UnknownImageError, PolicyError or QuantSpecError */
  attribute(params: ImagesToAttribute, turn: Turn = alone): Promise<Attribution> {
    return attribute(this.model, params, turn);
  }

  /** What the network says of a picture of one's own. @throws RangeError, PolicyError or QuantSpecError */
  classify(params: PictureToClassify, turn: Turn = alone): Promise<Classification> {
    return classify(this.model, params, turn);
  }

  /** Accuracy of the current weights, unrounded, on the first `images` of a split; each image is run once. */
  async unroundedAccuracy(split: MeasuredSplit, images: number, turn: Turn = alone): Promise<Proportion> {
    return unroundedAccuracy(this.model, split, images, turn);
  }

  /**
   * For each image, 1 if `network` classifies it correctly under a rounding (float without one), else 0. `network` is one
   * trained or corrected from the network in use.
   */
  hits(network: Network, images: Omit<SomeImages, 'dataset'>, rounding?: Rounding, turn: Turn = alone) {
    const { dataset, evaluate } = this.model;
    return hits(network, { ...images, dataset, evaluate }, rounding, turn);
  }

  /**
   * Trains a copy of the network in use, from the start or from a saved state, and returns the trained network; the
   * network in use stays. Yields after every step, so that the caller can let other jobs run.
   * @throws DivergenceError if the loss is not finite.
   */
  train(options: TrainOptions, from?: TrainingSoFar, turn: Turn = alone): AsyncGenerator<TrainingStep, Network, void> {
    return trainModel(this.model, options, from, turn, stepsOn(this.pool));
  }

  /**
   * Searches for policies, from the start or a state. Yields before the first piece of work and after each. A `crew` measures
   * with the session: by default the environment's, and the pool's.
   */
  async *search(
    settings: SearchSettings,
    turn: Turn = alone,
    from?: SearchSoFar,
    crew = this.environment.crewFor?.(this.model),
  ): AsyncGenerator<SearchStep, RunResult, void> {
    const { model, pool, searchContext } = this;
    // The search code is loaded on first use.
    const { search } = await import('./searching');
    const members = pool.size > 1 ? crewOn(pool, model, searchContext.cacheBytes) : undefined;
    try {
      const context = { ...searchContext, evaluate: members?.evaluate, crew: joined([crew, members]) };
      return yield* search(model, settings, context, members ? withMessages(turn) : turn, from);
    } finally {
      members?.dispose();
    }
  }

  /**
   * The score of a task of a search that runs elsewhere on the same network and images, one task at a time.
   * @throws PolicyError, QuantSpecError, or RangeError for impossible numbers.
   */
  async measureTask(task: Task, turn: Turn = alone): Promise<Score> {
    const { model } = this;
    const { measureTask } = await import('./measuringTask');
    return measureTask(model, task, this.searchContext.cacheBytes, turn);
  }

  /** Estimates the loss of each layer at the allowed widths, one proxy after another. */
  async *proxies(params: ProxyParams, turn: Turn = alone): AsyncGenerator<ProxyTable, void, void> {
    const { model } = this;
    const { proxies } = await import('./proxies');
    yield* proxies(model, params, turn);
  }

  /** The front predicted by the table of a finished run. @throws RangeError for a table of other layers. */
  async tableFront(params: TableParams): Promise<readonly PredictedPolicy[]> {
    const { model } = this;
    const { tableFront } = await import('./tableFront');
    return tableFront(model, params);
  }

  /** The conclusion of a run stopped here; undefined if nothing names a policy yet. */
  async concludeSearch(settings: SearchSettings, soFar: SearchSoFar, model = this.model): Promise<Chosen | undefined> {
    const { concludeSearch } = await import('./searching');
    return concludeSearch(model, settings, this.searchContext, soFar);
  }

  /** Measures the results of a run on test images: its front, the chosen policy, the predicted one and the control. */
  async *scoreFront(params: ScoreParams, turn: Turn = alone): AsyncGenerator<ScoringProgress, ScoredPolicy[], void> {
    const { model } = this;
    const { scoreFront } = await import('./scoringFront');
    return yield* scoreFront(model, params, this.searchContext.cacheBytes, turn);
  }

  /** Scores policies on the first test images, in order, each after the same fine-tuning as in the search. */
  async *scorePolicies(
    policies: readonly Pick<SearchPoint, 'policy' | 'steps'>[],
    params: Pick<ScoreParams, 'setting' | 'testImages'>,
    turn: Turn = alone,
  ): AsyncGenerator<{ readonly policy: BitPolicy } & Score, void, void> {
    const { model } = this;
    const { scorePolicies } = await import('./scoringFront');
    yield* scorePolicies(model, policies, params, this.searchContext.cacheBytes, turn);
  }

  /** Proves which policy of a run loses at most so much, on validation images after those of the search. */
  async *proveLosingAtMost(params: LossParams, turn: Turn = alone): AsyncGenerator<LossProgress, LossClaim, void> {
    const { model } = this;
    const { proveLosingAtMost } = await import('./losingAtMost');
    return yield* proveLosingAtMost(model, params, turn);
  }

  private get searchContext(): SearchContext {
    const { now, cacheBytes, searchCacheBytes = cacheBytes / 2 } = this.environment;
    return { now, cacheBytes: searchCacheBytes };
  }

  /** Writes the network under a policy in a format. @throws ExportError if the format cannot express the network. */
  async export(params: ExportParams, turn: Turn = alone): Promise<Exported> {
    const { model, images, backend } = this;
    // The writers are loaded on first use.
    const { exportNetwork } = await import('./exporting');
    return exportNetwork(model, params, { seed: images.seed, backend }, turn);
  }
}
