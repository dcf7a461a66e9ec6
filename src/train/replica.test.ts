// Steps from shards: one shard is the step of before, bit for bit; several are what separate passes over the parts give,
// and their gradient is that of the loss that they state.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { augmentedPlan, type BatchPlan, composeBatch } from '../data/batch';
import { layersOf, type Network } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { fc, law } from '../math/law.testing';
import { createRng } from '../math/rng';
import { describeBackends, take } from '../nn/backends.testing';
import { everything, randomNetwork, rangeOf, small } from '../nn/networks.testing';
import { moved, trained, values } from '../nn/steps.testing';
import { Supernet } from '../nn/supernet';
import { type StepOptions, Trainable } from '../nn/trainable';
import type { QuantScheme } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { type GoalOf, labelGoal, openGoal } from './goals';
import { cutBatch, type DeviceNumber, OwnSteps, Replica } from './replica';
import { colorDataset } from './synthetic.testing';

const dataset = colorDataset(24, 12);
const toLabels: GoalOf = (_, labels) => labelGoal(labels, 3, 0.1);
/** A step that moves weights by their gradient. */
const PLAIN: StepOptions = { learningRate: 1, momentum: 0, weightDecay: 0 };
const SGD: StepOptions = { learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 };
const SIZE = 7;
const plan = augmentedPlan(
  Uint32Array.from({ length: SIZE }, (_, i) => (5 * i) % 24),
  createRng(3),
);

function roundingOf(network: Network, scheme: QuantScheme): Rounding {
  const ranges = new Map(layersOf(network).map(({ id }) => [id, rangeOf(-2, 3)]));
  return { policy: uniformPolicy(network, 3, 4), scheme, ranges };
}

const SCHEMES: readonly (readonly [string, QuantScheme | undefined])[] = [
  ['float', undefined],
  ['affine', { quantizer: 'affine', granularity: 'channel' }],
  ['LSQ, learned steps of activations', { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' }],
  ['learned grid, LSQ+', { quantizer: 'affine', granularity: 'tensor', activations: 'lsqPlus' }],
  ['DoReFa, PACT', { quantizer: 'dorefa', granularity: 'tensor', activations: 'pact' }],
];

interface Stepped {
  readonly loss: number;
  readonly hits: number;
  readonly after: Network;
}

/** Takes ownership. */
async function read(number: DeviceNumber): Promise<number> {
  const value = (await number.data())[0];
  number.dispose();
  return value;
}

/** A step of `make`'s model on `batch` in `shards` shards. */
async function stepIn(
  shards: number,
  make: () => Trainable,
  batch: BatchPlan,
  options = PLAIN,
  goal = toLabels,
): Promise<Stepped> {
  const model = make();
  const steps = new OwnSteps(new Replica(model, goal, dataset.train, dataset), shards);
  const { losses, hits } = await steps.step(batch, undefined, options);
  const after = await model.read();
  model.dispose();
  return { loss: await read(losses[0]), hits: await read(hits), after };
}

test('shards are the batch in order, in parts whose sizes differ by one at most', () => {
  law([fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 9 })], (images, shards) => {
    const indices = Uint32Array.from({ length: images }, (_, i) => 3 * i + 1);
    const batch = augmentedPlan(indices, createRng(images));
    const cut = cutBatch(batch, shards);
    expect(cut).toHaveLength(Math.min(images, shards));
    for (const part of ['indices', 'flips', 'rows', 'columns'] as const)
      expect(cut.flatMap((shard) => [...shard.plan[part]])).toEqual([...batch[part]]);
    const sizes = cut.map((shard) => shard.plan.indices.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(cut.map(({ share }) => share)).toEqual(sizes.map((size) => size / images));
  });
});

describeBackends('a step from shards', () => {
  test('of one shard is the step on the whole batch, bit for bit', async () => {
    const network = randomNetwork(small(), 1);
    const quantAware = roundingOf(network, { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' });
    const model = new Trainable(network, quantAware);
    const { images, labels } = composeBatch(dataset.train, plan, dataset);
    const input = tf.tensor4d(images, [SIZE, 6, 6, 3]);
    const { loss, answers } = labelGoal(labels, 3, 0.1);
    const result = model.step(input, loss, SGD);
    const expected = { loss: (await take(result.loss))[0], after: await model.read() };
    tf.dispose([input, answers, result.logits]);
    model.dispose();
    const { hits: _, ...found } = await stepIn(1, () => new Trainable(network, quantAware), plan, SGD);
    expect(found).toEqual(expected);
  });

  test.each(SCHEMES)('%s: is the mean of separate steps on the parts, by images', async (_, scheme) => {
    const network = randomNetwork(small(), 2);
    const quantAware = scheme && roundingOf(network, scheme);
    const make = () => new Trainable(network, quantAware);
    const start = await (async () => {
      const model = make();
      const state = await model.state();
      model.dispose();
      return state;
    })();
    for (const shards of [2, 3]) {
      const found = await stepIn(shards, make, plan);
      const parts = cutBatch(plan, shards);
      const apart: Stepped[] = [];
      for (const part of parts) apart.push(await stepIn(1, make, part.plan));
      const mean = (of: (step: Stepped, shard: number) => number) =>
        apart.reduce((sum, step, i) => sum + parts[i].share * of(step, i), 0);
      expect(found.loss).toBeCloseTo(
        mean(({ loss }) => loss),
        5,
      );
      expect(found.hits).toBe(apart.reduce((sum, { hits }) => sum + hits, 0));
      for (const [name, { values: after }] of found.after.parameters) {
        // Learned steps of activations move in proportion to the root of the images that share them.
        const scaled = /\.input@lsq/.test(name);
        const before = start.get(`value:${name}`) as Float32Array;
        const expected = after.map((_, i) =>
          mean(({ after: one }, shard) => {
            const move = values(one, name)[i] - before[i];
            return before[i] + move * (scaled ? Math.sqrt(parts[shard].share) : 1);
          }),
        );
        expect(after, name).toBeAllClose(expected, { rtol: 1e-4, atol: 2e-5 });
      }
      // Not what the whole batch gives: the statistics are others.
      const whole = await stepIn(1, make, plan);
      expect(whole.loss).not.toBeCloseTo(found.loss, 5);
    }
  });

  test('follows the float network’s answers, and damps once', async () => {
    const network = randomNetwork(small(), 4);
    const quantAware = roundingOf(network, { quantizer: 'symmetric', granularity: 'tensor' });
    const goal = openGoal({ teacher: randomNetwork(small(), 5), temperature: 2 }, 3);
    const make = () => new Trainable(network, quantAware);
    const options = { ...PLAIN, learningRate: 0.1, damping: 0.5 };
    const found = await stepIn(2, make, plan, options, goal.of);
    const parts = cutBatch(plan, 2);
    const apart: Stepped[] = [];
    for (const part of parts) apart.push(await stepIn(1, make, part.plan, options, goal.of));
    goal.dispose();
    for (const [name, { values: after }] of found.after.parameters) {
      const expected = after.map((_, i) =>
        parts.reduce((sum, { share }, p) => sum + share * values(apart[p].after, name)[i], 0),
      );
      expect(after, name).toBeAllClose(expected, { rtol: 1e-4, atol: 2e-5 });
    }
  });

  test('moves weights along the gradient of its loss, by finite differences', async () => {
    const network = randomNetwork(everything(6), 6);
    const goal: GoalOf = (_, labels) => labelGoal(labels, 4, 0);
    const lossAt = async (at: Network) => (await stepIn(3, () => new Trainable(at), plan, PLAIN, goal)).loss;
    const { after } = await stepIn(3, () => new Trainable(network), plan, PLAIN, goal);
    const rng = createRng(8);
    for (const name of [...network.parameters.keys()].filter(trained)) {
      const before = values(network, name);
      const direction = Float32Array.from(before, () => rng.normal());
      const expected = before.reduce((sum, v, i) => sum + (v - values(after, name)[i]) * direction[i], 0);
      const slope = async (h: number) => {
        const at = (sign: number) => lossAt(moved(network, name, (v, i) => v + sign * h * direction[i]));
        return ((await at(1)) - (await at(-1))) / (2 * h);
      };
      // Two step sizes, because ReLUs and maxima have kinks: the closer one counts.
      const slopes = [await slope(2e-3), await slope(1e-4)];
      const miss = Math.min(...slopes.map((s) => Math.abs(s - expected)));
      expect(miss, `${name}: ${expected} by gradient, ${slopes} by differences`).toBeLessThan(
        5e-3 + 0.03 * Math.abs(expected),
      );
    }
  });

  test.each([true, false])(
    'of a network of several widths, banks %s, is the mean of separate steps',
    async (switchable) => {
      const network = randomNetwork(small(), 7);
      const { scheme, ranges } = roundingOf(network, { quantizer: 'lsq', granularity: 'tensor' });
      const widths = [2, 4] as const;
      const candidates = Object.fromEntries(
        layersOf(network).map(({ id }) => [id, widths.map((bits) => ({ weights: bits, activations: bits }))]),
      );
      const passes = [() => 0, () => 1, (layer: string) => (layer === 'stem' ? 0 : 1)];
      const stepped = async (batch: BatchPlan, shards: number) => {
        const model = new Supernet(network, { candidates, scheme, ranges, switchable });
        const steps = new OwnSteps(new Replica(model, toLabels, dataset.train, dataset), shards);
        const { losses, hits } = await steps.step(batch, passes, PLAIN);
        hits.dispose();
        const taken: number[] = [];
        for (const loss of losses) taken.push(await read(loss));
        const state = await model.state();
        model.dispose();
        return { losses: taken, state };
      };
      const found = await stepped(plan, 2);
      const parts = cutBatch(plan, 2);
      const apart = [await stepped(parts[0].plan, 1), await stepped(parts[1].plan, 1)];
      const mean = (of: (step: (typeof apart)[0]) => number) =>
        apart.reduce((sum, step, i) => sum + parts[i].share * of(step), 0);
      found.losses.forEach((loss, pass) => {
        expect(loss).toBeCloseTo(
          mean(({ losses }) => losses[pass]),
          5,
        );
      });
      for (const [name, after] of found.state) {
        const expected = after.map((_, i) => mean(({ state }) => (state.get(name) as Float32Array)[i]));
        expect(after, name).toBeAllClose(expected, { rtol: 1e-4, atol: 5e-5 });
      }
    },
  );
});
