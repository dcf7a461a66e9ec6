// Shares of candidates: the softmax, its gradient through a cost, Adam as in PyTorch, and states.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { describeBackends, take } from './backends.testing';
import { expectedCost, Mixture } from './mixture';

const COUNTS = new Map([
  ['a', 3],
  ['locked', 1],
  ['b', 2],
]);
const COSTS = new Map([
  ['a', Float32Array.of(2, 4, 8)],
  ['b', Float32Array.of(10, 30)],
]);
const ADAM = { learningRate: 0.1, betas: [0.5, 0.999], weightDecay: 0.01 } as const;

const softmax = (logits: readonly number[]) => {
  const sum = logits.reduce((total, v) => total + Math.exp(v), 0);
  return logits.map((v) => Math.exp(v) / sum);
};

/** A model whose thetas are these. */
async function mixtureAt(thetas: Record<string, number[]>): Promise<Mixture> {
  const model = new Mixture(COUNTS);
  const state = new Map(await model.state());
  for (const [id, values] of Object.entries(thetas)) state.set(`value:${id}`, Float32Array.from(values));
  model.restore(state);
  return model;
}

const sharesOf = (model: Mixture, temperature: number) =>
  new Map([...COSTS.keys()].map((id) => [id, model.share(id, temperature)]));

describeBackends('Mixture', () => {
  test('shares are the softmax of theta and noise over the temperature; locked layers have none', async () => {
    const model = await mixtureAt({ a: [0.5, -1, 2], b: [0, 1] });
    const noise = new Map([['a', Float32Array.of(1, 2, -1)]]);
    const read = (temperature: number) =>
      tf.tidy(() => ['a', 'b'].map((id) => [id, [...model.share(id, temperature, noise).dataSync()]] as const));
    for (const temperature of [5, 1, 0.1]) {
      const shares = new Map(read(temperature));
      expect(shares.get('a')).toBeAllClose(softmax([1.5, 1, 1].map((v) => v / temperature)), { rtol: 1e-5 });
      expect(shares.get('b')).toBeAllClose(softmax([0, 1].map((v) => v / temperature)), { rtol: 1e-5 });
    }
    expect([...(await model.thetas()).keys()]).toEqual(['a', 'b']);
    model.dispose();
  });

  test('the expected cost of the shares, and Adam on its gradient', async () => {
    const start = { a: [0.5, -1, 0.2], b: [0, 1] };
    const model = await mixtureAt(start);
    const thetas: Record<string, number[]> = structuredClone(start);
    const moments: Record<string, [number, number][]> = { a: start.a.map(() => [0, 0]), b: start.b.map(() => [0, 0]) };
    for (let step = 1; step <= 4; step++) {
      // torch.optim.Adam, written out; d cost / d theta_k = p_k (c_k - cost).
      let expected = 7;
      for (const [id, theta] of Object.entries(thetas)) {
        const costs = COSTS.get(id) as Float32Array;
        const p = softmax(theta);
        const cost = p.reduce((sum, share, k) => sum + share * costs[k], 0);
        expected += cost;
        thetas[id] = theta.map((v, k) => {
          const g = p[k] * (costs[k] - cost) + 0.01 * v;
          const moment = moments[id][k];
          moment[0] = 0.5 * moment[0] + 0.5 * g;
          moment[1] = 0.999 * moment[1] + 0.001 * g * g;
          return v - (0.1 * moment[0]) / (1 - 0.5 ** step) / (Math.sqrt(moment[1] / (1 - 0.999 ** step)) + 1e-8);
        });
      }
      const loss = model.step(() => expectedCost(sharesOf(model, 1), COSTS, 7), ADAM, step);
      expect((await take(loss))[0]).toBeCloseTo(expected, 4);
      const now = await model.thetas();
      for (const [id, theta] of Object.entries(thetas))
        expect(now.get(id)).toBeAllClose(theta, { rtol: 1e-4, atol: 1e-5 });
    }
    model.dispose();
  });

  test('restored in the middle, it continues the same, bit for bit', async () => {
    const [whole, half] = [new Mixture(COUNTS), new Mixture(COUNTS)];
    const step = async (model: Mixture, i: number) =>
      (await take(model.step(() => expectedCost(sharesOf(model, 2), COSTS, 0), ADAM, i)))[0];
    for (const i of [1, 2]) await step(whole, i);
    half.restore(await whole.state());
    expect(await step(half, 3)).toBe(await step(whole, 3));
    expect(await half.state()).toEqual(await whole.state());
    for (const model of [whole, half]) model.dispose();
  });
});
