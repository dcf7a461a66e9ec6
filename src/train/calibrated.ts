// One network under the calibrations that schemes ask for: batch norms folded, activation ranges, corrections. Results
// are cached until the network is disposed.
import type { Dataset } from '../data/dataset';
import { foldBatchNorms } from '../graph/folding';
import { layersOf, type Network } from '../graph/network';
import { type BitPolicy, type BitWidth, isRounded, policyKey, roundsNothing } from '../graph/policy';
import { activationsOf, calibrationOf, choosesCodes, type QuantScheme, schemeName } from '../quant/registry';
import type { ActivationRanges, Rounding } from '../rounding/rounding';
import { reestimateBatchNorm, reestimationImages } from './batchNorm';
import { correctBiases } from './biasCorrection';
import { calibrateAs, rangesFor, trainingImages } from './calibrate';
import { chooseCodes } from './chooseCodes';

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

  /**
   * The network for a policy: its base, with codes chosen for the rounded kernels if the scheme asks for it, then corrected
   * for the shift caused by rounding.
   */
  async networkFor(policy: BitPolicy, scheme: QuantScheme): Promise<Network> {
    const { correction } = calibrationOf(scheme);
    const base = this.base(scheme);
    const chooses = choosesCodes(scheme) && Object.values(policy).some(({ weights }) => isRounded(weights));
    if (!chooses && (correction === 'none' || roundsNothing(policy))) return base;
    const ranges = await this.rangesFor(policy, scheme);
    const key = `${schemeName(scheme)}/${policyKey(policy)}`;
    return remember(this.corrected, key, async () => {
      const rounding = { policy, scheme, ranges };
      return this.correct(chooses ? await this.choose(base, rounding) : base, rounding);
    });
  }

  private choose(base: Network, rounding: Rounding): Promise<Network> {
    const { images, correction, rounding: how } = calibrationOf(rounding.scheme);
    return chooseCodes(base, trainingImages(this.dataset, images), rounding, {
      feedback: how === 'gptq',
      batchNorms: correction === 'batchNorm',
    });
  }

  private async correct(network: Network, rounding: Rounding): Promise<Network> {
    const { images, correction } = calibrationOf(rounding.scheme);
    if (correction === 'none') return network;
    return correction === 'bias'
      ? correctBiases(network, this.dataset, { images, batchSize: CORRECTION_BATCH }, rounding)
      : reestimateBatchNorm(network, this.dataset, rounding, images);
  }

  /**
   * Training images that `networkFor` uses to choose codes, in one pass, and for a correction. Biases take two passes per
   * layer, up to that layer: on average one pass through the whole network.
   */
  correctionImages(scheme: QuantScheme): number {
    const { correction, images } = calibrationOf(scheme);
    const base = this.base(scheme);
    const seen = Math.min(images, this.dataset.train.length);
    const chosen = choosesCodes(scheme) ? seen : 0;
    if (correction === 'batchNorm') return chosen + reestimationImages(base, this.dataset, images);
    return chosen + (correction === 'none' ? 0 : layersOf(base).length * seen);
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
