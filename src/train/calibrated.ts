// One network under the calibrations that schemes ask for: batch norms folded, activation ranges, corrections. Results
// are cached until the network is disposed.

import type { Dataset } from '../data/dataset';
import { imagesAtOnce } from '../graph/batch';
import { equalize as equalizeLayers } from '../graph/equalize';
import { foldBatchNorms } from '../graph/folding';
import { layersOf, type Network } from '../graph/network';
import { type BitPolicy, type BitWidth, isRounded, policyKey, roundsNothing } from '../graph/policy';
import { segmentsOf } from '../graph/segments';
import { calibrationName } from '../quant/calibration';
import { activationsOf, calibrationOf, choosesCodes, type QuantScheme, schemeName } from '../quant/registry';
import type { ActivationRanges, Rounding } from '../rounding/rounding';
import { reestimateBatchNorm, reestimationImages } from './batchNorm';
import { correctBiases } from './biasCorrection';
import { calibrateAs, rangesFor, trainingImages } from './calibrate';
import { chooseCodes, normalizedLayers } from './chooseCodes';
import { FloatMoments } from './floatMoments';
import { KeptCodes } from './keptCodes';
import { learnRounding } from './learnRounding';
import { SharedResults, type Turn } from './sharedWork';
import { hasOwnRounding, startFromCodes } from './startFromCodes';
import { synthesizeImages } from './synthesize';
import { type TensorRange, tensorRanges } from './tensorRanges';

/** Steps of learned rounding. */
const LEARNING_STEPS = 200;
/** Steps of descent for each batch of synthesized images. */
const SYNTHESIS_STEPS = 100;
/** Corrected networks and ranges to cache; the oldest is dropped first. */
const MOST = 8;

const everywhere = (policy: BitPolicy, activations: BitWidth): BitPolicy =>
  Object.fromEntries(Object.entries(policy).map(([id, { weights }]) => [id, { weights, activations }]));

/** How far the choice of codes is: layers chosen, then steps of learning at most. */
export interface RoundingProgress {
  readonly of: 'layers' | 'steps';
  readonly done: number;
  readonly total: number;
}

const alone: Turn = async () => {};

/** Caches the calibrations of a network. Plain numbers; no tensors are held. */
export class Calibrated {
  private readonly bases = new Map<string, Network>();
  private readonly synthesized = new SharedResults<Dataset>(MOST);
  private readonly ranges = new SharedResults<ActivationRanges>(MOST);
  private readonly mixed = new SharedResults<ActivationRanges>(MOST);
  private readonly corrected = new SharedResults<Network>(MOST);
  private readonly moments = new Map<string, FloatMoments>();
  private readonly kept = new Map<string, KeptCodes>();

  constructor(
    readonly network: Network,
    private readonly dataset: Dataset,
    readonly known?: Rounding,
  ) {}

  /** The network whose weights a scheme rounds: unchanged, or with its batch norms folded, or its layers equalized. */
  base(scheme: QuantScheme): Network {
    const { batchNorm, equalize = false } = calibrationOf(scheme);
    const key = `${batchNorm}/${equalize}`;
    const folded = () => (batchNorm === 'keep' ? this.network : foldBatchNorms(this.network));
    const made = this.bases.get(key) ?? (equalize ? equalizeLayers(folded()) : folded());
    this.bases.set(key, made);
    return made;
  }

  /** The data set whose training images a scheme looks at: its own, or images synthesized for the network. */
  private looksAt(scheme: QuantScheme, turn: Turn): Promise<Dataset> {
    const { synthesize, images } = calibrationOf(scheme);
    if (synthesize !== true) return Promise.resolve(this.dataset);
    return this.synthesized.of(String(images), turn, async (shared) => {
      const options = { images, steps: SYNTHESIS_STEPS, seed: 1, turn: shared };
      return { ...this.dataset, train: await synthesizeImages(this.network, this.dataset, options) };
    });
  }

  /**
   * Ranges of activations under a policy; nothing is measured for float ones, or those that need no range. If the
   * network came with a range for a layer at this width and kind of range, that one is used. `turn` is awaited between
   * pieces of work and ends it by throwing.
   */
  rangesFor(policy: BitPolicy, scheme: QuantScheme, turn: Turn = alone): Promise<ActivationRanges> {
    const calibration = calibrationOf(scheme);
    const { range, images } = calibration;
    // Only the range of least error depends on the widths.
    const asked = range === 'mse' ? policy : everywhere(policy, 8);
    const seen = calibrationName({ ...calibration, rounding: 'nearest', correction: 'none' });
    const key = [seen, policyKey(asked, 'activations')].join('/');
    return rangesFor(policy, scheme, () => {
      const measured = this.ranges.of(key, turn, async (shared) =>
        calibrateAs(range, this.base(scheme), await this.looksAt(scheme, shared), images, asked),
      );
      const known = this.knownFor(policy, scheme);
      if (known.length === 0) return measured;
      const ids = known.map(([id]) => id).join();
      return this.mixed.of(`${key}/${ids}`, turn, async () => new Map([...(await measured), ...known]));
    });
  }

  /** Ranges of every tensor under a policy, with its rounded weights, on the images that the scheme looks at. */
  async tensorRangesFor(policy: BitPolicy, scheme: QuantScheme, turn: Turn = alone): Promise<Map<string, TensorRange>> {
    const network = await this.networkFor(policy, scheme, turn);
    const images = trainingImages(await this.looksAt(scheme, turn), calibrationOf(scheme).images);
    return tensorRanges(network, images, policy, scheme, turn);
  }

  /** The ranges that came with the network and apply to a policy. */
  private knownFor(policy: BitPolicy, scheme: QuantScheme) {
    if (this.known === undefined) return [];
    const { ranges, policy: own, scheme: theirs } = this.known;
    const kind = (of: QuantScheme) => {
      const { range, images, batchNorm, equalize, synthesize } = calibrationOf(of);
      return [range, images, batchNorm, equalize, synthesize, activationsOf(of)].join();
    };
    if (kind(scheme) !== kind(theirs)) return [];
    return [...ranges].filter(([id]) => own[id] !== undefined && own[id].activations === policy[id]?.activations);
  }

  private chooses(policy: BitPolicy, scheme: QuantScheme): boolean {
    const base = this.base(scheme);
    const own = { policy, scheme, ranges: new Map() };
    return (
      choosesCodes(scheme) &&
      layersOf(base).some(({ id }) => isRounded(policy[id].weights) && !hasOwnRounding(base, id, own))
    );
  }

  /** Whether `networkFor` gives another network than the base. */
  changes(policy: BitPolicy, scheme: QuantScheme): boolean {
    const corrects = calibrationOf(scheme).correction !== 'none' && !roundsNothing(policy);
    return corrects || this.chooses(policy, scheme);
  }

  /**
   * The network for a policy: its base, with codes chosen for the rounded kernels if the scheme asks for it, then corrected
   * for the shift caused by rounding. `turn` is awaited between pieces of work and ends it by throwing. `report` hears of
   * each layer and block chosen, if this call begins the work.
   */
  async networkFor(
    policy: BitPolicy,
    scheme: QuantScheme,
    turn: Turn = alone,
    report: (progress: RoundingProgress) => void = () => {},
  ): Promise<Network> {
    const base = this.base(scheme);
    if (!this.changes(policy, scheme)) return base;
    const chooses = this.chooses(policy, scheme);
    const ranges = await this.rangesFor(policy, scheme, turn);
    const key = `${schemeName(scheme)}/${policyKey(policy)}`;
    return this.corrected.of(key, turn, async (shared) => {
      const rounding = { policy, scheme, ranges };
      return this.correct(chooses ? await this.choose(base, rounding, shared, report) : base, rounding, shared);
    });
  }

  /**
   * The network from which training under a policy starts: the base, with its weights moved near the codes if the scheme chooses
   * codes. `turn` as in `networkFor`.
   */
  async startFor(policy: BitPolicy, scheme: QuantScheme, turn: Turn = alone): Promise<Network> {
    if (!choosesCodes(scheme)) return this.base(scheme);
    const network = await this.networkFor(policy, scheme, turn);
    return startFromCodes(network, { policy, scheme, ranges: await this.rangesFor(policy, scheme, turn) });
  }

  /** The codes of single layers under a scheme: they serve every policy, also where the scheme rounds layers in order. */
  keptCodes(scheme: QuantScheme): KeptCodes {
    const { batchNorm, equalize, images, synthesize, rounding, correction } = calibrationOf(scheme);
    const reestimated = correction === 'batchNorm';
    const seen = [batchNorm, equalize, images, synthesize, reestimated].join('/');
    const base = this.base(scheme);
    const source = async (turn: Turn) => trainingImages(await this.looksAt(scheme, turn), images);
    const moments =
      this.moments.get(seen) ?? new FloatMoments(base, source, reestimated ? normalizedLayers(base) : undefined);
    this.moments.set(seen, moments);
    const feedback = rounding === 'gptq' || rounding === 'adaround';
    const { quantizer, granularity, range, scaleBits } = scheme;
    const key = [seen, quantizer, granularity, range, scaleBits, feedback].join('/');
    const kept = this.kept.get(key) ?? new KeptCodes(base, scheme, feedback, moments);
    this.kept.set(key, kept);
    return kept;
  }

  private async choose(
    base: Network,
    rounding: Rounding,
    turn: Turn,
    report: (progress: RoundingProgress) => void,
  ): Promise<Network> {
    const { images, correction, rounding: how, independent = false } = calibrationOf(rounding.scheme);
    const seen = trainingImages(await this.looksAt(rounding.scheme, turn), images);
    const batchNorms = correction === 'batchNorm';
    const feedback = how === 'gptq' || how === 'adaround';
    const layers = layersOf(base).filter(
      ({ id }) => isRounded(rounding.policy[id].weights) && !hasOwnRounding(base, id, rounding),
    ).length;
    let done = 0;
    const chosen = independent
      ? await this.keptCodes(rounding.scheme).under(rounding.policy, turn, (done, total) =>
          report({ of: 'layers', done, total }),
        )
      : await chooseCodes(base, seen, rounding, {
          ...{ feedback, batchNorms, turn },
          report: () => report({ of: 'layers', done: ++done, total: layers }),
        });
    if (how !== 'adaround') return chosen;
    let steps = 0;
    return learnRounding(chosen, seen, rounding, {
      ...{ steps: LEARNING_STEPS, seed: 1, batchNorms },
      fixed: (layer) => hasOwnRounding(base, layer, rounding),
      turn: () => {
        report({ of: 'steps', done: ++steps, total: LEARNING_STEPS * segmentsOf(base).length });
        return turn();
      },
    });
  }

  private async correct(network: Network, rounding: Rounding, turn: Turn): Promise<Network> {
    const { images, correction } = calibrationOf(rounding.scheme);
    if (correction === 'none') return network;
    const dataset = await this.looksAt(rounding.scheme, turn);
    return correction === 'bias'
      ? correctBiases(network, dataset, { images, batchSize: imagesAtOnce(network) }, rounding)
      : reestimateBatchNorm(network, dataset, rounding, images);
  }

  /**
   * Training images that `networkFor` uses for each policy: to choose codes, in one pass unless they serve every policy, and
   * for a correction. Biases take two passes per layer, up to that layer: on average one pass through the whole network.
   */
  correctionImages(scheme: QuantScheme): number {
    const { correction, images, independent = false } = calibrationOf(scheme);
    const base = this.base(scheme);
    const seen = Math.min(images, this.dataset.train.length);
    const chosen = choosesCodes(scheme) && !independent ? seen : 0;
    if (correction === 'batchNorm') return chosen + reestimationImages(base, this.dataset, images);
    return chosen + (correction === 'none' ? 0 : layersOf(base).length * seen);
  }
}
