// The network in use on the device, with everything derived from the network and its images for measuring. Replacing the
// network discards the derived data.
import type { Dataset, ImageSet } from '../data/dataset';
import type { DatasetId } from '../data/registry';
import { imagesAtOnce } from '../graph/batch';
import { learnedNames } from '../graph/learned';
import type { Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import { Inference } from '../nn/inference';
import type { QuantScheme } from '../quant/registry';
import { floatRounding, type Rounding } from '../rounding/rounding';
import { Calibrated } from '../train/calibrated';
import { type Evaluate, evaluate as evaluateHere } from '../train/evaluate';
import { PrefixCache } from '../train/prefixCache';
import type { AnyNetworkId } from '../zoo/registry';
import { networkFingerprint } from './fingerprint';
import type { CheckpointInfo, LoadedNetwork } from './foundNetwork';
import type { MeasuredSplit } from './measurement';
import type { Turn } from './turn';

/** Predictions of the float network for the images of a split evaluated so far. */
export interface Reference {
  readonly predictions: Uint8Array;
  /** Margin of each prediction, as in `Evaluation`. */
  readonly margins: Float32Array;
  readonly losses: Float32Array;
  known: number;
}

/** A network configured for measuring a policy. Dispose when done. */
export interface ConfiguredModel {
  /** Configured. Call `configure` again after yielding: another job may have changed the configuration. */
  readonly model: Inference;
  /** The network behind the policy's weights, as the scheme calibrates it for the policy. */
  readonly network: Network;
  configure(): void;
  cache(split: MeasuredSplit): PrefixCache | undefined;
  dispose(): void;
}

/** A network on the device with everything derived from it. */
export class LoadedModel {
  readonly current: Inference;
  readonly float: Inference;
  /** The calibrated networks. */
  readonly calibrated: Calibrated;
  /** Batch size of evaluations. */
  readonly batchSize: number;
  private folded: Inference | undefined;
  private named: string | undefined;
  private readonly caches = new Map<string, PrefixCache>();
  private readonly references = new Map<MeasuredSplit, Reference>();
  private readonly replacement = new AbortController();

  constructor(
    readonly id: AnyNetworkId,
    readonly datasetId: DatasetId,
    readonly network: Network,
    readonly checkpoint: CheckpointInfo,
    /** The images with this network's preprocessing. */
    readonly dataset: Dataset,
    private readonly cacheBytes: number,
    /** The rounding that the network came with. */
    readonly statedRounding?: Rounding,
    /** Evaluates with all engines that there are. */
    readonly evaluate: Evaluate = evaluateHere,
  ) {
    this.batchSize = imagesAtOnce(network);
    this.calibrated = new Calibrated(network, dataset, statedRounding);
    this.current = new Inference(network);
    this.float = new Inference(network);
    this.float.configure(floatRounding(network));
  }

  /**
   * The network as a scheme calibrates it for a policy. A corrected network differs for every policy and is disposed with
   * its configured model, so there is nothing to cache.
   */
  async under(policy: BitPolicy, scheme: QuantScheme, turn: Turn): Promise<ConfiguredModel> {
    const ranges = await this.calibrated.rangesFor(policy, scheme, turn);
    const network = await this.calibrated.networkFor(policy, scheme, turn);
    const configured = (model: Inference, cache: ConfiguredModel['cache'], dispose = () => {}): ConfiguredModel => {
      const configure = () => model.configure({ policy, scheme, ranges });
      configure();
      return { model, network, configure, cache, dispose };
    };
    if (network === this.network) return configured(this.current, (split) => this.cache('kept', split));
    if (network === this.calibrated.base(scheme)) {
      this.folded ??= new Inference(network);
      return configured(this.folded, (split) => this.cache('folded', split));
    }
    const corrected = new Inference(network);
    try {
      return configured(
        corrected,
        () => undefined,
        () => corrected.dispose(),
      );
    } catch (error) {
      corrected.dispose();
      throw error;
    }
  }

  private cache(network: 'kept' | 'folded', split: MeasuredSplit): PrefixCache {
    const key = `${network}/${split}`;
    const known = this.caches.get(key);
    if (known !== undefined) return known;
    // Only one split is shown at a time, so the other split's cache makes room.
    for (const [name, cache] of this.caches) {
      cache.dispose();
      this.caches.delete(name);
    }
    const cache = new PrefixCache(this.cacheBytes);
    this.caches.set(key, cache);
    return cache;
  }

  /** The float network's predictions for the first `images` of a split; evaluates the missing ones. */
  async reference(split: MeasuredSplit, images: number, turn: Turn): Promise<Reference> {
    const set: ImageSet = this.dataset[split];
    let reference = this.references.get(split);
    if (reference === undefined) {
      const numbers = () => new Float32Array(set.length);
      reference = { predictions: new Uint8Array(set.length), margins: numbers(), losses: numbers(), known: 0 };
      this.references.set(split, reference);
    }
    const from = reference.known;
    if (from >= images) return reference;
    const options = { from, to: images, batchSize: this.batchSize };
    for await (const part of this.evaluate(this.float, this.dataset, set, options)) {
      const { images: done } = part;
      reference.predictions.set(part.predictions, from);
      reference.margins.set(part.margins, from);
      reference.losses.set(part.losses, from);
      reference.known = Math.max(reference.known, from + done);
      await turn();
    }
    return reference;
  }

  /** The fingerprint of measurements on this model. */
  get fingerprint(): string {
    this.named ??= networkFingerprint(this.network, this.dataset, this.statedRounding);
    return this.named;
  }

  /** The facts that the page may have. */
  describe(): LoadedNetwork {
    const { id, datasetId, checkpoint, fingerprint, dataset } = this;
    const { name, nodes, parameters } = this.network;
    const learned = [...learnedNames(this.network, parameters.keys())];
    const measured = {
      validation: dataset.validation.length,
      test: dataset.test.length,
      leftOut: dataset.leftOut ?? 0,
    };
    return { id, dataset: datasetId, architecture: { name, nodes }, checkpoint, fingerprint, learned, measured };
  }

  /** Aborted when another network or data set replaces this one: jobs on the model must stop at their next turn. */
  get replaced(): AbortSignal {
    return this.replacement.signal;
  }

  dispose(): void {
    this.replacement.abort();
    this.current.dispose();
    this.float.dispose();
    this.folded?.dispose();
    for (const cache of this.caches.values()) cache.dispose();
  }
}
