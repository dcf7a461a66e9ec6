// Mixtures of pairs of widths of a layer, as products of inputs and kernels.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { layersOf, type Network } from '../graph/network';
import { type BitWidth, FLOAT, type LayerBits, uniformPolicy } from '../graph/policy';
import type { QuantScheme } from '../quant/registry';
import { describeBackends, take } from './backends.testing';
import { randomNetwork, rangeOf, small } from './networks.testing';
import { batch, crossEntropy } from './steps.testing';
import { Supernet } from './supernet';

const AFFINE: QuantScheme = { quantizer: 'affine', granularity: 'tensor' };
const LABELS = [0, 2, 1];

const rangesOf = (network: Network) => new Map(layersOf(network).map(({ id }) => [id, rangeOf(-2, 3)]));

/** One candidate for each layer: 4 bits; the image stays float. */
const alone = (network: Network) =>
  Object.fromEntries(Object.entries(uniformPolicy(network, 4, 4)).map(([id, bits]) => [id, [bits]]));

describeBackends('Mixtures of pairs', () => {
  test('pairs of widths are mixed as products: their gradients match finite differences, and which pairs they are matters', async () => {
    const network = randomNetwork(small(), 5);
    const bits = (weights: BitWidth, activations: BitWidth): LayerBits => ({ weights, activations });
    const input = batch(network, 3);
    const made = (own: readonly LayerBits[]) => {
      const candidates = { ...alone(network), fc: own };
      return new Supernet(network, { candidates, scheme: AFFINE, ranges: rangesOf(network), switchable: false });
    };
    const logitsOf = (model: Supernet, shares: readonly number[] | number) =>
      tf.tidy(() => {
        const choice = typeof shares === 'number' ? shares : tf.tensor1d([...shares]);
        return model.forward(input, (layer) => (layer === 'fc' ? choice : 0), 'running');
      });
    const crossed = made([bits(2, 8), bits(8, 2), bits(2, 2), bits(8, 8)]);
    const at = (shares: readonly number[]) => take(logitsOf(crossed, shares));
    // The mixture of the results, pair by pair; not the result of mixed parts, which would be equal for these two.
    const single = await Promise.all([0, 1, 2, 3].map((k) => take(logitsOf(crossed, k))));
    const mean = (a: Float32Array, b: Float32Array) => a.map((v, i) => (v + b[i]) / 2);
    const [across, along] = [await at([0.5, 0.5, 0, 0]), await at([0, 0, 0.5, 0.5])];
    expect(across).toBeAllClose(mean(single[0], single[1]), { atol: 1e-5 });
    expect(along).toBeAllClose(mean(single[2], single[3]), { atol: 1e-5 });
    expect(Math.max(...across.map((v, i) => Math.abs(v - along[i])))).toBeGreaterThan(1e-3);
    // Lists that are no grids: with fewer widths of the activations, and of the weights.
    for (const list of [
      [bits(2, 4), bits(3, 3), bits(8, 2), bits(8, 8), bits(FLOAT, FLOAT)],
      [bits(2, 2), bits(2, 4), bits(4, 8), bits(4, 3)],
    ]) {
      const model = made(list);
      const point = list.map((_, k) => (k + 1) / ((list.length * (list.length + 1)) / 2));
      const lossOf = (shares: tf.Tensor) =>
        crossEntropy(
          LABELS,
          3,
        )(model.forward(input, (layer) => (layer === 'fc' ? (shares as tf.Tensor1D) : 0), 'running'));
      const gradient = await take(tf.tidy(() => tf.grad(lossOf)(tf.tensor1d(point))));
      for (const [k, slope] of gradient.entries()) {
        const lossAt = (d: number) =>
          take(tf.tidy(() => lossOf(tf.tensor1d(point.map((v, i) => v + (i === k ? d : 0))))));
        const difference = ((await lossAt(1e-2))[0] - (await lossAt(-1e-2))[0]) / 2e-2;
        expect(Math.abs(difference - slope)).toBeLessThan(2e-3 + 0.02 * Math.abs(slope));
      }
      model.dispose();
    }
    crossed.dispose();
    input.dispose();
  });
});
