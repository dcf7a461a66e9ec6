// Learned rounding: by gradient descent each weight stays at its chosen level or moves to its neighbor, so that a piece of
// the network (a residual block, or a layer) gives what the float network gives there, on images without labels. Piece by
// piece, each reading what the rounded ones before it give. What is learned is kept only where it is nearer to float.
// References: AdaRound, arXiv 2004.10568; BRECQ, arXiv 2102.05426 (blocks). Both start from the float weights; this goes on
// from the codes that error feedback chose, which some hundred steps from the float weights do not reach.
import * as tf from '@tensorflow/tfjs-core';
import { chosenNames } from '../graph/learned';
import { isLayer, type LayerNode, type Network, type Parameter, parameterName } from '../graph/network';
import { isRounded } from '../graph/policy';
import { type Segment, segmentsOf } from '../graph/segments';
import { withoutSkipped } from '../graph/skips';
import { createRng, shuffle } from '../math/rng';
import { disposeRounding, roundTensor, type TensorRounding, tensorRounding } from '../nn/activations';
import { batchNormTrain } from '../nn/batchNorm';
import { trainingPass } from '../nn/trainingPass';
import { kernelLayout } from '../quant/granularity';
import { upOrDown } from '../rounding/choosing/upOrDown';
import { inputRoundings, layerRounder } from '../rounding/layers';
import { learnedForKernel } from '../rounding/learnedKernel';
import type { Rounding } from '../rounding/rounding';
import type { ImageSource } from './calibrate';
import { SoftKernel } from './softKernel';

export interface LearningOptions {
  /** Steps for each piece. */
  readonly steps: number;
  readonly seed: number;
  /** Batch norms of rounded pieces have the statistics of the batch, as they have when they are re-estimated afterwards. */
  readonly batchNorms: boolean;
  /** True for layers whose codes stay. */
  readonly fixed?: (layer: string) => boolean;
  /** Called after each step. */
  readonly turn?: () => Promise<void>;
  /** Called after each piece with its mean squared distance from float, as it was chosen before and as it was learned. */
  readonly report?: (lastNode: string, before: number, learned: number) => void;
}

/** Images of a step, and of a pass. */
const BATCH = 32;
const PASS = 64;
const RATE = 0.1;
/** Weight of the regularizer against the distance, which starts near 1; without it during the first part of the steps. */
const WEIGHT = 0.3;
const FREE = 0.2;
/** Power of the regularizer, from the first step with it to the last. */
const POWERS = [20, 2] as const;

/** What kernel a layer multiplies with; its own where undefined. */
type KernelOf = (node: LayerNode) => tf.Tensor | undefined;

/** One piece of a network, run in float or rounded. */
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
      bias: ({ id }) => this.tensor(id, 'bias'),
      normalize: ({ id, epsilon }, y) => {
        const [gamma, beta] = [this.tensor(id, 'gamma'), this.tensor(id, 'beta')] as tf.Tensor1D[];
        if (kernelOf && this.batchNorms) return batchNormTrain(y, gamma, beta, epsilon).y;
        const [mean, variance] = [this.tensor(id, 'mean'), this.tensor(id, 'variance')] as tf.Tensor1D[];
        return tf.batchNorm(y, mean, variance, beta, gamma, epsilon);
      },
    });
  }

  /** What a piece gives for all images, which the caller owns. */
  all(segment: Segment, x: tf.Tensor, kernelOf?: KernelOf): tf.Tensor {
    return tf.tidy(() => {
      const parts: tf.Tensor[] = [];
      for (let from = 0; from < x.shape[0]; from += PASS) {
        const part = tf.slice(x, [from], [Math.min(PASS, x.shape[0] - from)]);
        parts.push(tf.tidy(() => this.run(segment, part, kernelOf)));
      }
      return parts.length === 1 ? parts[0] : tf.concat(parts, 0);
    });
  }

  dispose(): void {
    for (const input of this.inputs.values()) disposeRounding(input);
  }
}

/** Mean squared distance. Call inside `tf.tidy`. */
const distance = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.mean(tf.square(tf.sub(a, b)));

/** `distance` as a number. */
async function distanceOf(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  const found = tf.tidy(() => distance(a, b));
  const [value] = await found.data();
  found.dispose();
  return value;
}

/** Learns the kernels of one piece that reads `seen` and should give `target`, whose distance is `before` at first. */
async function learn(
  pieces: Pieces,
  segment: Segment,
  kernels: ReadonlyMap<string, SoftKernel>,
  [seen, target]: readonly [tf.Tensor, tf.Tensor],
  before: number,
  { steps, seed, turn = async () => {} }: LearningOptions,
): Promise<void> {
  const all = [...kernels.values()];
  const weights = all.reduce((sum, { logits }) => sum + logits.size, 0);
  const rng = createRng(seed);
  const order = Int32Array.from({ length: seen.shape[0] }, (_, i) => i);
  const batch = Math.min(BATCH, order.length);
  let at = order.length;
  for (let step = 1; step <= steps; step++) {
    if (at + batch > order.length) {
      shuffle(order, rng);
      at = 0;
    }
    const index = tf.tensor1d(order.slice(at, at + batch), 'int32');
    at += batch;
    const [x, y] = [tf.gather(seen, index), tf.gather(target, index)];
    const progress = (step / steps - FREE) / (1 - FREE);
    const { value, grads } = tf.variableGrads(
      () => {
        const given = pieces.run(segment, x, ({ id }) => kernels.get(id)?.soft());
        const error = tf.div<tf.Scalar>(distance(given, y), before);
        if (progress < 0) return error;
        const power = POWERS[0] + (POWERS[1] - POWERS[0]) * progress;
        const undecided = tf.addN(all.map((kernel) => kernel.undecided(power)));
        return tf.add<tf.Scalar>(error, tf.mul(undecided, WEIGHT / weights));
      },
      all.map(({ logits }) => logits),
    );
    for (const kernel of all) kernel.descend(grads[kernel.logits.name], RATE, step);
    tf.dispose([index, x, y, value, ...Object.values(grads)]);
    await turn();
  }
}

/**
 * `network` with its chosen codes learned further, piece by piece. Only kernels whose codes were chosen
 * (`chooseCodes`) take part; no piece ends further from float, in the mean square over the images, than it was.
 */
export async function learnRounding(
  network: Network,
  images: ImageSource,
  rounding: Rounding,
  options: LearningOptions,
): Promise<Network> {
  const { network: whole, policy } = withoutSkipped(network, rounding.policy);
  const running = { ...rounding, policy };
  const pieces = new Pieces(whole, running, options.batchNorms);
  const parameters = new Map(network.parameters);
  const round = layerRounder(whole);
  const { scheme } = rounding;
  let float: tf.Tensor = images.batch(0, images.length);
  let seen: tf.Tensor = float.clone();
  try {
    for (const segment of segmentsOf(whole)) {
      const target = pieces.all(segment, float);
      const kernels = new Map<string, SoftKernel>();
      const others = new Map<string, Uint8Array>();
      let given: tf.Tensor | undefined;
      try {
        for (const node of segment.nodes.filter(isLayer)) {
          const bits = policy[node.id].weights;
          const { values, shape } = whole.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
          const encoded = isRounded(bits) ? round(node, running).encoded : undefined;
          if (encoded === undefined || !parameters.has(chosenNames(node.id, scheme, bits).codes)) continue;
          if (options.fixed?.(node.id)) continue;
          const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
          const learned = learnedForKernel(whole, node.id, scheme, bits);
          const levels = upOrDown(values, layout, scheme, bits, encoded, learned);
          kernels.set(node.id, new SoftKernel(levels, shape));
          others.set(node.id, levels.otherCodes);
        }
        given = pieces.all(segment, seen, ({ id }) => kernels.get(id)?.before());
        const before = await distanceOf(given, target);
        if (kernels.size > 0 && before > 0) {
          await learn(pieces, segment, kernels, [seen, target], before, options);
          const after = pieces.all(segment, seen, ({ id }) => kernels.get(id)?.hard());
          const now = await distanceOf(after, target);
          options.report?.(segment.nodes[segment.nodes.length - 1].id, before, now);
          const [better, worse] = now < before ? [after, given] : [given, after];
          worse.dispose();
          given = better;
          for (const [id, kernel] of now < before ? kernels : []) {
            const { codes } = chosenNames(id, scheme, policy[id].weights);
            const { shape, values } = parameters.get(codes) as Parameter;
            const [moves, other] = [await kernel.moves(), others.get(id) as Uint8Array];
            parameters.set(codes, { shape, values: values.map((code, i) => (moves[i] === 1 ? other[i] : code)) });
          }
        }
      } catch (error) {
        tf.dispose([target, ...(given ? [given] : [])]);
        throw error;
      } finally {
        for (const kernel of kernels.values()) kernel.dispose();
      }
      tf.dispose([float, seen]);
      [float, seen] = [target, given];
    }
  } finally {
    tf.dispose([float, seen]);
    pieces.dispose();
  }
  return { ...network, parameters };
}
