// Folding, fusing, preparing and the memo against the plain loops of reference.testing.ts.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { learnedInputName } from '../graph/learned';
import { layersOf, type Network } from '../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { activationQuantizers } from '../quant/activationRegistry';
import type { ActivationQuantizerId } from '../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizers } from '../quant/registry';
import { meanMagnitude } from '../quant/symmetric';
import type { ActivationRange } from '../rounding/activationRounding';
import { type ActivationRanges, floatRounding } from '../rounding/rounding';
import { type NetworkId, networks } from '../zoo/registry';
import { describeBackends, maxAbs, take } from './backends.testing';
import { Inference, type StepMemo } from './inference';
import { everything, randomNetwork, rangeOf, small } from './networks.testing';
import { referenceLogits } from './reference.testing';

const SCHEME: QuantScheme = { quantizer: 'affine', granularity: 'channel' };
/** Layers below this limit add integers. */
const INTEGERS: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const BATCH = 2;

function imagesFor({ nodes: [image] }: Network): { values: Float32Array; shape: [number, number, number, number] } {
  if (image.op !== 'input') throw new Error('no input');
  const rng = createRng(5);
  const shape: [number, number, number, number] = [BATCH, ...image.shape];
  return { values: Float32Array.from({ length: shape.reduce((p, d) => p * d, 1) }, () => rng.normal()), shape };
}

/** Ranges of each layer's input on the images, as in calibration. */
async function rangesOf(network: Network): Promise<ActivationRanges> {
  const model = new Inference(network);
  model.configure(floatRounding(network));
  const { values, shape } = imagesFor(network);
  const ranges = new Map<string, ActivationRange>();
  const { logits } = model.run(
    () => tf.tensor4d(values, shape),
    undefined,
    (layer, x) => {
      const seen = x.dataSync() as Float32Array;
      ranges.set(layer.id, { ...rangeOf(Math.min(...seen), Math.max(...seen)), meanMagnitude: meanMagnitude(seen) });
    },
  );
  tf.dispose(logits);
  model.dispose();
  return ranges;
}

/** The first image of the batch. */
function referenceInputs(network: Network): Float32Array {
  const { values } = imagesFor(network);
  return values.subarray(0, values.length / BATCH);
}

// A number at a tie may round either way: the effect of one step of one activation, as a share of the largest logit.
const TIES = { 2: 1e-4, 3: 1e-4, 4: 1e-4, 8: 0.02 } as const;

/** Largest difference from the reference, as a share of the largest logit. */
async function error(
  network: Network,
  policy: BitPolicy,
  scheme: QuantScheme,
  ranges: ActivationRanges,
): Promise<number> {
  const { values, shape } = imagesFor(network);
  const model = new Inference(network);
  model.configure({ policy, scheme, ranges });
  const { logits } = model.run(() => tf.tensor4d(values, shape));
  const fast = await take(logits);
  model.dispose();
  const size = values.length / BATCH;
  const plain = Array.from({ length: BATCH }, (_, n) => [
    ...referenceLogits(network, values.subarray(n * size, (n + 1) * size), policy, scheme, ranges),
  ]).flat();
  expect(fast).toHaveLength(plain.length);
  return maxAbs(plain.map((v, i) => v - fast[i])) / maxAbs(plain);
}

describeBackends('inference', () => {
  // VGG16 is VGG-small with four times the filters, and too slow for plain loops.
  const zoo: [NetworkId, number][] = [
    ['tiny', 16],
    ['resnet8', 8],
    ['resnet20', 8],
    ['vgg-small', 32],
  ];

  test.each(zoo)('%s gives the logits of its definition', async (id, size) => {
    const network = randomNetwork(networks[id].build([size, size, 3], 10), 1);
    expect(await error(network, uniformPolicy(network, FLOAT, FLOAT), SCHEME, new Map())).toBeLessThan(1e-4);
    if (id === 'vgg-small') return;
    expect(await error(network, uniformPolicy(network, 3, FLOAT), SCHEME, new Map())).toBeLessThan(1e-4);
  });

  test('every operation', async () => {
    const network = randomNetwork(everything(), 2);
    expect(await error(network, uniformPolicy(network, FLOAT, FLOAT), SCHEME, new Map())).toBeLessThan(1e-5);
    for (const quantizer of ['affine', 'symmetric'] as const)
      for (const granularity of ['tensor', 'channel'] as const)
        for (const bits of [1, 2, 5, 8] as const) {
          const scheme = { quantizer, granularity };
          expect(await error(network, uniformPolicy(network, bits, FLOAT), scheme, new Map())).toBeLessThan(1e-4);
        }
    for (const quantizer of Object.keys(quantizers) as QuantizerId[]) {
      const { granularities, bits } = quantizers[quantizer];
      const granularity = granularities[0] === 'block' ? 'block:4' : granularities[0];
      const policy = uniformPolicy(network, bits[0] as BitWidth, FLOAT);
      expect(await error(network, policy, { quantizer, granularity }, new Map())).toBeLessThan(1e-4);
    }
    const ranges = await rangesOf(network);
    // A number at a tie may round either way; a step at 8 bits is 1/255 of a range.
    for (const scheme of [SCHEME, INTEGERS])
      expect(await error(network, uniformPolicy(network, 8, 8), scheme, ranges)).toBeLessThan(0.02);
  });

  test.each(Object.keys(activationQuantizers) as ActivationQuantizerId[])('%s activations', async (activations) => {
    const network = randomNetwork(everything(), 2);
    const ranges = await rangesOf(network);
    for (const granularity of ['channel', 'block:4'] as const)
      for (const bits of [2, 3, 4, 8] as const) {
        // Every layer, including the one that reads the image.
        const eight = uniformPolicy(network, 8, bits);
        const policy = Object.fromEntries(
          Object.keys(eight).map((id) => [id, { weights: 8, activations: bits }] as const),
        );
        const scheme: QuantScheme = { ...SCHEME, granularity, activations };
        const seen = activations === 'bfp' ? new Map() : ranges;
        expect(await error(network, policy, scheme, seen)).toBeLessThan(TIES[bits]);
      }
  });

  test('learned values for an input take precedence over calibration', async () => {
    const network = randomNetwork(small(), 2);
    const ranges = await rangesOf(network);
    const policy = uniformPolicy(network, 8, 3);
    const plain = referenceInputs(network);
    for (const [activations, value] of [
      ['pact', 0.7],
      ['lsq', 0.09],
    ] as const) {
      const parameters = new Map(network.parameters);
      for (const id of ['block', 'next', 'fc'])
        parameters.set(learnedInputName(id, activations, 3), { shape: [1, 1], values: Float32Array.of(value) });
      const trained = { ...network, parameters };
      const scheme = { ...SCHEME, activations };
      expect(await error(trained, policy, scheme, ranges)).toBeLessThan(TIES[3]);
      expect(await error(trained, policy, scheme, new Map())).toBeLessThan(TIES[3]);
      const logits = (net: Network) => [...referenceLogits(net, plain, policy, scheme, ranges)];
      expect(logits(trained)).not.toEqual(logits(network));
    }
  });

  test('activation bits round a layer’s input', async () => {
    // One dense layer on a 1x1 image: its input is 0 ... 3 in steps of 1 at 2 bits.
    const network: Network = {
      name: 'One',
      nodes: [
        { op: 'input', id: 'image', inputs: [], shape: [1, 1, 3] },
        { op: 'flatten', id: 'flat', inputs: ['image'] },
        { op: 'dense', id: 'fc', inputs: ['flat'], units: 1, bias: false },
      ],
      parameters: new Map([['fc.kernel', { shape: [3, 1], values: Float32Array.of(1, 10, 100) }]]),
    };
    const model = new Inference(network);
    model.configure({
      policy: { fc: { weights: FLOAT, activations: 2 } },
      scheme: SCHEME,
      ranges: new Map([['fc', rangeOf(0, 3)]]),
    });
    const { logits } = model.run(() => tf.tensor4d([0.6, 1.4, 7], [1, 1, 1, 3]));
    expect(await take(logits)).toBeAllClose([1 + 10 + 300]);
    model.dispose();
  });

  test('rejects activation bits without a range, and leaks nothing after dispose', () => {
    const network = randomNetwork(small(), 1);
    const model = new Inference(network);
    expect(() => model.configure({ policy: uniformPolicy(network, 8, 8), scheme: SCHEME, ranges: new Map() })).toThrow(
      'calibrate before',
    );
    expect(() =>
      model.configure({ policy: uniformPolicy(network, 8, FLOAT), scheme: SCHEME, ranges: new Map() }),
    ).not.toThrow();
    model.dispose();
  });

  test('configuring repeatedly holds only one set of weights', () => {
    const network = randomNetwork(small(), 1);
    const model = new Inference(network);
    const held = () => tf.memory().numTensors;
    model.configure({ policy: uniformPolicy(network, 8, FLOAT), scheme: SCHEME, ranges: new Map() });
    const first = held();
    for (const bits of [4, 2, 8, 1] as const)
      model.configure({ policy: uniformPolicy(network, bits, FLOAT), scheme: SCHEME, ranges: new Map() });
    expect(held()).toBe(first);
    model.dispose();
  });

  describe('with a memo', () => {
    /** Stores every step's last result. */
    class KeepAll implements StepMemo {
      private readonly kept = new Map<number, { signature: number; tensor: tf.Tensor }>();
      get(step: number, signature: number): tf.Tensor | undefined {
        const entry = this.kept.get(step);
        return entry?.signature === signature ? entry.tensor : undefined;
      }
      offer(step: number, signature: number, tensor: tf.Tensor): boolean {
        this.kept.get(step)?.tensor.dispose();
        this.kept.set(step, { signature, tensor });
        return true;
      }
      wants(): boolean {
        return true;
      }
      dispose(): void {
        tf.dispose([...this.kept.values()].map(({ tensor }) => tensor));
      }
    }

    test.each([
      ['small', small(), SCHEME],
      ['everything', everything(), SCHEME],
      ['everything', everything(), INTEGERS],
      ['resnet8', networks.resnet8.build([8, 8, 3], 10), INTEGERS],
    ] as const)(
      '%s: after any change of one layer, the bits of a full pass and only what follows is executed',
      async (_, architecture, scheme) => {
        const network = randomNetwork(architecture, 3);
        const ranges = await rangesOf(network);
        const { values, shape } = imagesFor(network);
        const input = () => tf.tensor4d(values, shape);
        const [cached, full] = [new Inference(network), new Inference(network)];
        const memo = new KeepAll();
        const rng = createRng(4);
        const draw = <T>(list: readonly T[]) => list[rng.integer(list.length)];
        let policy = uniformPolicy(network, 8, 8);
        cached.configure({ policy, scheme, ranges });
        const start = cached.run(input, memo);
        expect(start.executed.size).toBe(cached.steps.length);
        start.logits.dispose();
        const layers = layersOf(network);
        for (const layer of [...layers, ...layers].reverse()) {
          const old = policy[layer.id];
          const weights = draw(([1, 2, 3, 4, 6, 32] as BitWidth[]).filter((bits) => bits !== old.weights));
          const activations = draw([old.activations, 2, 5, 32] as BitWidth[]);
          policy = { ...policy, [layer.id]: { weights, activations } };
          cached.configure({ policy, scheme, ranges });
          full.configure({ policy, scheme, ranges });
          const quick = cached.run(input, memo);
          const whole = full.run(input);
          expect(await take(quick.logits)).toEqual(await take(whole.logits));
          // The affected steps: the layer's own and all that depend on it.
          const changed = new Set<number>();
          cached.steps.forEach(({ node, inputs }, i) => {
            if (node.id === layer.id || inputs.some((j) => changed.has(j))) changed.add(i);
          });
          expect(quick.executed).toEqual(changed);
          expect(whole.executed.size).toBe(full.steps.length);
        }
        const again = cached.run(input, memo);
        expect(again.executed.size).toBe(0);
        again.logits.dispose();
        memo.dispose();
        cached.dispose();
        full.dispose();
      },
    );

    test('another scheme or other ranges give separate results', async () => {
      const network = randomNetwork(small(), 3);
      const ranges = await rangesOf(network);
      const { values, shape } = imagesFor(network);
      const input = () => tf.tensor4d(values, shape);
      const model = new Inference(network);
      const memo = new KeepAll();
      const wider = new Map([...ranges].map(([id, { min, max }]) => [id, rangeOf(2 * min, 2 * max)]));
      const policy = uniformPolicy(network, 2, 4);
      const setups = [
        [SCHEME, ranges],
        [{ ...SCHEME, quantizer: 'symmetric' }, ranges],
        [{ ...SCHEME, granularity: 'tensor' }, ranges],
        [SCHEME, wider],
        [SCHEME, ranges],
      ] as const;
      const results: Float32Array[] = [];
      for (const [scheme, seen] of setups) {
        model.configure({ policy, scheme, ranges: seen });
        const { logits } = model.run(input, memo);
        results.push(await take(logits));
      }
      for (const result of results.slice(1, 4)) expect(result).not.toEqual(results[0]);
      expect(results[4]).toEqual(results[0]);
      memo.dispose();
      model.dispose();
    });
  });
});
