// One network whose layers can be run at any of several widths, trained for all of them together: shared kernels,
// learned steps and scales per width, batch norms shared or one bank per width. A pass selects a width for each layer,
// or mixes them; a step adds up the gradients of several passes. `extract` gives the plain network of one policy.
// References: LIMPQ, arXiv 2203.08368 (banks, several passes per step); EdMIPS, arXiv 2004.05795 (mixtures of weights).
import * as tf from '@tensorflow/tfjs-core';
import { learnedInputName, learnedKernelName, learnedNames } from '../graph/learned';
import { type BatchNormNode, type LayerNode, layersOf, type Network, parameterName } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, isRounded } from '../graph/policy';
import { QuantSpecError } from '../quant/quantizer';
import type { ActivationRounding } from '../rounding/activationRounding';
import type { Rounding } from '../rounding/rounding';
import { disposeRounding, roundTensor, type TensorRounding, tensorRounding } from './activations';
import { adamLogarithm } from './adam';
import { bankOf, batchNormOwners } from './banks';
import { candidateIndex, learnedStarts, widthsOf } from './candidates';
import { distillationLoss } from './distillation';
import { extracted } from './extracted';
import { type Kernels, type Lookup, sharedKernels } from './kernelSource';
import { clampLearned } from './learned';
import { branchShares, withoutChosen } from './leftOut';
import { mix, mixPairs, type WidthChoice } from './mix';
import { roundLearned } from './quantizers/learnedInput';
import { checkTrainable, quantizeWeights } from './quantizers/quantizeWeights';
import { decays, sgdUpdate } from './sgd';
import {
  backward,
  entriesOf,
  gradientKey,
  type Loss,
  lossKey,
  runningKey,
  type Sharded,
  type ShardResult,
  type StepSums,
  wholeStep,
} from './stepSums';
import type { Choose, StepOptions, SupernetOptions } from './supernetOptions';
import { type BatchStatistics, follow, increments, normalizeBatch, trainingPass } from './trainingPass';
import { VariableStore } from './variableStore';

/**
 * Statistics that batch norms use: the batch's, which update the running ones or are observed instead, with the names of
 * the running ones; or the running ones unchanged.
 */
type Statistics = 'batch' | 'running' | ((statistics: BatchStatistics, names: RunningNames) => void);

interface RunningNames {
  readonly mean: string;
  readonly variance: string;
}

/** Everything that training changes, by name: what `restore` needs to continue as if nothing had happened. */
export type SupernetState = ReadonlyMap<string, Float32Array>;

/** Dispose it when done. */
export class Supernet implements Sharded<StepOptions, readonly Choose[]> {
  private readonly store = new VariableStore();
  private readonly kernels: Kernels;
  private readonly owners: ReadonlyMap<string, string>;
  /** How each layer rounds its input, by layer and width. */
  private readonly roundings: ReadonlyMap<string, ActivationRounding>;
  /** Those of `roundings` without learned parameters, on the device. */
  private readonly fixed = new Map<string, TensorRounding>();
  /** Names of steps, scales and clips. */
  private readonly learned = new Set<string>();
  /** Names of Adam's second moments, by the learned values that move by their logarithm. */
  private readonly moments = new Map<string, string>();

  /**
   * Learned values start from those that `network` stores for their width, or else as published.
   * @throws PolicyError for a layer without candidates, QuantSpecError for what cannot be trained, CalibrationError for
   * activations without a range; in each case before a tensor is made.
   */
  constructor(
    readonly network: Network,
    readonly options: SupernetOptions,
  ) {
    const { candidates, scheme, ranges, switchable, kernels = sharedKernels } = options;
    const widths = widthsOf(network, candidates);
    for (const bits of new Set([...widths.values()].flat())) if (isRounded(bits)) checkTrainable(scheme, bits);
    const { roundings, starts } = learnedStarts(network, candidates, scheme, ranges);
    this.roundings = roundings;
    for (const name of starts.keys()) this.learned.add(name);
    this.owners = switchable ? batchNormOwners(network) : new Map();
    this.kernels = kernels(network, widths);
    if (this.kernels.gain !== undefined && scheme.quantizer === 'dorefa')
      throw new QuantSpecError(
        'Gains need a quantizer that scales with its weights, which DoReFa does not; choose affine.',
      );
    const kept = learnedNames(network, network.parameters.keys());
    for (const [name, parameter] of network.parameters) {
      const dot = name.lastIndexOf('.');
      if (kept.has(name) || name.slice(dot) === '.kernel') continue;
      const owner = this.owners.get(name.slice(0, dot));
      const banks = owner === undefined ? [''] : new Set(candidates[owner].map(bankOf));
      for (const bank of banks) this.store.add(`${name}${bank}`, parameter, !/\.(mean|variance)$/.test(name));
    }
    for (const [name, parameter] of [...this.kernels.start, ...starts]) this.store.add(name, parameter, true);
    if (options.byLogarithm)
      for (const [name, { shape, values }] of starts) {
        if (values.some((value) => value <= 0))
          throw new QuantSpecError(`${scheme.quantizer} learns numbers below 0, which have no logarithm; choose lsq.`);
        this.moments.set(name, `${name}~second`);
        this.store.add(`${name}~second`, { shape, values: new Float32Array(values.length) }, false);
      }
    for (const [key, rounding] of this.roundings)
      if (!('learned' in rounding)) this.fixed.set(key, tensorRounding(rounding));
  }

  /** The pass of a policy. @throws PolicyError if a layer's bits are not a candidate. */
  choose(policy: BitPolicy): Choose {
    const indices = new Map(
      layersOf(this.network).map(({ id }) => [id, candidateIndex(this.options.candidates, id, policy[id])]),
    );
    return (layer) => indices.get(layer) as number;
  }

  /**
   * Logits [n, classes] of a batch [n, h, w, c] in one pass; with 'batch', the running statistics are updated. Call
   * inside `tf.tidy`. Differentiable in the variables and in the shares of mixtures. Mixtures need shared batch norms.
   */
  forward(images: tf.Tensor4D, choose: Choose, statistics: Statistics = 'batch', share = 1): tf.Tensor2D {
    const choices = new Map(layersOf(this.network).map(({ id }) => [id, choose(id)]));
    const { candidates } = this.options;
    const shares = branchShares(this.network, candidates, choices);
    return trainingPass(withoutChosen(this.network, candidates, choices), images, {
      products: (layer, x) => {
        const input = (bits: BitWidth) => this.rounded(layer.id, x, bits, share);
        const kernel = (bits: BitWidth) => this.kernel(layer, bits);
        return mixPairs(candidates[layer.id], choices.get(layer.id) as WidthChoice, input, kernel);
      },
      parameter: ({ id }, part) => this.variable(parameterName(id, part)),
      normalize: (node, x) => this.normalize(node, x, choices, statistics),
      summand: (input, x) => (shares.has(input) ? mix([x], shares.get(input) as tf.Tensor1D) : x),
    });
  }

  /**
   * One step on a batch [n, h, w, c], with the gradients of all passes added up. Variables that no pass reached are
   * unchanged, including velocity and decay. Returns loss and logits of each pass; the caller owns arguments and
   * results.
   */
  step(
    images: tf.Tensor4D,
    loss: Loss,
    passes: readonly Choose[],
    options: StepOptions,
  ): { readonly loss: tf.Scalar; readonly logits: tf.Tensor2D }[] {
    return wholeStep(this, images, loss, passes, options);
  }

  shard(images: tf.Tensor4D, loss: Loss, share: number, passes: readonly Choose[]): ShardResult {
    const found = new Map<string, tf.Tensor>();
    const others: StepSums = new Map();
    const { taughtAt } = this.options;
    let teacher: tf.Tensor2D | undefined;
    const logits = passes.map((choose, pass) => {
      const taught = teacher;
      const own: Loss =
        taughtAt === undefined || taught === undefined
          ? loss
          : (student) => distillationLoss(taught, student, taughtAt);
      const observe: Statistics = (statistics, names) => {
        const { mean, variance } = increments(statistics, share);
        others.set(runningKey(pass, names.mean), tf.keep(mean));
        others.set(runningKey(pass, names.variance), tf.keep(variance));
      };
      const result = backward(() => this.forward(images, choose, observe, share), own, share, this.store.trainable());
      teacher ??= result.logits;
      others.set(lossKey(pass), result.loss);
      for (const [name, variable] of this.store.entries()) {
        const gradient = result.grads[variable.name];
        if (gradient === undefined || gradient === null) continue;
        const before = found.get(name);
        found.set(name, before === undefined ? gradient : tf.add(before, gradient));
        if (before !== undefined) tf.dispose([before, gradient]);
      }
      return result.logits;
    });
    const gradients = [...found].map(([name, gradient]) => [gradientKey(name), gradient] as const);
    return { sums: new Map([...gradients, ...others]), logits };
  }

  apply(sums: StepSums, options: StepOptions): void {
    for (const [key, increment] of entriesOf(sums, 'running:'))
      follow(this.store.get(key.slice(key.indexOf(':') + 1)), increment);
    for (const [name, sum] of entriesOf(sums, gradientKey(''))) {
      const { clip } = options;
      const gradient = clip === undefined ? sum : tf.clipByValue(sum, -clip, clip);
      const variable = this.store.get(name);
      const moments = this.moments.get(name);
      if (moments !== undefined) {
        const { logRate = 0, step = 1 } = options;
        const both = { first: this.store.velocity(name), second: this.store.get(moments) };
        adamLogarithm(variable, both, gradient, logRate, step);
      } else
        sgdUpdate(variable, this.store.velocity(name), gradient, options, this.kernels.decays(name) || decays(name));
      if (this.learned.has(name)) clampLearned(name, variable);
      if (gradient !== sum) gradient.dispose();
    }
  }

  /** Current values of a variable, e.g. a learned step by the names of graph/learned.ts; undefined if there is none. */
  async read(name: string): Promise<Float32Array | undefined> {
    return this.store.has(name) ? Float32Array.from(await this.store.get(name).data()) : undefined;
  }

  /** Step of the levels of a layer's input at a width, learned or calibrated; undefined if it has none. */
  async inputStep(layer: string, bits: BitWidth): Promise<number | undefined> {
    const rounding = this.roundings.get(`${layer}/${bits}`);
    if (rounding === undefined || !('grid' in rounding)) return undefined;
    if (!('learned' in rounding)) return rounding.grid.scale;
    const [value] = (await this.read(learnedInputName(layer, rounding.quantizer, bits))) as Float32Array;
    return rounding.quantizer === 'pact' ? value / rounding.grid.maxCode : value;
  }

  /**
   * The plain network of a policy: its kernels, its bank of batch norms, and the learned parameters of its widths, for
   * Inference and `train()`. Its rounding is `quantAware(policy)`.
   * @throws PolicyError if a layer's bits are not a candidate.
   */
  async extract(policy: BitPolicy): Promise<Network> {
    this.choose(policy); // throws if not
    const { network, options, owners, kernels, roundings, store, lookup } = this;
    return extracted({ network, options, owners, kernels, roundings, store, lookup }, policy);
  }

  /** The rounding under which the network of a policy runs and trains. */
  quantAware(policy: BitPolicy): Rounding {
    return { policy, scheme: this.options.scheme, ranges: this.options.ranges };
  }

  /** Everything that training changes, at this moment. */
  state(): Promise<SupernetState> {
    return this.store.state();
  }

  /** Restores a state. @throws Error if it belongs to another network or other candidates. */
  restore(state: SupernetState): void {
    this.store.restore(state);
  }

  dispose(): void {
    this.store.dispose();
    for (const rounding of this.fixed.values()) disposeRounding(rounding);
  }

  private variable(name: string): tf.Tensor {
    return this.store.get(name) as tf.Tensor;
  }

  private readonly lookup: Lookup = (name) => this.variable(name);

  private kernel(layer: LayerNode, bits: BitWidth): tf.Tensor {
    const { scheme } = this.options;
    const kernel = this.kernels.kernel(layer, bits, this.lookup);
    const name = learnedKernelName(layer.id, scheme, bits);
    const learned = this.store.has(name) ? this.variable(name) : undefined;
    const rounded = bits === FLOAT ? kernel : quantizeWeights(kernel, layer.op, scheme, bits, learned);
    const gain = this.kernels.gain?.(layer, bits, this.lookup);
    return gain === undefined ? rounded : tf.mul(rounded, gain);
  }

  private rounded(layer: string, x: tf.Tensor, bits: BitWidth, share: number): tf.Tensor {
    const key = `${layer}/${bits}`;
    const rounding = this.roundings.get(key);
    if (rounding === undefined) return x;
    if (!('learned' in rounding)) return roundTensor(x, this.fixed.get(key) as TensorRounding);
    const learned = this.variable(learnedInputName(layer, rounding.quantizer, bits));
    return roundLearned(rounding.quantizer, x, learned, bits, share);
  }

  private normalize(
    { id, epsilon }: BatchNormNode,
    x: tf.Tensor,
    choices: ReadonlyMap<string, WidthChoice>,
    statistics: Statistics,
  ): tf.Tensor {
    const owner = this.owners.get(id);
    const choice = owner === undefined ? undefined : choices.get(owner);
    if (owner !== undefined && typeof choice !== 'number')
      throw new Error(`A mixture of widths has no bank for the batch norm "${id}"; mixtures need shared batch norms.`);
    const bank = owner === undefined ? '' : bankOf(this.options.candidates[owner][choice as number]);
    const nameOf = (part: string) => `${parameterName(id, part)}${bank}`;
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((part) =>
      this.store.get(nameOf(part)),
    );
    if (statistics !== 'running')
      return normalizeBatch(x, { gamma, beta }, epsilon, (found) => {
        if (statistics !== 'batch') return statistics(found, { mean: nameOf('mean'), variance: nameOf('variance') });
        const more = increments(found);
        follow(mean, more.mean);
        follow(variance, more.variance);
      });
    const [m, v, b, g] = [mean, variance, beta, gamma] as unknown as tf.Tensor1D[];
    return tf.batchNorm(x, m, v, b, g, epsilon);
  }
}
