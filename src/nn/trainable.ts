// A network whose weights are variables: forward pass with gradients, batch statistics, fake quantization in the loop,
// and the step of stochastic gradient descent. No data, no schedule: train/ has those.
import * as tf from '@tensorflow/tfjs-core';
import { learnedInputName, learnedKernelName, learnedNames } from '../graph/learned';
import { isLayer, type LayerNode, type Network, type Parameter, parameterName } from '../graph/network';
import { type BitPolicy, FLOAT } from '../graph/policy';
import type { ActivationRounding } from '../quant/activationRounding';
import type { QuantScheme } from '../quant/registry';
import {
  type ActivationRanges,
  disposeRounding,
  roundTensor,
  type TensorRounding,
  tensorRounding,
} from './activations';
import { batchNormTrain } from './batchNorm';
import { sgdStep } from './kernels/sgdHeap';
import { inputRoundings, learnedInputs, learnedKernels, MIN_LEARNED } from './learned';
import { runPlainNode, tfPadding } from './operations';
import { roundLearned } from './quantizers/learnedInput';
import { checkTrainable, quantizeWeights } from './quantizers/quantizeWeights';

/** Share of the old value that a running mean or variance keeps at each step (PyTorch's momentum 0.1). */
const RUNNING_KEEP = 0.9;

/** The rounding that a quantization-aware step trains under. */
export interface QuantAware {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
  readonly ranges: ActivationRanges;
}

export interface SgdOptions {
  readonly learningRate: number;
  readonly momentum: number;
  /** L2 decay of kernels, and of PACT's clips, as its paper has it; biases, batch norms, steps and scales have none. */
  readonly weightDecay: number;
}

/** Loss of a batch from its logits [n, classes]. */
export type Loss = (logits: tf.Tensor2D) => tf.Scalar;

/** PACT (arXiv 1805.06085) decays its clips with the weights' factor, so that what little they clip wins. */
function decays(name: string): boolean {
  return name.endsWith('.kernel') || name.includes('.input@pact/');
}

/**
 * Weights as variables, and what the policy's quantizers learn at the policy's widths: steps, scales, clips. Dispose it when done.
 * Learned values of other widths and quantizers belong to the weights as they were: they stay while only running
 * statistics move, and the first step drops them.
 */
export class Trainable {
  private readonly weights = new Map<string, tf.Variable>();
  private readonly velocities = new Map<string, tf.Variable>();
  /** Running means and variances, on the device and outside of the gradient. */
  private readonly running = new Map<string, tf.Variable>();
  private readonly roundings: ReadonlyMap<string, ActivationRounding>;
  /** Those of `roundings` that nothing is learned of, on the device. */
  private readonly fixed = new Map<string, TensorRounding>();
  /** Names among `weights` that are learned parameters. */
  private readonly learned: ReadonlySet<string>;
  private stepped = false;

  constructor(
    private readonly network: Network,
    private readonly quantAware?: QuantAware,
  ) {
    // Checked before the first tensor is made, so that a refusal leaves none behind.
    this.roundings = quantAware
      ? inputRoundings(network, quantAware.policy, quantAware.scheme, quantAware.ranges)
      : new Map();
    for (const { weights } of Object.values(quantAware?.policy ?? {}))
      if (quantAware !== undefined && weights !== FLOAT) checkTrainable(quantAware.scheme, weights);
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
    for (const [id, rounding] of this.roundings)
      if (!('learned' in rounding)) this.fixed.set(id, tensorRounding(rounding));
  }

  /**
   * One step on a batch [n, h, w, c]: forward with batch statistics, backward, update. Returns loss and logits; the
   * caller owns arguments and results.
   */
  step(images: tf.Tensor4D, loss: Loss, options: SgdOptions): { loss: tf.Scalar; logits: tf.Tensor2D } {
    let logits: tf.Tensor2D | undefined;
    const { value, grads } = tf.variableGrads(() => {
      const output = this.forward(images);
      logits = tf.keep(output.clone());
      return loss(output);
    }, [...this.weights.values()]);
    this.stepped = true;
    for (const [name, weights] of this.weights) {
      const gradient = grads[weights.name];
      this.update(weights, this.velocities.get(name) as tf.Variable, gradient, options, decays(name));
      gradient.dispose();
      if (this.learned.has(name)) tf.tidy(() => weights.assign(tf.maximum(weights, MIN_LEARNED)));
    }
    return { loss: value, logits: logits as tf.Tensor2D };
  }

  /** Logits with batch statistics, which also move the running ones: for re-estimating batch norms without training. */
  updateRunning(images: tf.Tensor4D): void {
    tf.tidy(() => {
      this.forward(images);
    });
  }

  /** The weights as they are now. */
  async read(): Promise<Network> {
    const kept = learnedNames(this.network, this.network.parameters.keys());
    const parameters = new Map([...this.network.parameters].filter(([name]) => !this.stepped || !kept.has(name)));
    for (const [name, variable] of [...this.weights, ...this.running])
      if (this.stepped || !this.learned.has(name))
        parameters.set(name, { shape: variable.shape, values: Float32Array.from(await variable.data()) });
    return { ...this.network, parameters };
  }

  dispose(): void {
    for (const variables of [this.weights, this.velocities, this.running])
      for (const variable of variables.values()) variable.dispose();
    for (const rounding of this.fixed.values()) disposeRounding(rounding);
  }

  private add(name: string, { shape, values }: Parameter): void {
    const isRunning = name.endsWith('.mean') || name.endsWith('.variance');
    const value = tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), !isRunning));
    (isRunning ? this.running : this.weights).set(name, value);
    if (!isRunning)
      this.velocities.set(
        name,
        tf.tidy(() => tf.variable(tf.zeros([...shape]), false)),
      );
  }

  private variable(node: string, part: string): tf.Variable {
    return this.weights.get(parameterName(node, part)) as tf.Variable;
  }

  private forward(images: tf.Tensor4D): tf.Tensor2D {
    const results = new Map<string, tf.Tensor>();
    let last: tf.Tensor = images;
    for (const node of this.network.nodes) {
      const inputs = node.inputs.map((id) => results.get(id) as tf.Tensor);
      if (node.op === 'input') last = images;
      else if (isLayer(node)) last = this.runLayer(node, inputs[0]);
      else if (node.op === 'batchNorm') last = this.normalize(node.id, inputs[0], node.epsilon);
      else last = runPlainNode(node, inputs);
      results.set(node.id, last);
    }
    return last as tf.Tensor2D;
  }

  private runLayer(node: LayerNode, input: tf.Tensor): tf.Tensor {
    const x = this.roundedInput(node.id, input);
    const kernel = this.quantizedKernel(node);
    const bias = node.bias ? this.variable(node.id, 'bias') : undefined;
    let y: tf.Tensor;
    if (node.op === 'dense') y = tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D);
    else {
      const strides = [...node.strides] as [number, number];
      const pad = tfPadding(node.padding);
      y =
        node.op === 'conv2d'
          ? tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, pad)
          : tf.depthwiseConv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, pad as 'valid');
    }
    return bias === undefined ? y : tf.add(y, bias);
  }

  private roundedInput(layer: string, x: tf.Tensor): tf.Tensor {
    const rounding = this.roundings.get(layer);
    if (rounding === undefined || this.quantAware === undefined) return x;
    if (!('learned' in rounding)) return roundTensor(x, this.fixed.get(layer) as TensorRounding);
    const bits = this.quantAware.policy[layer].activations;
    const learned = this.weights.get(learnedInputName(layer, rounding.quantizer, bits)) as tf.Variable;
    return roundLearned(rounding.quantizer, x, learned as tf.Tensor, bits);
  }

  private quantizedKernel(node: LayerNode): tf.Tensor {
    const kernel = this.variable(node.id, 'kernel');
    const bits = this.quantAware?.policy[node.id].weights ?? FLOAT;
    if (bits === FLOAT || this.quantAware === undefined) return kernel;
    const { scheme } = this.quantAware;
    const learned = this.weights.get(learnedKernelName(node.id, scheme, bits));
    return quantizeWeights(kernel as tf.Tensor, node.op, scheme, bits, learned as tf.Tensor | undefined);
  }

  private normalize(id: string, x: tf.Tensor, epsilon: number): tf.Tensor {
    const gamma = this.variable(id, 'gamma') as unknown as tf.Tensor1D;
    const beta = this.variable(id, 'beta') as unknown as tf.Tensor1D;
    const { y, mean, variance } = batchNormTrain(x, gamma, beta, epsilon);
    const count = x.size / x.shape[x.shape.length - 1];
    this.follow(parameterName(id, 'mean'), mean, 1);
    this.follow(parameterName(id, 'variance'), variance, count / Math.max(1, count - 1)); // running variance is unbiased
    return y;
  }

  private follow(name: string, batchValue: tf.Tensor1D, factor: number): void {
    const running = this.running.get(name) as tf.Variable;
    tf.tidy(() =>
      running.assign(tf.add(tf.mul(running, RUNNING_KEEP), tf.mul(batchValue, factor * (1 - RUNNING_KEEP)))),
    );
  }

  private update(
    weights: tf.Variable,
    velocity: tf.Variable,
    gradient: tf.Tensor,
    options: SgdOptions,
    decaying: boolean,
  ) {
    const { learningRate: rate, momentum } = options;
    const decay = decaying ? options.weightDecay : 0;
    if (tf.getKernel(sgdStep.name, tf.getBackend()) !== undefined) {
      const [newWeights, newVelocity] = tf
        .engine()
        .runKernel(sgdStep.name, { weights, gradient, velocity }, { rate, momentum, decay }) as unknown as tf.Tensor[];
      weights.assign(newWeights);
      velocity.assign(newVelocity);
      tf.dispose([newWeights, newVelocity]);
      return;
    }
    tf.tidy(() => {
      const g = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, decay));
      const v = tf.add(tf.mul(velocity, momentum), g);
      velocity.assign(v);
      weights.assign(tf.sub(weights, tf.mul(tf.add(g, tf.mul(v, momentum)), rate)));
    });
  }
}
