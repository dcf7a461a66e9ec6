// PACT's clips and LSQ's steps of activations: the tensor twins against quant/, and training them through Trainable.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { foldBatchNorms } from '../graph/folding';
import { learnedInputName } from '../graph/learned';
import type { Network } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { lsqActivations, stepGradientScale } from '../quant/lsq';
import { pact } from '../quant/pact';
import type { QuantScheme } from '../quant/registry';
import { ArchitectureBuilder, initialize } from '../zoo/definition';
import { describeBackends, take, withoutKernels } from './backends.testing';
import { Inference } from './inference';
import { learnedInputGrad } from './kernels/learnedInputHeap';
import { MIN_LEARNED } from './learned';
import { randomNetwork, rangeOf, small } from './networks.testing';
import { roundLearned } from './quantizers/learnedInput';
import type { SgdOptions } from './sgd';
import type { Loss } from './stepSums';
import { batch, crossEntropy, expectLearnedByHeart, PLAIN, stepOnce, values } from './steps.testing';
import { Trainable } from './trainable';

const SGD: SgdOptions = { learningRate: 0.1, momentum: 0.9, weightDecay: 0 };
const IDS = ['pact', 'lsq'] as const;
const schemeOf = (activations: QuantScheme['activations']): QuantScheme => ({
  quantizer: 'affine',
  granularity: 'channel',
  ...(activations && { activations }),
});
const RANGES = new Map(['stem', 'block', 'next', 'fc'].map((id) => [id, rangeOf(id === 'stem' ? -3 : 0, 4)]));

/** Numbers below zero, at zero, between the levels, on them and beyond them, including the end itself. */
function trials(size: number, end: number): Float32Array {
  const rng = createRng(size);
  return Float32Array.from({ length: size }, (_, i) => [0, end, (1.4 * rng.uniform() - 0.2) * end][Math.min(2, i % 7)]);
}

describeBackends('roundLearned', () => {
  describe.each(IDS)('%s', (id) => {
    const check = async () => {
      for (const shape of [[2, 3, 3, 5], [4, 6], [1]])
        for (const bits of [2, 3, 4, 8])
          for (const value of [1.5, 0.37, 1e-5, 0]) {
            // A quotient that equals the last code up to its last bit may round either way; a value slightly beyond it
            // may not.
            const end = id === 'pact' ? value : value * (2 ** bits - 1 + 1e-4);
            const size = shape.reduce((p, d) => p * d, 1);
            const [x, dy] = [trials(size, end), trials(size, 1)];
            const inputs = [tf.tensor(x, shape), tf.tensor2d([[value]]), tf.tensor(dy, shape)];
            const run = (t: tf.Tensor, p: tf.Tensor) => roundLearned(id, t, p, bits);
            const y = tf.tidy(() => run(inputs[0], inputs[1]));
            const [dx, dp] = tf.tidy(() => tf.grads(run)([inputs[0], inputs[1]], inputs[2]));
            expect([y.shape, dx.shape, dp.shape]).toEqual([shape, shape, [1, 1]]);
            const learned = Math.fround(value);
            const [wanted, gradient] =
              id === 'pact'
                ? [pact.forward(x, { clip: learned }, { bits }), pact.backward(x, dy, { clip: learned }, { bits })]
                : [
                    lsqActivations.forward(x, { step: learned }, { bits }),
                    lsqActivations.backward(x, dy, { step: learned }, { bits }),
                  ];
            expect(await take(y)).toEqual(wanted);
            expect(await take(dx)).toBeAllClose(gradient.dx, { rtol: 0, atol: 0 }); // a composed zero may be -0
            expect(await take(dp)).toBeAllClose(Object.values(gradient.dp ?? {}), { rtol: 1e-5, atol: 1e-5 });
            tf.dispose(inputs);
          }
    };
    test('gives the values and gradients of quant/', check);
    test('gives them composed of operations too', () => withoutKernels([learnedInputGrad.name], check));
  });
});

describeBackends('learned activations', () => {
  // An image through a dense layer and a ReLU to a dense layer whose input is rounded; a loss that is linear in the logits.
  const net = new ArchitectureBuilder();
  const flat = net.add('flatten', 'flat', [net.add('input', 'image', [], { shape: [2, 2, 3] })], {});
  const relu = net.add('relu', 'relu', [net.add('dense', 'first', [flat], { units: 9, bias: false })], {});
  net.add('dense', 'last', [relu], { units: 2, bias: false });
  const two = initialize(net.build('Two'), createRng(8));
  const linear: Loss = (logits) => tf.sum(tf.mul(logits, tf.tensor1d([1, -0.7]))) as tf.Scalar;

  test.each(IDS)('%s: gradients are those of finite differences of the surrogate', async (id) => {
    const bits = 3;
    const images = 4;
    const start = id === 'pact' ? 1.1 : 0.21;
    const name = learnedInputName('last', id, bits);
    const network: Network = {
      ...two,
      parameters: new Map(two.parameters).set(name, { shape: [1, 1], values: Float32Array.of(start) }),
    };
    const policy: BitPolicy = {
      first: { weights: FLOAT, activations: FLOAT },
      last: { weights: FLOAT, activations: bits },
    };
    const quantAware = { policy, scheme: schemeOf(id), ranges: new Map() };
    const { after } = await stepOnce(network, linear, images, PLAIN, quantAware);
    const gradient = (parameter: string) => values(network, parameter).map((v, i) => v - values(after, parameter)[i]);
    const input = batch(network, images);
    const pixels = await take(input);
    const hidden = (kernel: ArrayLike<number>) =>
      Array.from({ length: images * 9 }, (_, k) => {
        let sum = 0;
        for (let i = 0; i < 12; i++) sum += pixels[Math.floor(k / 9) * 12 + i] * kernel[i * 9 + (k % 9)];
        return Math.max(0, sum);
      });
    const first = values(two, 'first.kernel');
    const last = values(two, 'last.kernel');
    const fixed = hidden(first).map((v) => v / start); // with LSQ's rounding errors held constant
    const lossAt = (kernel: ArrayLike<number>, p: number) =>
      hidden(kernel).reduce((sum, v, k) => {
        const ratio = fixed[k];
        const lsq = ratio <= 0 ? 0 : ratio >= 7 ? 7 * p : v + p * (Math.round(ratio) - ratio);
        const seen = id === 'pact' ? Math.min(p, v) : lsq;
        return sum + seen * (last[(k % 9) * 2] - 0.7 * last[(k % 9) * 2 + 1]);
      }, 0);
    const h = 1e-6;
    const scale = id === 'pact' ? 1 : stepGradientScale(images * 9, bits, false);
    const slope = (lossAt(first, start + h) - lossAt(first, start - h)) / (2 * h);
    expect(Math.abs(slope)).toBeGreaterThan(0.1);
    expect(gradient(name)[0]).toBeCloseTo(slope * scale, 4);
    const kernelGradient = gradient('first.kernel');
    const direction = Float64Array.from(first, (_, i) => Math.sin(i + 1));
    const along = (sign: number) =>
      lossAt(
        Float64Array.from(first, (w, i) => w + sign * h * direction[i]),
        start,
      );
    const expected = (along(1) - along(-1)) / (2 * h);
    expect(Math.abs(expected)).toBeGreaterThan(0.1);
    expect(kernelGradient.reduce((sum, g, i) => sum + g * direction[i], 0)).toBeCloseTo(expected, 4);
  });

  const policyOf = (network: Network, bits: BitWidth) => uniformPolicy(network, FLOAT, bits);
  const learnedOf = (network: Network) => [...network.parameters.keys()].filter((name) => name.includes('@'));

  test.each(IDS)('%s: kept for the layers behind ReLUs, and inference rounds as training ended', async (id) => {
    const network = foldBatchNorms(randomNetwork(small(), 3)); // without batch norms logits are comparable
    // The image is rounded too: it keeps the uniform grid, and learns nothing.
    const policy = { ...policyOf(network, 3), stem: { weights: FLOAT, activations: 4 } } as const;
    const scheme = schemeOf(id);
    const quantAware = { policy, scheme, ranges: RANGES };
    const input = batch(network, 4);
    const model = new Trainable(network, quantAware);
    const loss = crossEntropy([0, 2, 1, 2], 3);
    for (let i = 0; i < 3; i++) tf.dispose(model.step(input, loss, { ...SGD, learningRate: 0.02 }));
    const after = await model.read();
    const last = model.step(input, loss, { ...PLAIN, learningRate: 0 });
    model.dispose();
    expect(learnedOf(after)).toEqual(['block', 'next', 'fc'].map((layer) => learnedInputName(layer, id, 3)));
    const inference = new Inference(after);
    inference.configure({ policy, scheme, ranges: RANGES });
    const { logits } = inference.run(() => input.clone());
    expect(await take(logits)).toBeAllClose(await take(last.logits), { rtol: 1e-4, atol: 1e-4 });
    inference.dispose();
    // Resuming starts from there; another width starts with the initialization.
    const again = new Trainable(after, quantAware);
    tf.dispose(again.step(input, loss, { ...PLAIN, learningRate: 0 }));
    const name = learnedInputName('fc', id, 3);
    expect(values(await again.read(), name)).toEqual(values(after, name));
    again.dispose();
    const other = new Trainable(after, { ...quantAware, policy: policyOf(network, 4) });
    tf.dispose(other.step(input, loss, { ...PLAIN, learningRate: 0 }));
    expect(learnedOf(await other.read())).toEqual(
      ['block', 'next', 'fc'].map((layer) => learnedInputName(layer, id, 4)),
    );
    other.dispose();
    tf.dispose([input, last.loss]);
  });

  test('clips decay, steps do not, and both stay above 0', async () => {
    const network = randomNetwork(small(), 3);
    const loss = crossEntropy([0, 1, 2, 1], 3);
    for (const id of IDS) {
      const quantAware = { policy: policyOf(network, 2), scheme: schemeOf(id), ranges: RANGES };
      const at = async (options: Partial<SgdOptions>) => {
        const { after } = await stepOnce(network, loss, 4, { ...PLAIN, ...options }, quantAware);
        return learnedOf(after).map((name) => values(after, name)[0]);
      };
      const [plain, decayed] = [await at({ weightDecay: 0 }), await at({ weightDecay: 0.1 })];
      expect(decayed).toBeAllClose(id === 'pact' ? plain.map((clip) => clip - 0.1 * 4) : plain, { atol: 1e-4 });
      expect(Math.min(...(await at({ learningRate: 1e5, weightDecay: 0.1 })))).toBe(Math.fround(MIN_LEARNED));
    }
  });

  test('LSQ+ learns scales and offsets of all layers, and inference rounds as training ended', async () => {
    const network = foldBatchNorms(randomNetwork(small(), 3));
    const policy = { ...policyOf(network, 3), stem: { weights: FLOAT, activations: 4 } } as const;
    const quantAware = { policy, scheme: schemeOf('lsqPlus'), ranges: RANGES };
    const input = batch(network, 4);
    const model = new Trainable(network, quantAware);
    const name = learnedInputName('stem', 'lsqPlus', 4);
    const before = (await model.state()).get(`value:${name}`) as Float32Array;
    const loss = crossEntropy([0, 2, 1, 2], 3);
    for (let i = 0; i < 3; i++) tf.dispose(model.step(input, loss, { ...SGD, learningRate: 0.02 }));
    const after = await model.read();
    const last = model.step(input, loss, { ...PLAIN, learningRate: 0 });
    model.dispose();
    expect(learnedOf(after)).toEqual([
      name,
      ...['block', 'next', 'fc'].map((id) => learnedInputName(id, 'lsqPlus', 3)),
    ]);
    const moved = values(after, name);
    expect([moved[0] === before[0], moved[1] === before[1], moved[1] < 0]).toEqual([false, false, true]);
    const inference = new Inference(after);
    inference.configure(quantAware);
    const { logits } = inference.run(() => input.clone());
    expect(await take(logits)).toBeAllClose(await take(last.logits), { rtol: 1e-4, atol: 1e-4 });
    inference.dispose();
    tf.dispose([input, last.loss]);
  });

  test.each(['pact', 'lsq', 'lsqPlus', 'bfp', 'uniform'] as const)('%s learns eight images by heart', async (id) => {
    await expectLearnedByHeart((network) => ({
      policy: uniformPolicy(network, 4, 2),
      scheme: schemeOf(id),
      ranges: RANGES,
    }));
  });
});
