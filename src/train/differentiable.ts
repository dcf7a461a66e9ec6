// Differentiable search: shares of widths are trained by gradient together with the weights. A step trains the weights
// on one part of the training images under shares drawn with Gumbel noise; after the warm-up it then trains the thetas
// on the other part, toward predictions that are correct and cheap. Counts steps, and continues from a state as if it
// had not stopped. References: DNAS, arXiv 1812.00090 (loss, temperature, split); EdMIPS, arXiv 2004.05795 (mixed
// weights, one convolution). DNAS alternates by epochs; here weights and thetas alternate by steps, because a run in a
// page may have less than one epoch.
import * as tf from '@tensorflow/tfjs-core';
import { runPlans } from '../data/batch';
import { augments, type Dataset, type ImageSet } from '../data/dataset';
import { splitSet } from '../data/subset';
import { createRng, mixSeed } from '../math/rng';
import { expectedCost, type Gumbel, type Mixture } from '../nn/mixture';
import type { Supernet } from '../nn/supernet';
import type { Choose } from '../nn/supernetOptions';
import { openGoal } from './goals';
import { batchTensors, cosineRate, type JointSettings, type JointStep, LossMeter, REPORT_EVERY } from './joint';
import { OwnSteps, Replica } from './replica';

export interface DifferentiableSettings extends JointSettings {
  /** Steps before thetas are trained. */
  readonly warmUp: number;
  /** Share of the training images that trains weights; the others train thetas. */
  readonly split: number;
  /** Softmax temperature at the first step and at the last, decaying exponentially. */
  readonly temperature: { readonly first: number; readonly last: number };
  /** Shares with Gumbel noise (DNAS), or without (EdMIPS). */
  readonly gumbel: boolean;
  readonly theta: { readonly learningRate: number; readonly weightDecay: number };
  /** Exponent of the cost; 0 ignores the cost. */
  readonly gamma: number;
}

/** The cost of policies, for the loss of the thetas: of each candidate of the layers with thetas, and of the rest. */
export interface MixtureCosts {
  readonly layers: ReadonlyMap<string, Float32Array>;
  readonly fixed: number;
  /** The cost whose logarithm is 0; by default the cheapest policy's divided by e. */
  readonly unit?: number;
  /** For layers without thetas of their own, the layer whose thetas they share; its costs are those of all that share them. */
  readonly follows?: ReadonlyMap<string, string>;
}

export interface DifferentiableStep extends JointStep {
  readonly temperature: number;
}

/** Adam's betas for thetas, as in public implementations of FBNet. */
const BETAS = [0.5, 0.999] as const;

/** Temperature of a step: `first (last / first)^progress`. */
export function temperatureAt({ temperature: { first, last } }: DifferentiableSettings, progress: number): number {
  return first * (last / first) ** progress;
}

/**
 * The factor of DNAS' loss, `beta (log(cost / unit))^gamma`. The unit determines how strongly the logarithm weighs: raising the
 * cost by a share raises the factor by `gamma / log(cost / unit)` of it. The paper's costs are numbers of bits, and so of unit 1.
 * By default the unit is the cheapest policy's cost divided by e, so that the factor grows with the cost everywhere. `beta` makes
 * it 1 if all candidates have equal shares. Call inside `tf.tidy`.
 */
export function costFactor(cost: tf.Scalar, costs: MixtureCosts, gamma: number): tf.Scalar {
  const { cheapest, even } = bounds(costs);
  const { unit = cheapest / Math.E } = costs;
  const beta = Math.log(even / unit) ** -gamma;
  return tf.mul(tf.pow(tf.log(tf.div(cost, unit)), gamma), beta) as tf.Scalar;
}

function bounds({ layers, fixed }: MixtureCosts) {
  let [cheapest, even] = [fixed, fixed];
  for (const costs of layers.values()) {
    cheapest += Math.min(...costs);
    even += costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
  }
  return { cheapest, even };
}

/** One draw of Gumbel noise: `-log(-log u)` for each candidate. */
function gumbel(costs: MixtureCosts, seed: number): Gumbel {
  const rng = createRng(seed);
  const noise = () => -Math.log(-Math.log(rng.uniform() + 2 ** -33)); // never 0 or 1
  return new Map([...costs.layers].map(([layer, { length }]) => [layer, Float32Array.from({ length }, noise)]));
}

/**
 * Runs the steps after `from`. `mixture` holds the thetas of the layers of `costs`, whose candidates are those of `model`;
 * other layers keep their first candidate. Yields after every step; the caller owns `model` and `mixture`.
 * @throws DivergenceError when the loss is no longer finite.
 */
export async function* trainMixture(
  model: Supernet,
  mixture: Mixture,
  dataset: Dataset,
  costs: MixtureCosts,
  settings: DifferentiableSettings,
  from = 0,
): AsyncGenerator<DifferentiableStep, void, void> {
  const { steps, seed, labelSmoothing, warmUp, shards = 1 } = settings;
  const [ofWeights, ofThetas] = splitSet(dataset.train, settings.split, mixSeed(seed, 1));
  const plans = (set: ImageSet, label: number) => {
    const augment = augments(dataset, settings.augment);
    const options = { batchSize: Math.min(settings.batchSize, set.length), augment };
    return runPlans(set.length, options, mixSeed(seed, label), from);
  };
  const [weightPlans, thetaPlans] = [plans(ofWeights, 2), plans(ofThetas, 3)];
  const theta = { ...settings.theta, betas: BETAS };
  const meter = new LossMeter();
  const goal = openGoal({ labelSmoothing }, dataset.classes.length);
  const making = new OwnSteps(new Replica(model, goal.of, ofWeights, dataset), shards);
  try {
    for (let step = from; step < steps; ) {
      const temperature = temperatureAt(settings, step / steps);
      const drawn = (label: number): Choose => {
        const noise = settings.gumbel ? gumbel(costs, mixSeed(mixSeed(seed, step), label)) : undefined;
        return (layer) => {
          const own = costs.follows?.get(layer) ?? layer;
          return costs.layers.has(own) ? mixture.share(own, temperature, noise) : 0;
        };
      };
      const learningRate = cosineRate(settings, step / steps);
      const plan = weightPlans.next().value;
      let images = plan.indices.length;
      const { losses, hits } = await making.step(plan, [drawn(4)], { ...settings, learningRate });
      meter.add(losses[0]);
      hits.dispose();
      const other = thetaPlans.next().value;
      if (step >= warmUp) {
        const { images: input, goal } = batchTensors(ofThetas, other, dataset, labelSmoothing);
        const choose = drawn(5);
        const lossOf = () => {
          const entropy = goal.loss(model.forward(input, choose));
          if (settings.gamma === 0) return entropy;
          const shares = new Map([...costs.layers.keys()].map((layer) => [layer, choose(layer) as tf.Tensor1D]));
          const cost = expectedCost(shares, costs.layers, costs.fixed);
          return tf.mul(entropy, costFactor(cost, costs, settings.gamma)) as tf.Scalar;
        };
        mixture.step(lossOf, theta, step - warmUp + 1).dispose();
        images += input.shape[0];
        tf.dispose([input, goal.answers]);
      }
      step++;
      const reads = step % REPORT_EVERY === 0 || step === steps;
      const mean = reads ? await meter.read(step, learningRate) : undefined;
      yield { step, steps, images, temperature, ...(mean !== undefined && { loss: mean }) };
    }
  } finally {
    goal.dispose();
    meter.dispose();
  }
}
