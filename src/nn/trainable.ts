// A network whose weights are variables: forward pass with gradients, batch statistics, fake quantization in the loop,
// and the step of stochastic gradient descent. No data and no schedule: those are in train/.
import * as tf from '@tensorflow/tfjs-core';
import { learnedInputName, learnedKernelName, learnedNames } from '../graph/learned';
import { type LayerNode, layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { FLOAT, isRounded } from '../graph/policy';
import { withoutSkipped } from '../graph/skips';
import type { ActivationRounding } from '../rounding/activationRounding';
import { inputRoundings } from '../rounding/layers';
import type { Rounding } from '../rounding/rounding';
import { disposeRounding, roundTensor, type TensorRounding, tensorRounding } from './activations';
import { clampLearned, learnedInputs, learnedKernels } from './learned';
import { Oscillations } from './oscillation';
import { codesOf, gridPosition } from './quantizers/gridPosition';
import { roundLearned } from './quantizers/learnedInput';
import { checkTrainable, quantizeWeights } from './quantizers/quantizeWeights';
import { decays, type SgdOptions, sgdUpdate } from './sgd';
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
import {
  type BatchNormVariables,
  type BatchStatistics,
  follow,
  increments,
  normalizeBatch,
  poolStatistics,
  trainingPass,
} from './trainingPass';
import { VariableStore } from './variableStore';

/** Settings of a step. */
export interface StepOptions extends SgdOptions {
  /**
   * Weight of the damping `sum (w - rounded w)^2` over the weights between evenly spaced levels. If given, also as 0, the
   * oscillations of weights are counted.
   */
  readonly damping?: number;
}

/**
 * Weights as variables, and the learned quantizer parameters at the policy's widths: steps, scales, clips. Dispose it
 * when done. Learned values of other widths and quantizers belong to the old weights: they are kept while only running
 * statistics change, and the first step drops them. Skipped branches are neither run nor changed.
 */
export class Trainable implements Sharded<StepOptions, undefined> {
  /** Weights and learned parameters with their velocities; running means and variances, outside of the gradient. */
  private readonly store = new VariableStore();
  private readonly roundings: ReadonlyMap<string, ActivationRounding>;
  /** Those of `roundings` without learned parameters, on the device. */
  private readonly fixed = new Map<string, TensorRounding>();
  /** Names in `store` that are learned parameters. */
  private readonly learned: ReadonlySet<string>;
  /** Layers whose kernels are rounded to evenly spaced levels, by the kernel's name. */
  private readonly onGrid = new Map<string, LayerNode>();
  private readonly oscillations = new Oscillations();
  private stepped = false;
  /** Without the branches that the policy skips. */
  private readonly network: Network;
  private readonly quantAware: Rounding | undefined;

  constructor(
    private readonly whole: Network,
    asked?: Rounding,
  ) {
    const { network, policy } = withoutSkipped(whole, asked?.policy ?? {});
    const quantAware = asked && { ...asked, policy };
    this.network = network;
    this.quantAware = quantAware;
    // Checked before the first tensor is made, so that a rejection leaks none.
    this.roundings = quantAware ? inputRoundings(network, quantAware) : new Map();
    for (const { weights } of Object.values(quantAware?.policy ?? {}))
      if (quantAware !== undefined && isRounded(weights)) checkTrainable(quantAware.scheme, weights);
    const learned = new Map<string, Parameter>(
      quantAware && [
        ...learnedKernels(network, quantAware.policy, quantAware.scheme),
        ...learnedInputs(this.roundings, quantAware.policy),
      ],
    );
    this.learned = new Set(learned.keys());
    const kept = learnedNames(network, network.parameters.keys());
    for (const [name, parameter] of network.parameters) if (!kept.has(name)) this.add(name, parameter);
    for (const [name, parameter] of learned) this.add(name, parameter);
    for (const layer of layersOf(network)) {
      const bits = policy[layer.id]?.weights ?? FLOAT;
      if (quantAware && isRounded(bits) && codesOf(quantAware.scheme, bits))
        this.onGrid.set(parameterName(layer.id, 'kernel'), layer);
    }
    for (const [id, rounding] of this.roundings)
      if (!('learned' in rounding)) this.fixed.set(id, tensorRounding(rounding));
  }

  /**
   * One step on a batch [n, h, w, c]: forward with batch statistics, backward, update. Returns loss and logits; the
   * caller owns arguments and results.
   */
  step(images: tf.Tensor4D, loss: Loss, options: StepOptions): { loss: tf.Scalar; logits: tf.Tensor2D } {
    return wholeStep(this, images, loss, undefined, options)[0];
  }

  shard(images: tf.Tensor4D, loss: Loss, share = 1): ShardResult {
    const running: StepSums = new Map();
    const observe = (id: string, statistics: BatchStatistics) => {
      for (const [part, value] of Object.entries(increments(statistics, share)))
        running.set(runningKey(0, parameterName(id, part)), tf.keep(value));
    };
    const found = backward(() => this.forward(images, observe, share), loss, share, this.store.trainable());
    const gradients = [...this.store.moving()].map(
      (name) => [gradientKey(name), found.grads[this.store.get(name).name]] as const,
    );
    return { sums: new Map([...gradients, ...running, [lossKey(0), found.loss]]), logits: [found.logits] };
  }

  apply(sums: StepSums, options: StepOptions): void {
    this.stepped = true;
    for (const [name, increment] of entriesOf(sums, runningKey(0, ''))) follow(this.store.get(name), increment);
    for (const [name, sum] of entriesOf(sums, gradientKey(''))) {
      const weights = this.store.get(name);
      const gradient = this.damped(name, sum, options);
      sgdUpdate(weights, this.store.velocity(name), gradient, options, decays(name));
      if (gradient !== sum) gradient.dispose();
      if (this.learned.has(name)) clampLearned(name, weights);
    }
  }

  /** Share of the rounded weights that oscillate, since steps are damped; 0 before. */
  oscillating(): Promise<number> {
    return this.oscillations.share();
  }

  /** The gradient of a variable with its damping, `2 damping (w - rounded w)`. */
  private damped(name: string, gradient: tf.Tensor, { damping }: StepOptions): tf.Tensor {
    const layer = damping === undefined ? undefined : this.onGrid.get(name);
    if (layer === undefined || damping === undefined || this.quantAware === undefined) return gradient;
    const { scheme, policy } = this.quantAware;
    const bits = policy[layer.id].weights;
    return tf.tidy(() => {
      const { codes, distance } = gridPosition(this.store.get(name), layer.op, scheme, bits, this.learnedFor(layer.id));
      this.oscillations.observe(name, codes);
      return tf.add(gradient, tf.mul(distance, 2 * damping));
    });
  }

  /**
   * A forward pass with batch statistics, after which the running statistics are those of these images [n, h, w, c]
   * pooled with the `seen` images of earlier calls: for re-estimating batch norms without training. The first call
   * passes 0.
   */
  poolRunning(images: tf.Tensor4D, seen: number): void {
    tf.tidy(() => {
      this.forward(images, (id, statistics) => poolStatistics(this.batchNorm(id), statistics, images.shape[0], seen));
    });
  }

  /** The current weights. */
  async read(): Promise<Network> {
    const kept = learnedNames(this.whole, this.whole.parameters.keys());
    const parameters = new Map([...this.whole.parameters].filter(([name]) => !this.stepped || !kept.has(name)));
    for (const [name, variable] of this.store.entries())
      if (this.stepped || !this.learned.has(name))
        parameters.set(name, { shape: variable.shape, values: Float32Array.from(await variable.data()) });
    return { ...this.whole, parameters };
  }

  /** Everything that steps have changed: weights, learned parameters, running statistics, velocities. */
  state(): Promise<Map<string, Float32Array>> {
    return this.store.state();
  }

  /**
   * Continues from a state of the same network and rounding, after a step. @throws Error, with nothing changed, for
   * another.
   */
  restore(state: ReadonlyMap<string, Float32Array>): void {
    this.store.restore(state);
    this.stepped = true;
  }

  dispose(): void {
    this.store.dispose();
    this.oscillations.dispose();
    for (const rounding of this.fixed.values()) disposeRounding(rounding);
  }

  private add(name: string, parameter: Parameter): void {
    this.store.add(name, parameter, !(name.endsWith('.mean') || name.endsWith('.variance')));
  }

  private variable(node: string, part: string): tf.Variable {
    return this.store.get(parameterName(node, part));
  }

  private forward(
    images: tf.Tensor4D,
    observe: (batchNorm: string, statistics: BatchStatistics) => void,
    share = 1,
  ): tf.Tensor2D {
    return trainingPass(this.network, images, {
      input: ({ id }, x) => this.roundedInput(id, x, share),
      kernel: (node) => this.quantizedKernel(node),
      parameter: ({ id }, part) => this.variable(id, part),
      normalize: ({ id, epsilon }, x) => normalizeBatch(x, this.batchNorm(id), epsilon, (found) => observe(id, found)),
    });
  }

  private roundedInput(layer: string, x: tf.Tensor, share: number): tf.Tensor {
    const rounding = this.roundings.get(layer);
    if (rounding === undefined || this.quantAware === undefined) return x;
    if (!('learned' in rounding)) return roundTensor(x, this.fixed.get(layer) as TensorRounding);
    const bits = this.quantAware.policy[layer].activations;
    const learned = this.store.get(learnedInputName(layer, rounding.quantizer, bits));
    return roundLearned(rounding.quantizer, x, learned as tf.Tensor, bits, share);
  }

  private quantizedKernel(node: LayerNode): tf.Tensor {
    const kernel = this.variable(node.id, 'kernel');
    const bits = this.quantAware?.policy[node.id].weights ?? FLOAT;
    if (bits === FLOAT || this.quantAware === undefined) return kernel;
    const { scheme } = this.quantAware;
    return quantizeWeights(kernel as tf.Tensor, node.op, scheme, bits, this.learnedFor(node.id));
  }

  /** The learned parameters of a layer's kernel. */
  private learnedFor(layer: string): tf.Tensor | undefined {
    const { scheme, policy } = this.quantAware as Rounding;
    const name = learnedKernelName(layer, scheme, policy[layer].weights);
    return this.store.has(name) ? this.store.get(name) : undefined;
  }

  private batchNorm(id: string): BatchNormVariables {
    const part = (name: string) => this.variable(id, name);
    return { gamma: part('gamma'), beta: part('beta'), mean: part('mean'), variance: part('variance') };
  }
}
