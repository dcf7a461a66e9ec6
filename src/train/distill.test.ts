import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { Dataset } from '../data/dataset';
import type { Network } from '../graph/network';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { createRng } from '../math/rng';
import { describeBackends, take } from '../nn/backends.testing';
import { distillationLoss } from '../nn/distillation';
import { Inference } from '../nn/inference';
import { small } from '../nn/networks.testing';
import type { Rounding } from '../rounding/rounding';
import { initialize } from '../zoo/definition';
import { type DistillSettings, distill } from './distill';
import { evaluate, finish } from './evaluate';
import { colorDataset } from './synthetic.testing';
import { DivergenceError, type StepMetrics, train } from './train';

const SCHEME = { quantizer: 'symmetric', granularity: 'tensor' } as const;
const settings: DistillSettings = {
  epochs: 12,
  batchSize: 8,
  learningRate: 0.05,
  schedule: 'cosine',
  momentum: 0.9,
  weightDecay: 0,
  augment: true,
  imagesPerEpoch: 24,
  seed: 3,
  temperature: 2,
};

const labelled = colorDataset(24, 12);
/** Reading the label of a training image fails the test. */
const dataset: Dataset = {
  ...labelled,
  train: {
    ...labelled.train,
    label: () => {
      throw new Error('A label was read.');
    },
  },
};

async function run(generator: AsyncGenerator<StepMetrics, Network, void>) {
  const losses: (number | undefined)[] = [];
  for (;;) {
    const { value, done } = await generator.next();
    if (done) return { losses, network: value };
    losses.push(value.loss);
  }
}

async function floatNetwork(): Promise<Network> {
  const fresh = initialize(small(), createRng(1));
  return (await run(train(fresh, labelled, { ...settings, learningRate: 0.1, labelSmoothing: 0 }))).network;
}

/** Mean divergence of a network under a policy from the float network, in nats, on the test images. */
async function distance(float: Network, network: Network, quantAware: Rounding): Promise<number> {
  const logits = [];
  for (const [model, policy] of [
    [new Inference(float), uniformPolicy(float, FLOAT, FLOAT)],
    [new Inference(network), quantAware.policy],
  ] as const) {
    model.configure({ policy, scheme: SCHEME, ranges: quantAware.ranges });
    const options = { from: 0, to: 12, batchSize: 6, keepLogits: true };
    logits.push((await finish(evaluate(model, labelled, labelled.test, options))).logits as Float32Array);
    model.dispose();
  }
  const [teacher, student] = logits.map((values) => tf.tensor2d(values, [12, 3]));
  const loss = await take(distillationLoss(teacher, student, 1));
  tf.dispose([teacher, student]);
  return loss[0];
}

describeBackends('distillation', (backend) => {
  test('its loss is T^2 KL(teacher || student)', async () => {
    // The formula in double precision.
    for (const temperature of [1, 2, 4]) {
      const soft = (z: number[]) => {
        const e = z.map((v) => Math.exp(v / temperature));
        return e.map((v) => v / e.reduce((a, b) => a + b));
      };
      const teacher = [
        [1, 2, 3],
        [5, 0, 0],
      ];
      const student = [
        [0, 0, 0],
        [0, 5, 0],
      ];
      const rows = teacher.map((z, n) => {
        const [p, q] = [soft(z), soft(student[n])];
        return p.reduce((sum, v, c) => sum + v * Math.log(v / q[c]), 0);
      });
      const [a, b] = [tf.tensor2d(teacher), tf.tensor2d(student)];
      const [loss] = await take(distillationLoss(a, b, temperature));
      expect(loss).toBeCloseTo((temperature ** 2 * (rows[0] + rows[1])) / 2, 4);
      const [none] = await take(distillationLoss(a, a, temperature));
      expect(none).toBeCloseTo(0, 6);
      tf.dispose([a, b]);
    }
  });

  test('logits a thousand nats apart stay finite', async () => {
    const [a, b] = [tf.tensor2d([[1000, 0, -1000]]), tf.tensor2d([[-1000, 0, 1000]])];
    expect((await take(distillationLoss(a, b, 1)))[0]).toBeCloseTo(2000, 2);
    tf.dispose([a, b]);
  });

  // Slow, so only on fast backends; trainable.test.ts tests that the others learn.
  test.runIf(backend === 'wasm')('brings a 3-bit student to its teacher and reads no label', async () => {
    const float = await floatNetwork();
    const quantAware = { policy: uniformPolicy(float, 3, FLOAT), scheme: SCHEME, ranges: new Map() };
    const before = structuredClone(float.parameters);
    const { network } = await run(distill(float, dataset, { ...settings, epochs: 24 }, quantAware));
    const [far, near] = [await distance(float, float, quantAware), await distance(float, network, quantAware)];
    expect(near).toBeLessThan(far / 2);
    expect(float.parameters).toEqual(before);
  });

  test('equal seeds give equal students, and neither stopping nor diverging leaks tensors', async () => {
    const float = initialize(small(), createRng(1));
    const quantAware = { policy: uniformPolicy(float, 3, FLOAT), scheme: SCHEME, ranges: new Map() };
    const short = { ...settings, epochs: 2 };
    const before = tf.memory().numTensors;
    const [a, b] = [
      await run(distill(float, dataset, short, quantAware)),
      await run(distill(float, dataset, short, quantAware)),
    ];
    expect(b).toEqual(a);
    const generator = distill(float, dataset, short, quantAware);
    await generator.next();
    await generator.return(float);
    expect(tf.memory().numTensors).toBe(before);
    const wild = run(distill(float, dataset, { ...settings, learningRate: 1e8, epochs: 20 }, quantAware));
    await expect(wild).rejects.toBeInstanceOf(DivergenceError);
    expect(tf.memory().numTensors).toBe(before);
  });
});
