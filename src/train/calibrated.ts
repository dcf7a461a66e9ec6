// One network under the calibrations that schemes ask for: batch norms folded, activation ranges, corrections. Results
// are cached until the network is disposed.
import type { Dataset } from '../data/dataset';
import { foldBatchNorms } from '../graph/folding';
import { layersOf, type Network } from '../graph/network';
import { type BitPolicy, type BitWidth, policyKey, roundsNothing } from '../graph/policy';
import { activationsOf, calibrationOf, type QuantScheme, schemeName } from '../quant/registry';
import type { ActivationRanges, Rounding } from '../rounding/rounding';
import { reestimateBatchNorm, reestimationImages } from './batchNorm';
import { correctBiases } from './biasCorrection';
import { calibrateAs, rangesFor } from './calibrate';

/** Batch size for bias correction. */
const CORRECTION_BATCH = 64;
/** Corrected networks and ranges to cache; the oldest is dropped first. */
const MOST = 8;

const everywhere = (policy: BitPolicy, activations: BitWidth): BitPolicy =>
  Object.fromEntries(Object.entries(policy).map(([id, { weights }]) => [id, { weights, activations }]));

/** Caches the calibrations of a network. Plain numbers; no tensors are held. */
export class Calibrated {
  private folded: Network | undefined;
  private readonly ranges = new Map<string, Promise<ActivationRanges>>();
  private readonly mixed = new Map<string, Promise<ActivationRanges>>();
  private readonly corrected = new Map<string, Promise<Network>>();

  constructor(
    readonly network: Network,
    private readonly dataset: Dataset,
    private readonly known?: Rounding,
  ) {}

  /** The network whose weights a scheme rounds: unchanged, or with its batch norms folded. */
  base(scheme: QuantScheme): Network {
    if (calibrationOf(scheme).batchNorm === 'keep') return this.network;
    this.folded ??= foldBatchNorms(this.network);
    return this.folded;
  }

  /**
   * Ranges of activations under a policy; nothing is measured for float ones, or those that need no range. If the
   * network came with a range for a layer at this width and kind of range, that one is used.
   */
  rangesFor(policy: BitPolicy, scheme: QuantScheme): Promise<ActivationRanges> {
    const { range, images, batchNorm } = calibrationOf(scheme);
    // Only the range of least error depends on the widths.
    const asked = range === 'mse' ? policy : everywhere(policy, 8);
    const key = [range, images, batchNorm, policyKey(asked, 'activations')].join('/');
    return rangesFor(policy, scheme, () => {
      const measured = remember(this.ranges, key, () =>
        calibrateAs(range, this.base(scheme), this.dataset, images, asked),
      );
      const known = this.knownFor(policy, scheme);
      if (known.length === 0) return measured;
      const ids = known.map(([id]) => id).join();
      return remember(this.mixed, `${key}/${ids}`, async () => new Map([...(await measured), ...known]));
    });
  }

  /** The ranges that came with the network and apply to a policy. */
  private knownFor(policy: BitPolicy, scheme: QuantScheme) {
    if (this.known === undefined) return [];
    const { ranges, policy: own, scheme: theirs } = this.known;
    const kind = (of: QuantScheme) => {
      const { range, images, batchNorm } = calibrationOf(of);
      return [range, images, batchNorm, activationsOf(of)].join();
    };
    if (kind(scheme) !== kind(theirs)) return [];
    return [...ranges].filter(([id]) => own[id] !== undefined && own[id].activations === policy[id]?.activations);
  }

  /** The network corrected for the rounding of a policy, or its base if there is nothing to correct. */
  async networkFor(policy: BitPolicy, scheme: QuantScheme): Promise<Network> {
    const { correction, images } = calibrationOf(scheme);
    const base = this.base(scheme);
    if (correction === 'none' || roundsNothing(policy)) return base;
    const ranges = await this.rangesFor(policy, scheme);
    const key = `${schemeName(scheme)}/${policyKey(policy)}`;
    const rounding = { policy, scheme, ranges };
    return remember(this.corrected, key, () =>
      correction === 'bias'
        ? correctBiases(base, this.dataset, { images, batchSize: CORRECTION_BATCH }, rounding)
        : reestimateBatchNorm(base, this.dataset, rounding, images),
    );
  }

  /**
   * Training images that `networkFor` uses for a correction. Biases take two passes per layer, up to that layer: on
   * average one pass through the whole network.
   */
  correctionImages(scheme: QuantScheme): number {
    const { correction, images } = calibrationOf(scheme);
    const base = this.base(scheme);
    if (correction === 'batchNorm') return reestimationImages(base, this.dataset, images);
    return correction === 'none' ? 0 : layersOf(base).length * Math.min(images, this.dataset.train.length);
  }
}

/** The promise cached under `key`, or a new one; a failed one is forgotten. */
function remember<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  if (kept.size > MOST) kept.delete(kept.keys().next().value as string);
  return made;
}
