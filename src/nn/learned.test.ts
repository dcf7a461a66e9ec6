// Learned quantizer parameters, through Trainable: gradients by finite differences of the published surrogates, which
// ones are kept and dropped, and that steps stay positive.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { foldBatchNorms } from '../graph/folding';
import { learnedKernelName } from '../graph/learned';
import { layersOf, type Network, type Parameter, parameterName } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { joinGroups, kernelLayout, splitGroups } from '../quant/granularity';
import { lsqCodes, stepGradientScale } from '../quant/lsq';
import { type QuantScheme, quantizerOf } from '../quant/registry';
import { ArchitectureBuilder } from '../zoo/definition';
import { describeBackends, take } from './backends.testing';
import { Inference } from './inference';
import { learnedKernels, MIN_LEARNED } from './learned';
import { randomNetwork, small } from './networks.testing';
import type { SgdOptions } from './sgd';
import { batch, crossEntropy, PLAIN, stepOnce, values } from './steps.testing';
import { Trainable } from './trainable';

const CASES = [
  ['lsq', 'tensor', 3],
  ['lsq', 'channel', 2],
  ['ttq', 'tensor', 2],
  ['ttq', 'channel', 2],
  ['binary', 'tensor', 1],
  ['binary', 'channel', 1],
] as const;
const LSQ = { quantizer: 'lsq', granularity: 'tensor' } as const;
const SGD: SgdOptions = { learningRate: 0.1, momentum: 0.9, weightDecay: 0 };
/** A convolution, a depthwise one, another, and a dense layer, without kinks: ReLUs would spoil finite differences. */
function smoothNetwork() {
  const net = new ArchitectureBuilder();
  const window = { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1] } as const;
  const a = net.add('conv2d', 'a', [net.add('input', 'image', [], { shape: [6, 6, 3] })], {
    ...window,
    filters: 5,
    bias: true,
  });
  const dw = net.add('depthwiseConv2d', 'dw', [net.add('batchNorm', 'a.bn', [a], { epsilon: 1e-3 })], {
    ...window,
    bias: false,
  });
  const b = net.add('conv2d', 'b', [net.add('batchNorm', 'dw.bn', [dw], { epsilon: 1e-3 })], {
    ...window,
    filters: 6,
    bias: false,
  });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'mean', [b], {})], { units: 4, bias: true });
  return randomNetwork(net.build('Smooth'), 3);
}

type Id = (typeof CASES)[number][0];

/**
 * The surrogate of one group as a function of its numbers and learned parameters near (x0, p0): smooth there, equal to
 * `forward` at that point, with the published gradient as its slope.
 */
function surrogate(id: Id, x0: Float32Array, p0: readonly number[], bits: number) {
  return (x: Float32Array, p: readonly number[]): Float32Array => {
    if (id === 'lsq') {
      // Inside the codes the rounding error of the ratio is held constant: v = s (x / s + error). Outside it is the
      // bound.
      const [min, max] = lsqCodes(bits, true);
      const rounded = quantizerOf('lsq').forward(x0, { step: p0[0] }, { bits });
      return x.map((v, i) => {
        const ratio = x0[i] / p0[0];
        return ratio <= min ? p[0] * min : ratio >= max ? p[0] * max : v + p[0] * (rounded[i] / p0[0] - ratio);
      });
    }
    if (id === 'binary')
      return x.map((v, i) => (x0[i] >= 0 ? p[0] : -p[0]) + (Math.abs(x0[i]) <= 1 ? p0[0] * (v - x0[i]) : 0));
    const threshold = 0.05 * x0.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
    return x.map((v, i) => {
      const [level, slope] = x0[i] > threshold ? [p[0], p0[0]] : x0[i] < -threshold ? [-p[1], p0[1]] : [0, 1];
      return level + slope * (v - x0[i]);
    });
  };
}

describeBackends('learned parameters of kernels', () => {
  test.each(CASES)('%s per %s at %d bits: gradients are those of finite differences', async (id, granularity, bits) => {
    const network = smoothNetwork();
    const scheme: QuantScheme = { quantizer: id, granularity };
    const policy = uniformPolicy(network, bits, FLOAT);
    const loss = crossEntropy([0, 2, 1], 4);
    const rate = 0.01; // small enough that no step is clamped to MIN_LEARNED
    const starts = learnedKernels(network, policy, scheme);
    const quantAware = { policy, scheme, ranges: new Map() };
    const { after } = await stepOnce(network, loss, 3, { ...PLAIN, learningRate: rate }, quantAware);
    const rng = createRng(4);
    const layers = layersOf(network).map((node) => {
      const { shape, values: kernel } = network.parameters.get(parameterName(node.id, 'kernel')) as Parameter;
      const layout = kernelLayout(shape, node.op === 'depthwiseConv2d');
      const start = starts.get(learnedKernelName(node.id, scheme, bits)) as Parameter;
      const groups = splitGroups(kernel, granularity, layout);
      const column = (g: number, by: Float32Array) =>
        Array.from({ length: start.shape[0] }, (_, i) => by[i * groups.length + g]);
      expect(start.shape[1]).toBe(groups.length);
      const smooth = groups.map((group, g) => surrogate(id, group, column(g, start.values), bits));
      const join = (parts: Float32Array[]) => joinGroups(parts, granularity === 'tensor' ? 1 : layout.channels);
      return { node, shape, kernel, layout, start, groups, column, smooth, join };
    });
    /** Loss of the float network whose kernels are the surrogates', all moved by `h` times a direction. */
    const lossAt = async (h: number, dw: Float32Array[], dp: Float32Array[]) => {
      const parameters = new Map(network.parameters);
      for (const [l, { node, shape, layout, start, groups, column, smooth, join }] of layers.entries()) {
        const shift = splitGroups(dw[l], granularity, layout);
        const moved = start.values.map((v, i) => v + h * dp[l][i]);
        const parts = groups.map((group, g) =>
          smooth[g](
            group.map((v, i) => v + h * shift[g][i]),
            column(g, moved),
          ),
        );
        parameters.set(parameterName(node.id, 'kernel'), { shape, values: join(parts) });
      }
      return (await stepOnce({ ...network, parameters }, loss, 3)).loss;
    };
    const zeros = (like: Float32Array) => new Float32Array(like.length);
    for (const [l, { node, kernel, groups, start }] of layers.entries())
      for (const moving of ['kernel', 'learned'] as const) {
        const size = moving === 'kernel' ? kernel : start.values;
        const direction = size.map(() => rng.normal());
        const only = (part: string, like: (layer: (typeof layers)[number]) => Float32Array) =>
          layers.map((layer, i) => (i === l && moving === part ? direction : zeros(like(layer))));
        const [dw, dp] = [only('kernel', (layer) => layer.kernel), only('learned', (layer) => layer.start.values)];
        const name = moving === 'kernel' ? parameterName(node.id, 'kernel') : learnedKernelName(node.id, scheme, bits);
        // LSQ publishes the slope times a factor, equal for all groups of a layer.
        const factor = moving === 'learned' && id === 'lsq' ? stepGradientScale(groups[0].length, bits, true) : 1;
        const gradient = size.map((v, i) => (v - values(after, name)[i]) / rate / factor);
        const expected = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
        const slope = async (h: number) => ((await lossAt(h, dw, dp)) - (await lossAt(-h, dw, dp))) / (2 * h);
        const slopes = [await slope(5e-3), await slope(5e-4)]; // curvature spoils the large step, float32 the small one
        const miss = Math.min(...slopes.map((s) => Math.abs(s - expected)));
        expect(miss, `${name}: ${expected} by gradient, ${slopes} by differences`).toBeLessThan(
          1e-3 + 0.01 * Math.abs(expected),
        );
      }
  });

  test.each(CASES)('%s per %s at %d bits: inference rounds as training ended', async (id, granularity, bits) => {
    const network = foldBatchNorms(randomNetwork(small(), 3)); // without batch norms logits are comparable
    const scheme: QuantScheme = { quantizer: id, granularity };
    const policy = uniformPolicy(network, bits, FLOAT);
    const input = batch(network, 4);
    const loss = crossEntropy([0, 2, 1, 2], 3);
    const model = new Trainable(network, { policy, scheme, ranges: new Map() });
    for (let i = 0; i < 3; i++) tf.dispose(model.step(input, loss, { ...SGD, learningRate: 0.02 }));
    const after = await model.read();
    const last = model.step(input, loss, { ...PLAIN, learningRate: 0 });
    model.dispose();
    const starts = learnedKernels(network, policy, scheme);
    expect([...after.parameters.keys()].filter((name) => name.includes('@'))).toEqual([...starts.keys()]);
    for (const [name, start] of starts) expect(values(after, name)).not.toEqual(start.values);
    const inference = new Inference(after);
    inference.configure({ policy, scheme, ranges: new Map() });
    const { logits } = inference.run(() => input.clone());
    expect(await take(logits)).toBeAllClose(await take(last.logits), { rtol: 1e-4, atol: 1e-5 });
    inference.dispose();
    tf.dispose([input, last.loss]);
  });

  test('start from the network’s values, stay while weights do, and are dropped by the first step at another width', async () => {
    const network = randomNetwork(small(), 3);
    const name = learnedKernelName('block', LSQ, 3);
    const learned: Network = {
      ...network,
      parameters: new Map(network.parameters).set(name, { shape: [1, 1], values: Float32Array.of(0.125) }),
    };
    const at = (bits: 3 | 4) => ({ policy: uniformPolicy(network, bits, FLOAT), scheme: LSQ, ranges: new Map() });
    expect(learnedKernels(learned, at(3).policy, LSQ).get(name)?.values).toEqual(Float32Array.of(0.125));
    const wrong = new Map(learned.parameters).set(name, { shape: [1, 2], values: Float32Array.of(1, 1) });
    expect(() => new Trainable({ ...learned, parameters: wrong }, at(3))).toThrow('of 1 groups, but 2 are stored');
    const input = batch(network, 4);
    for (const quantAware of [undefined, at(3), at(4)]) {
      const model = new Trainable(learned, quantAware);
      model.poolRunning(input, 0);
      const still = (await model.read()).parameters;
      expect([...still.keys()]).toEqual([...learned.parameters.keys()]);
      expect(still.get(name)).toEqual(learned.parameters.get(name));
      tf.dispose(model.step(input, crossEntropy([0, 1, 2, 1], 3), { ...SGD, learningRate: 1e-3 }));
      const stepped = [...(await model.read()).parameters.keys()].filter((key) => key.includes('@'));
      expect(stepped).toEqual(
        quantAware === undefined
          ? []
          : layersOf(network).map(({ id }) => learnedKernelName(id, LSQ, quantAware.policy.block.weights)),
      );
      model.dispose();
    }
    input.dispose();
  });

  test('stay above 0 at any learning rate, and do not decay', async () => {
    const network = randomNetwork(small(), 3);
    const quantAware = { policy: uniformPolicy(network, 2, FLOAT), scheme: LSQ, ranges: new Map() };
    const loss = crossEntropy([0, 1, 2, 1], 3);
    const run = (options: Partial<SgdOptions>) => stepOnce(network, loss, 4, { ...PLAIN, ...options }, quantAware);
    const steps = ({ after }: { after: Network }) =>
      layersOf(network).map(({ id }) => after.parameters.get(learnedKernelName(id, LSQ, 2))?.values[0] as number);
    const far = steps(await run({ learningRate: 1e4 }));
    expect(Math.min(...far)).toBe(Math.fround(MIN_LEARNED));
    // From there they recover: a step that is too small clips everything, and its gradient is not 0.
    const sunk = new Map(network.parameters);
    for (const { id } of layersOf(network))
      sunk.set(learnedKernelName(id, LSQ, 2), { shape: [1, 1], values: Float32Array.of(MIN_LEARNED) });
    const model = new Trainable({ ...network, parameters: sunk }, quantAware);
    const input = batch(network, 4);
    for (let i = 0; i < 20; i++) tf.dispose(model.step(input, loss, SGD));
    expect(steps({ after: await model.read() })).toSatisfy((all: number[]) => all.some((step) => step > 0.01));
    model.dispose();
    input.dispose();
    expect(steps(await run({ weightDecay: 0.9 }))).toEqual(steps(await run({ weightDecay: 0 })));
  });
});
