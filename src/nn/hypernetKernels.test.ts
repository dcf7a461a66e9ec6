// MetaQuantNet's block: its function against plain numbers, all widths start at the network's kernels, gradients match
// finite differences.
import { expect, test } from 'vitest';
import { layersOf } from '../graph/network';
import { FLOAT, type LayerBits } from '../graph/policy';
import { createRng } from '../math/rng';
import { describeBackends, take } from './backends.testing';
import { hypernetKernels } from './hypernetKernels';
import { randomNetwork, small } from './networks.testing';
import { batch, crossEntropy, PLAIN, values } from './steps.testing';
import { Supernet } from './supernet';

const bits = (weights: 2 | 8 | 32): LayerBits => ({ weights, activations: FLOAT });
const SGD = { learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 };

function supernet(candidates: readonly LayerBits[]) {
  const network = randomNetwork(small(), 4);
  const model = new Supernet(network, {
    candidates: Object.fromEntries(layersOf(network).map(({ id }) => [id, candidates])),
    scheme: { quantizer: 'affine', granularity: 'tensor' },
    ranges: new Map(),
    switchable: false,
    kernels: hypernetKernels({ hidden: 5, rng: createRng(2) }),
  });
  const input = batch(network, 3);
  const step = async (choice: number, options: Parameters<Supernet['step']>[3] = PLAIN) => {
    const [{ loss, logits }] = model.step(input, crossEntropy([0, 2, 1], 3), [() => choice], options);
    logits.dispose();
    return (await take(loss))[0];
  };
  const dispose = () => {
    for (const each of [input, model]) each.dispose();
  };
  return { network, model, step, dispose };
}

/** A policy of one width for all layers. */
const policyOf = (network: ReturnType<typeof randomNetwork>, weights: 2 | 8 | 32) =>
  Object.fromEntries(layersOf(network).map(({ id }) => [id, bits(weights)]));

describeBackends('the blocks of MetaQuantNet', () => {
  test('start at the network’s kernels for all widths, and match three layers on plain numbers', async () => {
    const { network, model, step, dispose } = supernet([bits(2), bits(8)]);
    for (const width of [2, 8] as const)
      expect(values(await model.extract(policyOf(network, width)), 'next.kernel')).toEqual(
        values(network, 'next.kernel'),
      );
    for (let i = 0; i < 4; i++) await step(i % 2, SGD);
    const state = await model.state();
    const of = (name: string) => state.get(`value:next.kernel${name}`) as Float32Array;
    for (const width of [2, 8] as const) {
      const relu = (v: number) => Math.max(0, v);
      const one = Array.from(of('~fc1'), (w, j) => relu((w * width) / 8 + of('~fc1.bias')[j]));
      const two = one.map((_, j) =>
        relu(one.reduce((sum, v, i) => sum + v * of('~fc2')[5 * i + j], of('~fc2.bias')[j])),
      );
      const gain = Math.exp(two.reduce((sum, v, i) => sum + v * of('~gamma')[i], of('~gamma.bias')[0]));
      const count = of('').length;
      const kernel = of('').map((w, k) => gain * two.reduce((sum, v, i) => sum + v * of('~fc3')[count * i + k], w));
      const made = values(await model.extract(policyOf(network, width)), 'next.kernel');
      expect(made).toBeAllClose(kernel, { rtol: 1e-4, atol: 1e-6 });
      expect(made).not.toEqual(values(network, 'next.kernel'));
      expect(gain).not.toBe(1);
    }
    dispose();
  });

  test('have gradients that match finite differences', async () => {
    // Float, because rounding has steps, and its gradient is a surrogate.
    const { model, step, dispose } = supernet([bits(8), bits(32)]);
    for (let i = 0; i < 6; i++) await step(i % 2, SGD);
    const here = await model.state();
    await step(1);
    const after = await model.state();
    for (const name of ['fc1', 'fc1.bias', 'fc2', 'fc2.bias', 'fc3', 'gamma', 'gamma.bias']) {
      const key = `value:next.kernel~${name}`;
      const old = here.get(key) as Float32Array;
      const now = after.get(key) as Float32Array;
      const gradient = old.map((v, i) => v - now[i]); // rate 1, momentum 0
      const size = Math.hypot(...gradient);
      expect(size, name).toBeGreaterThan(0);
      const slope = async (h: number) => {
        const at = async (sign: number) => {
          model.restore(new Map([...here, [key, old.map((v, i) => v + (sign * h * gradient[i]) / size)]]));
          return step(1);
        };
        return ((await at(1)) - (await at(-1))) / (2 * h);
      };
      // ReLUs have kinks, so the closer of two step sizes counts.
      const miss = Math.min(...[await slope(3e-3), await slope(3e-4)].map((s) => Math.abs(s - size)));
      expect(miss, `${name}: ${size}`).toBeLessThan(3e-3 + 0.02 * size);
    }
    dispose();
  });
});
