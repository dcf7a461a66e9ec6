// Joint training and differentiable search on tiny networks: they learn, the cost term works, and a run in two parts
// equals one run.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { layerCosts } from '../graph/cost';
import { layersOf, type Network } from '../graph/network';
import { type BitWidth, FLOAT, type LayerBits, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { describeBackends } from '../nn/backends.testing';
import { Inference } from '../nn/inference';
import { Mixture } from '../nn/mixture';
import { small } from '../nn/networks.testing';
import { Supernet, type SupernetState } from '../nn/supernet';
import type { QuantScheme } from '../quant/registry';
import { initialize } from '../zoo/definition';
import { costFactor, type DifferentiableSettings, type MixtureCosts, trainMixture } from './differentiable';
import { evaluate, finish } from './evaluate';
import { type JointSettings, type JointStep, trainJointly } from './joint';
import { randomPass, uniformPasses } from './passes';
import { colorDataset } from './synthetic.testing';

const dataset = colorDataset(48, 24);
const network = initialize(small(), createRng(1));
const LSQ: QuantScheme = { quantizer: 'lsq', granularity: 'tensor' };
const JOINT: JointSettings = {
  steps: 40,
  batchSize: 8,
  learningRate: 0.05,
  lastRate: 1e-4,
  momentum: 0.9,
  weightDecay: 1e-4,
  labelSmoothing: 0.1,
  augment: true,
  clip: 1,
  seed: 3,
};

const candidatesOf = (widths: readonly BitWidth[]): Record<string, LayerBits[]> =>
  Object.fromEntries(
    layersOf(network).map(({ id }) => [id, widths.map((weights) => ({ weights, activations: FLOAT }))]),
  );

function supernetOf(widths: readonly BitWidth[], switchable: boolean, scheme = LSQ): Supernet {
  return new Supernet(network, { candidates: candidatesOf(widths), scheme, ranges: new Map(), switchable });
}

/** Steps of a run from `from`, at most `most`. */
async function take<T extends JointStep>(run: AsyncGenerator<T, void, void>, most = 1e9): Promise<T[]> {
  const steps: T[] = [];
  while (steps.length < most) {
    const { value, done } = await run.next();
    if (done) break;
    steps.push(value);
  }
  await run.return();
  return steps;
}

async function accuracy(trained: Network, width: BitWidth): Promise<number> {
  const model = new Inference(trained);
  model.configure({ policy: uniformPolicy(trained, width, FLOAT), scheme: LSQ, ranges: new Map() });
  const { correct, images } = await finish(evaluate(model, dataset, dataset.test, { from: 0, to: 24, batchSize: 12 }));
  model.dispose();
  return correct / images;
}

test('uniform passes run once per width from the widest; locked layers keep theirs', () => {
  const candidates = { ...candidatesOf([2, 4, 8]), fc: [{ weights: 3, activations: FLOAT }] as const };
  const passes = uniformPasses(candidates);
  expect(passes.map((choose) => ['stem', 'fc'].map(choose))).toEqual([
    [2, 0],
    [1, 0],
    [0, 0],
  ]);
  const pairs = {
    a: [2, 4, 8].flatMap((weights) => [4, 8].map((activations) => ({ weights, activations }) as LayerBits)),
  };
  expect(uniformPasses(pairs).map((choose) => pairs.a[choose('a') as number])).toEqual([
    { weights: 8, activations: 8 },
    { weights: 4, activations: 4 },
    { weights: 2, activations: 4 },
  ]);
  const seen = new Set(Array.from({ length: 40 }, (_, i) => randomPass(candidates, createRng(i))('stem')));
  expect(seen).toEqual(new Set([0, 1, 2]));
});

describeBackends('joint training', (backend) => {
  const passes = (model: Supernet) => {
    const { candidates } = model.options;
    const uniform = uniformPasses(candidates);
    return (rng: Parameters<typeof randomPass>[1]) => [...uniform, randomPass(candidates, rng)];
  };

  // Slow, so only on fast backends; trainable.test.ts tests that the others learn.
  test.runIf(backend === 'wasm')('every width learns at once', async () => {
    const model = supernetOf([8, 4, 2], true);
    const steps = await take(trainJointly(model, dataset, JOINT, passes(model)));
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(steps.every(({ images }) => images === 8 * 4)).toBe(true);
    const losses = steps.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
    expect(losses).toHaveLength(4);
    expect(losses[3]).toBeLessThan(0.8 * losses[0]);
    for (const width of [8, 4, 2] as const)
      expect(await accuracy(await model.extract(uniformPolicy(network, width, FLOAT)), width)).toBeGreaterThan(0.8);
    model.dispose();
  });

  test.runIf(backend === 'wasm')('in two parts it is the same run, to the bit', async () => {
    const settings = { ...JOINT, steps: 12 };
    const [whole, first, second] = [0, 1, 2].map(() => supernetOf([4, 2], true));
    const all = await take(trainJointly(whole, dataset, settings, passes(whole)));
    await take(trainJointly(first, dataset, settings, passes(first)), 10);
    second.restore(structuredClone(await first.state()) as SupernetState);
    const rest = await take(trainJointly(second, dataset, settings, passes(second), 10));
    expect(rest).toEqual(all.slice(10));
    expect(await second.state()).toEqual(await whole.state());
    for (const model of [whole, first, second]) model.dispose();
  });
});

describeBackends('differentiable search', (backend) => {
  const widths: BitWidth[] = [8, 4, 2];
  const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'tensor' };
  const costs: MixtureCosts = {
    layers: new Map(layerCosts(network).map(({ id, weights }) => [id, Float32Array.from(widths, (w) => w * weights)])),
    fixed: 0,
  };
  const settings: DifferentiableSettings = {
    ...JOINT,
    steps: 14,
    warmUp: 3,
    split: 0.8,
    temperature: { first: 5, last: 0.5 },
    gumbel: true,
    theta: { learningRate: 0.05, weightDecay: 0 },
    gamma: 0.9,
  };
  const make = () => ({
    model: supernetOf(widths, false, scheme),
    mixture: new Mixture(new Map([...costs.layers].map(([id, { length }]) => [id, length]))),
  });
  type Pair = ReturnType<typeof make>;
  const run = ({ model, mixture }: Pair, changed: Partial<DifferentiableSettings> = {}, from = 0) =>
    trainMixture(model, mixture, dataset, costs, { ...settings, ...changed }, from);
  const free = (pairs: readonly Pair[]) => {
    for (const { model, mixture } of pairs) for (const each of [model, mixture]) each.dispose();
  };
  /** Expected bits under a layer's thetas, averaged over the layers weighted by size. */
  const meanBits = async ({ mixture }: Pair) => {
    let [bits, all] = [0, 0];
    for (const [id, theta] of await mixture.thetas()) {
      const weights = (costs.layers.get(id) as Float32Array)[2] / 2;
      const total = theta.reduce((sum, v) => sum + Math.exp(v), 0);
      theta.forEach((v, k) => {
        bits += (weights * widths[k] * Math.exp(v)) / total;
      });
      all += weights;
    }
    return bits / all;
  };

  test.runIf(backend === 'wasm')('temperature falls, the loss falls, and cost presses the bits down', async () => {
    const [pressed, free1] = [make(), make()];
    const steps = await take(run(pressed, { steps: 60, gamma: 4 }));
    await take(run(free1, { steps: 60, gamma: 0 }));
    expect([steps[0].temperature, steps[59].temperature]).toBeAllClose([5, 0.5 * 10 ** (1 / 60)], { rtol: 1e-9 });
    expect([steps[2].images, steps[3].images]).toEqual([8, 16]); // thetas take a batch after the warm-up
    expect(steps[59].loss).toBeLessThan(steps[9].loss as number);
    expect(await meanBits(pressed)).toBeLessThan(3.8);
    expect(await meanBits(pressed)).toBeLessThan((await meanBits(free1)) - 0.4);
    free([pressed, free1]);
  });

  test.runIf(backend === 'wasm')('in two parts it is the same run, to the bit', async () => {
    const [whole, first, second] = [make(), make(), make()];
    const all = await take(run(whole));
    await take(run(first), 10);
    second.model.restore(await first.model.state());
    second.mixture.restore(await first.mixture.state());
    expect(await take(run(second, {}, 10))).toEqual(all.slice(10));
    expect(await second.mixture.state()).toEqual(await whole.mixture.state());
    expect(await second.model.state()).toEqual(await whole.model.state());
    free([whole, first, second]);
  });

  test('the factor of the cost is 1 at equal shares and grows with the cost', async () => {
    const cheapest = [...costs.layers.values()].reduce((sum, [, , two]) => sum + two, 0);
    const at = async (ratio: number) => {
      const factor = tf.tidy(() => costFactor(tf.scalar(cheapest * ratio), costs, 0.9));
      const [value] = await factor.data();
      factor.dispose();
      return value;
    };
    expect(await at(7 / 3)).toBeCloseTo(1, 5); // mean of 8, 4 and 2 bits
    expect(await at(1)).toBeCloseTo((1 + Math.log(7 / 3)) ** -0.9, 5);
    expect(await at(4)).toBeGreaterThan(1);
    // In bits: raising the cost by a share raises the factor by gamma / ln(bits) of it.
    const bits = 77_360 * 4;
    const inBits = { layers: new Map([['all', Float32Array.of(bits)]]), fixed: 0, unit: 1 };
    const slope = tf.tidy(() => tf.grad((x: tf.Tensor) => costFactor(x as tf.Scalar, inBits, 0.9))(tf.scalar(bits)));
    expect((await slope.data())[0] * bits).toBeCloseTo(0.9 / 12.64, 3);
    slope.dispose();
  });
});
