// A session: images and a network in use, and what can be done with them. The page's worker and the command line both work
// through it. It knows neither threads nor storage nor files: what is read is handed in, what comes out is answered.
import type { Dataset } from '../data/dataset';
import type { OpenRequest } from '../data/definition';
import { fitDataset } from '../data/fit';
import { type DatasetId, datasets } from '../data/registry';
import type { InputNode, Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import type { Proportion } from '../math/statistics';
import type { Chosen } from '../search/chosen';
import type { Score, SearchPoint } from '../search/method';
import type { ProxyTable } from '../search/proxies/proxies';
import type { RunResult } from '../search/run';
import type { AnyNetworkId } from '../zoo/registry';
import type { Exported, ExportParams } from './exporting';
import { unroundedAccuracy } from './floatNetwork';
import type { FoundNetwork } from './foundNetwork';
import { inspectWeights, type WeightInspection, type WeightsToInspect } from './inspecting';
import { type ActivationInspection, type ActivationsToInspect, inspectActivations } from './inspectingActivations';
import { LoadedModel } from './loadedModel';
import type { LossClaim, LossParams, TriedPolicy } from './losingAtMost';
import type {
  Measured,
  MeasuredSplit,
  Measurement,
  MeasureParams,
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

/** What a session needs of the place it runs in. */
export interface SessionEnvironment {
  readonly now: Clock;
  /** Bytes that the prefix cache may take while policies are measured. */
  readonly cacheBytes: number;
  /** Bytes that a search's own cache may take; half as many where it is left out. */
  readonly searchCacheBytes?: number;
}

/** A data set in use, and the seed that it was opened with. */
export interface OpenDataset {
  readonly id: DatasetId;
  readonly seed: number;
  readonly dataset: Dataset;
}

/** Work that needs a data set or a network before one is open. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

/**
 * Generators yield while they work and return the outcome. Each awaits its `turn` before every batch, by which others go
 * first and by which it is ended; it works on the network that was in use when it began.
 */
export class Session {
  /** What it computes on, in words; empty before that is known. */
  backend = '';
  private open: OpenDataset | undefined;
  private loaded: LoadedModel | undefined;

  constructor(readonly environment: SessionEnvironment) {}

  /** @throws NotReadyError before a data set is open. */
  get images(): OpenDataset {
    if (this.open === undefined) throw new NotReadyError('No data set is open yet; choose one first.');
    return this.open;
  }

  /** @throws NotReadyError before a network is open. */
  get model(): LoadedModel {
    if (this.loaded === undefined) throw new NotReadyError('No network is open yet; choose one first.');
    return this.loaded;
  }

  /** True while a network is in use. */
  get hasNetwork(): boolean {
    return this.loaded !== undefined;
  }

  /**
   * Opens a data set and puts it in use. The network's shapes may no longer fit: it is to be opened anew.
   * @throws DatasetFormatError, DatasetMissingError, or the reason of the request's signal.
   */
  async openDataset(id: DatasetId, request: OpenRequest): Promise<OpenDataset> {
    const dataset = await datasets[id].open(request);
    request.signal.throwIfAborted();
    this.loaded?.dispose();
    this.loaded = undefined;
    this.open = { id, seed: request.seed, dataset };
    return this.open;
  }

  /** Puts a network in use, on images as it wants them: those in use, or the ones that it comes from. */
  openNetwork(
    id: AnyNetworkId,
    { network, checkpoint, normalization, known }: FoundNetwork,
    { id: datasetId, dataset }: Pick<OpenDataset, 'id' | 'dataset'> = this.images,
  ): LoadedModel {
    this.loaded?.dispose();
    const [height, width] = (network.nodes[0] as InputNode).shape;
    const fitted = fitDataset(dataset, { height, width, normalization: normalization ?? dataset.normalization });
    this.loaded = new LoadedModel(id, datasetId, network, checkpoint, fitted, this.environment.cacheBytes, known);
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

  /** Measures what each layer costs at each width. */
  sensitivity(
    params: SensitivityParams,
    turn: Turn = alone,
  ): AsyncGenerator<SensitivityProgress, SensitivityTable, void> {
    return sensitivityTable(this.model, params, turn);
  }

  /** What rounding does to one layer's weights. @throws UnknownLayerError or QuantSpecError */
  inspectWeights(params: WeightsToInspect): WeightInspection {
    const { calibrated, fingerprint } = this.model;
    return inspectWeights(calibrated.base(params.scheme), fingerprint, params);
  }

  /** What one layer gives for one image. @throws UnknownLayerError, UnknownImageError, PolicyError or QuantSpecError */
  inspectActivations(params: ActivationsToInspect, turn: Turn = alone): Promise<ActivationInspection> {
    return inspectActivations(this.model, params, turn);
  }

  /** Accuracy of the weights in use, unrounded, on the first `images` of a split; each image is run once. */
  async unroundedAccuracy(split: MeasuredSplit, images: number, turn: Turn = alone): Promise<Proportion> {
    return unroundedAccuracy(this.model, split, images, turn);
  }

  /**
   * Trains the network in use, from the beginning or from where a run was, and returns what was learned; what is in use
   * stays. Yields after every step, between which whoever drives it gives others their turn.
   * @throws DivergenceError for a loss that is not finite.
   */
  train(options: TrainOptions, from?: TrainingSoFar): AsyncGenerator<TrainingStep, Network, void> {
    return trainModel(this.model, options, from);
  }

  /** Searches for policies, from the beginning or from where a run was. Yields before it works and after each piece of work. */
  async *search(
    settings: SearchSettings,
    turn: Turn = alone,
    from?: SearchSoFar,
  ): AsyncGenerator<SearchStep, RunResult, void> {
    const { model } = this;
    // Searches are loaded when somebody starts one.
    const { search } = await import('./searching');
    return yield* search(model, settings, this.searchContext, turn, from);
  }

  /** Guesses of what each layer loses at the allowed widths, one kind after another. */
  async *proxies(params: ProxyParams, turn: Turn = alone): AsyncGenerator<ProxyTable, void, void> {
    const { model } = this;
    const { proxies } = await import('./proxies');
    yield* proxies(model, params, turn);
  }

  /** The front that the table of a finished run predicts. @throws RangeError for a table of other layers. */
  async tableFront(params: TableParams): Promise<readonly PredictedPolicy[]> {
    const { model } = this;
    const { tableFront } = await import('./tableFront');
    return tableFront(model, params);
  }

  /** What a run comes to that is stopped where it is; undefined where nothing of it names a policy yet. */
  async concludeSearch(settings: SearchSettings, soFar: SearchSoFar, model = this.model): Promise<Chosen | undefined> {
    const { concludeSearch } = await import('./searching');
    return concludeSearch(model, settings, this.searchContext, soFar);
  }

  /** Measures what a run has found on test images: its front, the chosen policy, the believed one and the control. */
  async *scoreFront(params: ScoreParams, turn: Turn = alone): AsyncGenerator<ScoringProgress, ScoredPolicy[], void> {
    const { model } = this;
    const { scoreFront } = await import('./scoringFront');
    return yield* scoreFront(model, params, this.searchContext.cacheBytes, turn);
  }

  /** Scores policies on the first test images, in their order, each after the fine-tuning that it had in the search. */
  async *scorePolicies(
    policies: readonly Pick<SearchPoint, 'policy' | 'steps'>[],
    params: Pick<ScoreParams, 'setting' | 'testImages'>,
    turn: Turn = alone,
  ): AsyncGenerator<{ readonly policy: BitPolicy } & Score, void, void> {
    const { model } = this;
    const { scorePolicies } = await import('./scoringFront');
    yield* scorePolicies(model, policies, params, this.searchContext.cacheBytes, turn);
  }

  /** Proves which policy of a run loses at most so much, on validation images behind those of the search. */
  async *proveLosingAtMost(params: LossParams, turn: Turn = alone): AsyncGenerator<TriedPolicy, LossClaim, void> {
    const { model } = this;
    const { proveLosingAtMost } = await import('./losingAtMost');
    return yield* proveLosingAtMost(model, params, turn);
  }

  private get searchContext(): SearchContext {
    const { now, cacheBytes, searchCacheBytes = cacheBytes / 2 } = this.environment;
    return { now, cacheBytes: searchCacheBytes };
  }

  /** Writes the network under a policy in a format. @throws ExportError for what the format cannot say. */
  async export(params: ExportParams, turn: Turn = alone): Promise<Exported> {
    const { model, images, backend } = this;
    // Writers are loaded when somebody takes something along.
    const { exportNetwork } = await import('./exporting');
    return exportNetwork(model, params, { seed: images.seed, backend }, turn);
  }
}
