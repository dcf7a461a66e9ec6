// Learned rounding: by gradient descent each weight stays at its chosen level or moves to its neighbor, so that the pieces of
// the network (residual blocks, or layers) and its output give what they give in float, on images without labels. All
// kernels are learned together. What is learned is kept only if held-out images are nearer to float with it.
// References: AdaRound, arXiv 2004.10568; BRECQ, arXiv 2102.05426 (blocks). Both start from the float weights and learn piece
// by piece with a regularizer; from the codes of error feedback that moved too much, and fitted the images too closely.
import * as tf from '@tensorflow/tfjs-core';
import { chosenNames } from '../graph/learned';
import { isLayer, type LayerNode, type Network, type Parameter, parameterName } from '../graph/network';
import { isRounded } from '../graph/policy';
import { type Segment, segmentsOf } from '../graph/segments';
import { withoutSkipped } from '../graph/skips';
import { createRng, shuffle } from '../math/rng';
import { disposeRounding, roundTensor, type TensorRounding, tensorRounding } from '../nn/activations';
import { batchNormTrain } from '../nn/batchNorm';
import { distillationLoss } from '../nn/distillation';
import { trainingPass } from '../nn/trainingPass';
import { kernelLayout } from '../quant/granularity';
import { upOrDown } from '../rounding/choosing/upOrDown';
import { inputRoundings, layerRounder } from '../rounding/layers';
import { learnedForKernel } from '../rounding/learnedKernel';
import type { Rounding } from '../rounding/rounding';
import type { ImageSource } from './calibrate';
import { LatentKernel } from './latentKernel';

export interface LearningOptions {
  readonly steps: number;
  readonly seed: number;
  /** Batch norms have the statistics of the batch, as they have when they are re-estimated afterwards. */
  readonly batchNorms: boolean;
  /** True for layers whose codes stay. */
  readonly fixed?: (layer: string) => boolean;
  /** Called after each step. */
  readonly turn?: () => Promise<void>;
  /** Called at the end with the distance of held-out images from float, as it was before and as it was learned. */
  readonly report?: (before: number, learned: number) => void;
}

/** Images of a step. */
const BATCH = 32;
/** One of so many images is held out. */
const HELD_OUT = 8;
/** Learning rate of the first step, in ways from level to level; it falls to 0 like a cosine. */
const RATE = 0.001;

/** What kernel a layer multiplies with; its own where undefined. */
type KernelOf = (node: LayerNode) => tf.Tensor | undefined;

/** The pieces of a network, run in float or rounded. */
class Pieces {
  private readonly inputs = new Map<string, TensorRounding>();

  constructor(
    private readonly network: Network,
    rounding: Rounding,
    private readonly batchNorms: boolean,
  ) {
    for (const [id, input] of inputRoundings(network, rounding)) this.inputs.set(id, tensorRounding(input));
  }

  /** A parameter of a node. Call inside `tf.tidy`. */
  private tensor(id: string, part: string): tf.Tensor {
    const { values, shape } = this.network.parameters.get(parameterName(id, part)) as Parameter;
    return tf.tensor(values, [...shape]);
  }

  /** What a piece gives for a batch; in float without `kernelOf`. Call inside `tf.tidy`. */
  run({ input, nodes }: Segment, x: tf.Tensor, kernelOf?: KernelOf): tf.Tensor {
    const begin = { op: 'input', id: input, inputs: [], shape: [0, 0, 0] } as const;
    return trainingPass({ name: this.network.name, nodes: [begin, ...nodes] }, x as tf.Tensor4D, {
      input: ({ id }, y) => {
        const own = kernelOf && this.inputs.get(id);
        return own === undefined ? y : roundTensor(y, own);
      },
      kernel: (node) => kernelOf?.(node) ?? this.tensor(node.id, 'kernel'),
      parameter: ({ id }, part) => this.tensor(id, part),
      normalize: ({ id, epsilon }, y) => {
        const [gamma, beta] = [this.tensor(id, 'gamma'), this.tensor(id, 'beta')] as tf.Tensor1D[];
        if (kernelOf && this.batchNorms) return batchNormTrain(y, gamma, beta, epsilon).y;
        const [mean, variance] = [this.tensor(id, 'mean'), this.tensor(id, 'variance')] as tf.Tensor1D[];
        return tf.batchNorm(y, mean, variance, beta, gamma, epsilon);
      },
    });
  }

  /**
   * How far rounded pieces are from float on a batch: for each, the mean squared distance of what it gives, over its
   * variance, plus the divergence of the network's output. Call inside `tf.tidy`.
   */
  distance(segments: readonly Segment[], images: tf.Tensor, kernelOf: KernelOf): tf.Scalar {
    const parts: tf.Tensor[] = [];
    let [float, seen] = [images, images];
    for (const segment of segments) {
      [float, seen] = [this.run(segment, float), this.run(segment, seen, kernelOf)];
      const { variance } = tf.moments(float);
      parts.push(tf.div(tf.mean(tf.square(tf.sub(seen, float))), tf.add(variance, 1e-12)));
    }
    parts.push(distillationLoss(float as tf.Tensor2D, seen as tf.Tensor2D, 1));
    return tf.addN(parts) as tf.Scalar;
  }

  dispose(): void {
    for (const input of this.inputs.values()) disposeRounding(input);
  }
}

/** Learns kernels on the images of `order`. */
async function learn(
  pieces: Pieces,
  segments: readonly Segment[],
  kernels: ReadonlyMap<string, LatentKernel>,
  images: tf.Tensor,
  order: Int32Array,
  { steps, seed, turn = async () => {} }: LearningOptions,
): Promise<void> {
  const all = [...kernels.values()];
  const rng = createRng(seed);
  const batch = Math.min(BATCH, order.length);
  let at = order.length;
  for (let step = 1; step <= steps; step++) {
    if (at + batch > order.length) {
      shuffle(order, rng);
      at = 0;
    }
    const index = tf.tensor1d(order.slice(at, at + batch), 'int32');
    at += batch;
    const x = tf.gather(images, index);
    const { value, grads } = tf.variableGrads(
      () => pieces.distance(segments, x, ({ id }) => kernels.get(id)?.rounded()),
      all.map(({ latent }) => latent),
    );
    const rate = (RATE * (1 + Math.cos((Math.PI * (step - 1)) / steps))) / 2;
    for (const kernel of all) kernel.descend(grads[kernel.latent.name], rate, step);
    tf.dispose([index, x, value, ...Object.values(grads)]);
    await turn();
  }
}

/**
 * `network` with its chosen codes learned further. Only kernels whose codes were chosen (`chooseCodes`) take part. Every
 * eighth image is held out; if those end no nearer to float than before, nothing changes.
 */
export async function learnRounding(
  network: Network,
  images: ImageSource,
  rounding: Rounding,
  options: LearningOptions,
): Promise<Network> {
  const { network: whole, policy } = withoutSkipped(network, rounding.policy);
  const running = { ...rounding, policy };
  const { scheme } = rounding;
  const pieces = new Pieces(whole, running, options.batchNorms);
  const segments = segmentsOf(whole);
  const parameters = new Map(network.parameters);
  const round = layerRounder(whole);
  const kernels = new Map<string, LatentKernel>();
  const others = new Map<string, Uint8Array>();
  const all = images.batch(0, images.length);
  const numbers = Int32Array.from({ length: images.length }, (_, i) => i);
  const isHeldOut = (i: number) => i % HELD_OUT === HELD_OUT - 1;
  const judged = images.length < HELD_OUT ? numbers : numbers.filter(isHeldOut);
  const judge = async (kernelOf: KernelOf): Promise<number> => {
    const found = tf.tidy(() => pieces.distance(segments, tf.gather(all, tf.tensor1d(judged, 'int32')), kernelOf));
    const [value] = await found.data();
    found.dispose();
    return value;
  };
  try {
    for (const node of whole.nodes.filter(isLayer)) {
      const bits = policy[node.id].weights;
      const { values, shape } = whole.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
      const encoded = isRounded(bits) ? round(node, running).encoded : undefined;
      if (encoded === undefined || !parameters.has(chosenNames(node.id, scheme, bits).codes)) continue;
      if (options.fixed?.(node.id)) continue;
      const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
      const levels = upOrDown(values, layout, scheme, bits, encoded, learnedForKernel(whole, node.id, scheme, bits));
      kernels.set(node.id, new LatentKernel(values, levels, shape));
      others.set(node.id, levels.otherCodes);
    }
    if (kernels.size === 0) return network;
    const before = await judge(({ id }) => kernels.get(id)?.before());
    const learning = numbers.filter((i) => images.length < HELD_OUT || !isHeldOut(i));
    await learn(pieces, segments, kernels, all, learning, options);
    const learned = await judge(({ id }) => kernels.get(id)?.rounded());
    options.report?.(before, learned);
    if (!(learned < before)) return network;
    for (const [id, kernel] of kernels) {
      const { codes } = chosenNames(id, scheme, policy[id].weights);
      const { shape, values } = parameters.get(codes) as Parameter;
      const [moves, other] = [await kernel.moves(), others.get(id) as Uint8Array];
      parameters.set(codes, { shape, values: values.map((code, i) => (moves[i] === 1 ? other[i] : code)) });
    }
    return { ...network, parameters };
  } finally {
    for (const kernel of kernels.values()) kernel.dispose();
    all.dispose();
    pieces.dispose();
  }
}
