// How curved the loss is in each layer's weights, on training images: the trace of the Hessian's diagonal block, by
// Hutchinson's estimator with finite differences of gradients, or that of the empirical Fisher matrix, from per-image
// gradients. Per-image gradients also predict the effect of rounding activations. References: HAWQ-V2, arXiv 1911.03852
// (average trace); PyHessian (network in evaluation mode, Rademacher vectors); NVIDIA's Model Optimizer, AutoQuantize
// (squared gradient times error of activations).
import * as tf from '@tensorflow/tfjs-core';
import { composeBatch, plainPlan } from '../data/batch';
import { channelsOf, type Dataset } from '../data/dataset';
import { layersOf, type Network, parameterName } from '../graph/network';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { createRng, mixSeed, type Rng } from '../math/rng';
import { disposeRounding, roundTensor, tensorRounding } from '../nn/activations';
import { FrozenGradients, type LayerTensors } from '../nn/frozenGradients';
import type { Loss } from '../nn/stepSums';
import type { QuantScheme } from '../quant/registry';
import { inputRoundings } from '../rounding/layers';
import type { ActivationRanges } from '../rounding/rounding';

export type TraceEstimator = 'hutchinson' | 'fisher';

export interface CurvatureOptions {
  /** Training images per probe. */
  readonly images: number;
  readonly seed: number;
  /** Step of Hutchinson's finite differences, relative to each kernel's root mean square; default 3e-2. */
  readonly difference?: number;
  /** Called with the number of images that went forward and backward, and awaited; a rejection ends the probe. */
  worked(images: number): Promise<void>;
}

/**
 * A short step gives the Hessian at the point, in which a few ReLUs that switch between its ends make noise of any
 * size: on ResNet-8 a probe of 64 images deviates by 3 times the trace at 3e-3, by less than 1 at 3e-2, with the same
 * mean. Rounding moves weights farther, past more of these switches.
 */
const DIFFERENCE = 3e-2;

/** Probes a network's loss. Dispose it when done. */
export class Curvature {
  private readonly model: FrozenGradients;
  private readonly ids: readonly string[];

  constructor(
    private readonly network: Network,
    private readonly dataset: Dataset,
    private readonly options: CurvatureOptions,
  ) {
    this.model = new FrozenGradients(network);
    this.ids = layersOf(network).map(({ id }) => id);
  }

  /**
   * An unbiased estimate of each layer's trace, in nats per unit of weight squared; probes with different numbers are
   * independent, and their mean converges. Hutchinson: `z^T H z` with all layers' z at once, split by layer; a layer's
   * estimate may be negative. Fisher: the sum of the mean over images of the squared gradient.
   */
  async traces(estimator: TraceEstimator, probe: number): Promise<number[]> {
    const rng = this.rngOf(probe);
    return estimator === 'hutchinson' ? this.hutchinson(rng) : this.fisher(rng);
  }

  /**
   * The increase in loss from rounding each layer's input, in nats, as the mean over the probe's images of `1/2 sum (g
   * (Q(x) - x))^2`, for each of the given policies; [policy][layer].
   */
  async inputHarms(
    policies: readonly BitPolicy[],
    scheme: QuantScheme,
    ranges: (policy: BitPolicy) => Promise<ActivationRanges>,
    probe: number,
  ): Promise<number[][]> {
    const rng = this.rngOf(probe);
    const batch = this.batch(rng, this.options.images);
    const { inputs, gradients } = this.model.byInputs(batch.input, batch.loss);
    batch.dispose();
    const harms: number[][] = [];
    try {
      await this.options.worked(this.options.images);
      for (const policy of policies) {
        const roundings = inputRoundings(this.network, { policy, scheme, ranges: await ranges(policy) });
        const row: number[] = [];
        for (const id of this.ids) {
          const rounding = roundings.get(id);
          if (rounding === undefined || policy[id].activations === FLOAT) {
            row.push(0);
            continue;
          }
          const device = tensorRounding(rounding);
          const sum = tf.tidy(() => {
            const [x, g] = [inputs.get(id) as tf.Tensor, gradients.get(id) as tf.Tensor];
            return tf.sum(tf.square(tf.mul(g, tf.sub(roundTensor(x, device), x))));
          });
          // The batch's loss is a mean, so an image's own gradient is n times as large, and the squares are averaged.
          row.push(0.5 * this.options.images * (await sum.data())[0]);
          sum.dispose();
          disposeRounding(device);
        }
        harms.push(row);
      }
    } finally {
      tf.dispose([...inputs.values(), ...gradients.values()]);
    }
    return harms;
  }

  dispose(): void {
    this.model.dispose();
  }

  private async hutchinson(rng: Rng): Promise<number[]> {
    const { images, worked, difference = DIFFERENCE } = this.options;
    const batch = this.batch(rng, images);
    const signs = new Map<string, tf.Tensor>();
    const lengths = new Map<string, number>();
    for (const id of this.ids) {
      const { shape, values } = this.kernel(id);
      const z = values.map(() => (rng.integer(2) === 0 ? -1 : 1));
      signs.set(id, tf.tensor(z, [...shape]));
      lengths.set(id, difference * Math.sqrt(values.reduce((sum, w) => sum + w * w, 0) / values.length) || difference);
    }
    const ends: LayerTensors[] = [];
    try {
      for (const sign of [1, -1]) {
        const changes = new Map(
          this.ids.map((id) => [id, tf.mul(signs.get(id) as tf.Tensor, sign * (lengths.get(id) as number))]),
        );
        ends.push(this.model.byKernels(batch.input, batch.loss, changes));
        tf.dispose([...changes.values()]);
        await worked(images);
      }
      const traces: number[] = [];
      for (const id of this.ids) {
        const product = tf.tidy(() =>
          tf.sum(
            tf.mul(signs.get(id) as tf.Tensor, tf.sub(ends[0].get(id) as tf.Tensor, ends[1].get(id) as tf.Tensor)),
          ),
        );
        traces.push((await product.data())[0] / (2 * (lengths.get(id) as number)));
        product.dispose();
      }
      return traces;
    } finally {
      tf.dispose([...signs.values(), ...ends.flatMap((end) => [...end.values()])]);
      batch.dispose();
    }
  }

  private async fisher(rng: Rng): Promise<number[]> {
    const { images, worked } = this.options;
    const traces = this.ids.map(() => 0);
    for (let i = 0; i < images; i++) {
      const batch = this.batch(rng, 1);
      const gradients = this.model.byKernels(batch.input, batch.loss);
      batch.dispose();
      const squares = tf.tidy(() => tf.stack(this.ids.map((id) => tf.sum(tf.square(gradients.get(id) as tf.Tensor)))));
      for (const [l, square] of (await squares.data()).entries()) traces[l] += square / images;
      tf.dispose([squares, ...gradients.values()]);
      await worked(1);
    }
    return traces;
  }

  /** Random training images, without augmentation, and the mean cross-entropy of their labels. */
  private batch(rng: Rng, count: number) {
    const { train, height, width, classes } = this.dataset;
    const indices = Uint32Array.from({ length: count }, () => rng.integer(train.length));
    const { images, labels } = composeBatch(train, plainPlan(indices), this.dataset);
    const input = tf.tensor4d(images, [count, height, width, channelsOf(this.dataset)]);
    const target = tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(labels), 'int32'), classes.length));
    const loss: Loss = (logits) => tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)));
    return { input, loss, dispose: () => tf.dispose([input, target]) };
  }

  private kernel(id: string) {
    const kernel = this.network.parameters.get(parameterName(id, 'kernel'));
    if (kernel === undefined) throw new Error(`${this.network.name} has no kernel for "${id}".`);
    return kernel;
  }

  private rngOf(probe: number): Rng {
    return createRng(mixSeed(this.options.seed, probe));
  }
}
