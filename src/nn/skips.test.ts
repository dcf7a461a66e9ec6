// Skipped branches in every kind of pass, against a network whose branch outputs zeros because its batch norm's gamma
// and beta are 0.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { branchesOf } from '../graph/branches';
import { type BitPolicy, FLOAT, type LayerBits, uniformPolicy } from '../graph/policy';
import { closeSkips } from '../graph/skips';
import type { QuantScheme } from '../quant/registry';
import { networks } from '../zoo/registry';
import { describeBackends, take } from './backends.testing';
import { Inference } from './inference';
import { randomNetwork, rangeOf, small } from './networks.testing';
import { batch, crossEntropy, moved, PLAIN, stepOnce, values } from './steps.testing';
import { Supernet } from './supernet';

const SCHEME: QuantScheme = { quantizer: 'affine', granularity: 'channel' };
const network = randomNetwork(small(), 1);
const LAYERS = ['stem', 'block', 'next', 'fc'];
const ranges = new Map(LAYERS.map((id) => [id, rangeOf(-2, 3)]));
/** Outputs zeros in place of the block. */
const silent = moved(
  moved(network, 'block.bn.gamma', () => 0),
  'block.bn.beta',
  () => 0,
);
const policy = uniformPolicy(network, 4, 6);
const without: BitPolicy = { ...policy, block: { ...policy.block, weights: 0 } };
const loss = crossEntropy([0, 2, 1], 3);

describeBackends('left out', () => {
  test('inference equals a branch of zeros, without running it, and can be undone', async () => {
    const input = batch(network, 3);
    const [model, expected] = [new Inference(network), new Inference(silent)];
    expected.configure({ policy, scheme: SCHEME, ranges });
    const all = model.steps.length;
    for (const [asked, steps] of [
      [policy, all],
      [without, all - 1],
      [policy, all],
    ] as const) {
      model.configure({ policy: asked, scheme: SCHEME, ranges });
      const [own, other] = [model.run(() => input.clone()), expected.run(() => input.clone())];
      const [logits, silence] = [await take(own.logits), await take(other.logits)];
      expect(own.executed.size).toBe(steps);
      if (asked === without) expect(logits).toEqual(silence);
      else expect(logits).not.toEqual(silence);
    }
    const before = tf.memory().numTensors;
    model.configure({ policy: without, scheme: SCHEME, ranges });
    tf.dispose(model.run(() => input.clone()).logits);
    expect(tf.memory().numTensors).toBeLessThan(before);
    for (const one of [model, expected]) one.dispose();
    input.dispose();
  });

  test('all nine blocks of ResNet-20 can be skipped', async () => {
    const resnet = randomNetwork(networks.resnet20.build([32, 32, 3], 10), 2);
    const input = batch(resnet, 1);
    const model = new Inference(resnet);
    const ids = Object.keys(uniformPolicy(resnet, 4, FLOAT));
    const none = Object.fromEntries(ids.map((id) => [id, { weights: 0, activations: FLOAT } as LayerBits]));
    const ends = { [ids[0]]: policy.stem, [ids[ids.length - 1]]: policy.stem };
    model.configure({ policy: { ...none, ...ends }, scheme: SCHEME, ranges: new Map() });
    const { logits, executed } = model.run(() => input.clone());
    // Image, stem, nine sums, shortcuts of two steps at two of them, average, dense layer.
    expect(executed.size).toBe(17);
    expect((await take(logits)).every(Number.isFinite)).toBe(true);
    model.dispose();
    input.dispose();
  });

  test('a training step equals that of a branch of zeros, and leaves the branch unchanged', async () => {
    const own = await stepOnce(network, loss, 3, PLAIN, { policy: without, scheme: SCHEME, ranges });
    const other = await stepOnce(silent, loss, 3, PLAIN, { policy, scheme: SCHEME, ranges });
    expect(own.loss).toBeCloseTo(other.loss, 5);
    for (const name of network.parameters.keys()) {
      if (name.startsWith('block.')) expect(values(own.after, name)).toEqual(values(network, name));
      else expect(values(own.after, name)).toBeAllClose(values(other.after, name), { rtol: 1e-4, atol: 1e-5 });
    }
  });

  const candidates = Object.fromEntries(
    LAYERS.map((id) => [
      id,
      id === 'block' ? [{ weights: 0, activations: FLOAT } as const, policy.block] : [policy[id]],
    ]),
  );
  const supernet = (bits = candidates) =>
    new Supernet(network, {
      candidates: bits,
      scheme: { ...SCHEME, granularity: 'tensor' },
      ranges,
      switchable: false,
    });

  test('a mixture with all its shares on one candidate equals that candidate’s pass', async () => {
    const model = supernet();
    const input = batch(network, 3);
    const run = (choice: number | readonly [number, number]) =>
      take(
        tf.tidy(() =>
          model.forward(input, (id) =>
            id !== 'block' ? 0 : typeof choice === 'number' ? choice : tf.tensor1d([...choice]),
          ),
        ),
      );
    for (const [index, shares] of [
      [0, [1, 0]],
      [1, [0, 1]],
    ] as const)
      expect(await run(shares)).toBeAllClose(await run(index), { rtol: 1e-4, atol: 1e-4 });
    expect(await run(0)).not.toBeAllClose(await run(1), { rtol: 1e-2, atol: 1e-2 });
    const plain = new Inference(await model.extract(without));
    expect(model.quantAware(closeSkips(branchesOf(network), without)).policy).toEqual(without);
    plain.dispose();
    input.dispose();
    model.dispose();
  });

  test('the gradient of the share of skipping matches finite differences', async () => {
    // Rounded activations would make the loss a step function.
    const floats = Object.entries(candidates).map(([id, all]) => [
      id,
      all.map((bits) => ({ ...bits, activations: FLOAT })),
    ]);
    const model = supernet(Object.fromEntries(floats));
    const input = batch(network, 3);
    const lossAt = (shares: tf.Tensor) =>
      loss(model.forward(input, (id) => (id === 'block' ? (shares as tf.Tensor1D) : 0), 'running'));
    const at = async (share: number) => (await take(tf.tidy(() => lossAt(tf.tensor1d([1 - share, share])))))[0];
    const [toZero, toFour] = await take(tf.tidy(() => tf.grad(lossAt)(tf.tensor1d([0.4, 0.6]))));
    const h = 1e-2;
    expect(toFour - toZero).toBeCloseTo(((await at(0.6 + h)) - (await at(0.6 - h))) / (2 * h), 2);
    expect(Math.abs(toFour - toZero)).toBeGreaterThan(0.02);
    input.dispose();
    model.dispose();
  });
});
