// A network of several widths: one width equals Trainable's step, passes add up, mixtures match finite differences,
// states round-trip bit for bit, and extracted networks give the same logits.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { layersOf, type Network } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, type LayerBits, uniformPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import type { ActivationRanges } from '../rounding/rounding';
import { describeBackends, take } from './backends.testing';
import type { Candidates } from './candidates';
import { Inference } from './inference';
import { modulatedKernels } from './kernelSource';
import { everything, randomNetwork, rangeOf, small } from './networks.testing';
import { batch, crossEntropy, PLAIN, stepOnce, trained, values } from './steps.testing';
import { Supernet } from './supernet';
import type { Choose, SupernetOptions } from './supernetOptions';

const LSQ: QuantScheme = { quantizer: 'lsq', granularity: 'tensor', activations: 'lsq' };
const AFFINE: QuantScheme = { quantizer: 'affine', granularity: 'tensor' };
const LABELS = [0, 2, 1];
const SGD = { learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 };

const rangesOf = (network: Network): ActivationRanges =>
  new Map(layersOf(network).map(({ id }) => [id, rangeOf(-2, 3)]));

/** Each layer at each of the policies' bits. */
function candidatesOf(network: Network, policies: readonly BitPolicy[]): Candidates {
  return Object.fromEntries(layersOf(network).map(({ id }) => [id, policies.map((policy) => policy[id])]));
}

/** Pairs of equal widths for all layers; the image stays float. */
const pairs = (network: Network, widths: readonly BitWidth[]) =>
  candidatesOf(
    network,
    widths.map((bits) => uniformPolicy(network, bits, bits)),
  );

function supernetOf(network: Network, candidates: Candidates, more: Partial<SupernetOptions> = {}): Supernet {
  return new Supernet(network, { candidates, scheme: LSQ, ranges: rangesOf(network), switchable: true, ...more });
}

const at =
  (index: number): Choose =>
  () =>
    index;

/** Losses of a step, whose tensors are disposed. */
async function stepped(model: Supernet, input: tf.Tensor4D, passes: readonly Choose[], options = SGD, classes = 3) {
  const results = model.step(input, crossEntropy(LABELS, classes), passes, options);
  const losses: number[] = [];
  for (const { loss, logits } of results) {
    logits.dispose();
    losses.push((await take(loss))[0]);
  }
  return losses;
}

/** The change of each value of a state. */
function movesOf(before: ReadonlyMap<string, Float32Array>, after: ReadonlyMap<string, Float32Array>) {
  const moves = new Map<string, Float32Array>();
  for (const [name, old] of before)
    moves.set(
      name,
      old.map((v, i) => v - (after.get(name) as Float32Array)[i]),
    );
  return moves;
}

describeBackends('Supernet', () => {
  test.each([
    ['small', small(), 3, LSQ],
    ['everything', everything(8), 4, LSQ],
    ['small', small(), 3, AFFINE],
  ] as const)(
    '%s with one width takes the same step as Trainable, bit for bit',
    async (_, architecture, classes, scheme) => {
      const network = randomNetwork(architecture, 1);
      const policy = uniformPolicy(network, 3, 4);
      const quantAware = { policy, scheme, ranges: rangesOf(network) };
      const expected = await stepOnce(network, crossEntropy(LABELS, classes), 3, SGD, quantAware);
      const model = supernetOf(network, candidatesOf(network, [policy]), { scheme });
      const input = batch(network, 3);
      const [loss] = await stepped(model, input, [at(0)], SGD, classes);
      const after = await model.extract(policy);
      expect(loss).toBe(expected.loss);
      for (const name of expected.after.parameters.keys())
        expect(values(after, name)).toEqual(values(expected.after, name));
      expect(new Set(after.parameters.keys())).toEqual(new Set(expected.after.parameters.keys()));
      input.dispose();
      model.dispose();
    },
  );

  test('gradients of passes add up, and variables that no pass reaches stay unchanged', async () => {
    const network = randomNetwork(small(), 2);
    const candidates = pairs(network, [4, 3, 2]);
    const input = batch(network, 3);
    const mixedPass: Choose = (layer) => (layer === 'block' ? 0 : 1);
    const run = async (passes: readonly Choose[], options: Parameters<Supernet['step']>[3] = PLAIN) => {
      const model = supernetOf(network, candidates);
      const before = await model.state();
      await stepped(model, input, passes, options as typeof SGD);
      const after = await model.state();
      model.dispose();
      return movesOf(before, after);
    };
    const [wide, mixed, both] = [await run([at(0)]), await run([mixedPass]), await run([at(0), mixedPass])];
    const weights = [...both.keys()].filter(
      (name) => name.startsWith('value:') && trained(name) && !/\.(mean|variance)@/.test(name),
    );
    for (const name of weights) {
      const [a, b] = [wide.get(name) as Float32Array, mixed.get(name) as Float32Array];
      expect(both.get(name)).toBeAllClose(
        a.map((v, i) => v + b[i]),
        { rtol: 1e-3, atol: 2e-5 },
      );
    }
    // Large decay and momentum change nothing of the narrow width.
    const decayed = await run([at(0), mixedPass], { learningRate: 0.1, momentum: 0.9, weightDecay: 1 });
    const idle = [...decayed.keys()].filter((name) => /[@/]2$/.test(name));
    expect(idle.filter((name) => name.startsWith('value:')).length).toBe(4 + 3 + 3 * 4); // steps of kernels, of inputs, banks
    for (const name of idle) expect(decayed.get(name)?.every((v) => v === 0)).toBe(true);
    expect(decayed.get('value:stem.kernel@lsq/tensor/3')?.[0]).not.toBe(0);
    expect(decayed.get('value:block.kernel@lsq/tensor/3')?.[0]).toBe(0);
    expect(decayed.get('value:block.bn.gamma@4')?.some((v) => v !== 0)).toBe(true);
    expect(decayed.get('value:block.bn.gamma@3')?.every((v) => v === 0)).toBe(true);
    // Clipping bounds each element of the sum.
    const clipped = await run([at(0), mixedPass], { ...PLAIN, clip: 0.01 });
    for (const name of weights) {
      const sum = both.get(name) as Float32Array;
      expect(clipped.get(name)).toBeAllClose(
        sum.map((v) => Math.max(-0.01, Math.min(0.01, v))),
        { atol: 1e-6 },
      );
    }
    input.dispose();
  });

  test('a mixture of one candidate equals it, and gradients of shares match finite differences', async () => {
    const network = randomNetwork(small(), 3);
    const model = supernetOf(network, pairs(network, [8, 4, 2]), { scheme: AFFINE, switchable: false });
    const input = batch(network, 3);
    const lossOf = (shares: tf.Tensor1D) =>
      crossEntropy(LABELS, 3)(model.forward(input, (layer) => (layer === 'stem' ? 1 : shares)));
    const at8 = tf.tidy(() => lossOf(tf.tensor1d([1, 0, 0])));
    const alone = tf.tidy(() => crossEntropy(LABELS, 3)(model.forward(input, (layer) => (layer === 'stem' ? 1 : 0))));
    expect(await take(at8)).toBeAllClose(await take(alone), { rtol: 1e-6, atol: 1e-6 });
    // Rounding would spoil finite differences, but the logits are smooth in the shares of the last layer.
    const point = [0.5, 0.2, 0.3];
    const ofLast = (shares: tf.Tensor) =>
      crossEntropy(LABELS, 3)(model.forward(input, (layer) => (layer === 'fc' ? (shares as tf.Tensor1D) : 1)));
    const gradient = await take(tf.tidy(() => tf.grad(ofLast)(tf.tensor1d(point))));
    for (const [k, slope] of gradient.entries()) {
      const h = 1e-2;
      const lossAt = (d: number) =>
        take(tf.tidy(() => ofLast(tf.tensor1d(point.map((v, i) => v + (i === k ? d : 0))))));
      const difference = ((await lossAt(h))[0] - (await lossAt(-h))[0]) / (2 * h);
      expect(Math.abs(difference - slope)).toBeLessThan(2e-3 + 0.02 * Math.abs(slope));
    }
    const everywhere = (shares: tf.Tensor) => lossOf(shares as tf.Tensor1D);
    const all = await take(tf.tidy(() => tf.grad(everywhere)(tf.tensor1d(point))));
    expect(all.every((v) => Number.isFinite(v) && v !== 0)).toBe(true);
    const banked = supernetOf(network, pairs(network, [8, 4]), { scheme: AFFINE });
    expect(() => tf.tidy(() => banked.forward(input, () => tf.tensor1d([0.5, 0.5])))).toThrow(
      'need shared batch norms',
    );
    for (const each of [model, banked]) each.dispose();
    input.dispose();
  });

  test('gradients of modulated kernels and gains match finite differences, and all widths start equal', async () => {
    const network = randomNetwork(small(), 4);
    const float: LayerBits = { weights: FLOAT, activations: FLOAT };
    const eight: LayerBits = { weights: 8, activations: FLOAT };
    const candidates = Object.fromEntries(layersOf(network).map(({ id }) => [id, [eight, float]]));
    const options = { scheme: AFFINE, switchable: false, kernels: modulatedKernels({ rank: 2, gains: true }) };
    const model = supernetOf(network, candidates, options);
    const input = batch(network, 3);
    const start = await model.state();
    expect(start.has('value:next.kernel~1')).toBe(true);
    expect(start.has('value:next.kernel~2')).toBe(false); // two widths: rank 1 represents everything
    const first = await stepped(model, input, [at(1)], PLAIN);
    const plain = await stepOnce(network, crossEntropy(LABELS, 3), 3);
    expect(first[0]).toBeCloseTo(plain.loss, 5);
    // After a few steps, so that no factor is zero.
    for (let i = 0; i < 3; i++) await stepped(model, input, [at(0), at(1)]);
    const here = await model.state();
    await stepped(model, input, [at(1)], PLAIN);
    const after = await model.state();
    for (const name of [
      'next.kernel~1',
      'next.kernel~coefficients/32',
      'next.kernel~logGain/32',
      'fc.kernel~logGain/32',
    ]) {
      const old = here.get(`value:${name}`) as Float32Array;
      const now = after.get(`value:${name}`) as Float32Array;
      const gradient = old.map((v, i) => v - now[i]);
      const size = Math.hypot(...gradient);
      expect(size).toBeGreaterThan(0);
      const slope = async (h: number) => {
        const lossAt = async (sign: number) => {
          model.restore(new Map([...here, [`value:${name}`, old.map((v, i) => v + (sign * h * gradient[i]) / size)]]));
          return (await stepped(model, input, [at(1)], PLAIN))[0];
        };
        return ((await lossAt(1)) - (await lossAt(-1))) / (2 * h);
      };
      // Momentum 0 and rate 1: the step was the gradient. ReLUs have kinks, so the closer of two step sizes counts.
      const miss = Math.min(...[await slope(3e-3), await slope(3e-4)].map((s) => Math.abs(s - size)));
      expect(miss, `${name}: ${size}`).toBeLessThan(3e-3 + 0.02 * size);
    }
    input.dispose();
    model.dispose();
  });

  test.each([
    ['banks, learned steps', { scheme: LSQ }],
    ['shared norms', { scheme: AFFINE, switchable: false }],
    ['gains and modulation', { scheme: AFFINE, kernels: modulatedKernels({ rank: 1, gains: true }) }],
    ['gains on learned steps', { scheme: LSQ, kernels: modulatedKernels({ rank: 0, gains: true }) }],
  ] as const)('the extracted network gives the supernet’s logits: %s', async (_, more) => {
    const network = randomNetwork(small(), 5);
    const model = supernetOf(network, pairs(network, [8, 4, 3]), more);
    const input = batch(network, 3);
    const mixed: BitPolicy = { ...uniformPolicy(network, 4, 4), block: { weights: 3, activations: 3 } };
    for (let i = 0; i < 4; i++) await stepped(model, input, [at(0), at(1), at(2), model.choose(mixed)]);
    for (const policy of [mixed, uniformPolicy(network, 8, 8)]) {
      const own = await take(tf.tidy(() => model.forward(input, model.choose(policy), 'running')));
      const inference = new Inference(await model.extract(policy));
      const { scheme, ranges } = model.quantAware(policy);
      inference.configure({ policy, scheme, ranges });
      const { logits } = inference.run(() => input.clone());
      expect(await take(logits)).toBeAllClose(own, { rtol: 1e-3, atol: 2e-3 });
      inference.dispose();
    }
    // Training continues from the extracted network.
    const { loss } = await stepOnce(
      await model.extract(mixed),
      crossEntropy(LABELS, 3),
      3,
      PLAIN,
      model.quantAware(mixed),
    );
    expect((await stepped(model, input, [model.choose(mixed)]))[0]).toBeCloseTo(loss, 3);
    await expect(model.extract(uniformPolicy(network, 2, 2))).rejects.toThrow('was not trained with 2-bit weights');
    input.dispose();
    model.dispose();
  });

  test('a run saved and restored in the middle ends the same, bit for bit', async () => {
    const network = randomNetwork(small(), 6);
    const make = () => supernetOf(network, pairs(network, [4, 2]));
    const passes = [at(0), at(1)];
    const input = batch(network, 3);
    const [whole, first, second] = [make(), make(), make()];
    const losses: number[][] = [];
    for (let i = 0; i < 6; i++) losses.push(await stepped(whole, input, passes));
    for (let i = 0; i < 3; i++) expect(await stepped(first, input, passes)).toEqual(losses[i]);
    second.restore(await first.state());
    for (let i = 3; i < 6; i++) expect(await stepped(second, input, passes)).toEqual(losses[i]);
    expect(await second.state()).toEqual(await whole.state());
    const state = new Map(await whole.state());
    state.delete('velocity:fc.bias');
    expect(() => second.restore(state)).toThrow('does not fit this network and its widths (at "velocity:fc.bias")');
    for (const model of [whole, first, second]) model.dispose();
    input.dispose();
  });

  test('passes that cannot run are rejected before a tensor is made', () => {
    const network = randomNetwork(small(), 7);
    const candidates = pairs(network, [4]);
    expect(() => supernetOf(network, { ...candidates, block: [] })).toThrow('Layer "block" of Small has no widths');
    expect(() => supernetOf(network, pairs(network, [1]))).toThrow('no 1-bit weights');
    expect(() => supernetOf(network, candidates, { ranges: new Map() })).toThrow('no calibrated activation range');
    const kernels = modulatedKernels({ rank: 0, gains: true });
    const scheme: QuantScheme = { quantizer: 'dorefa', granularity: 'tensor' };
    expect(() => supernetOf(network, candidates, { scheme, kernels })).toThrow('DoReFa does not');
  });
});
