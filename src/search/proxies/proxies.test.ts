import { beforeAll, expect, test } from 'vitest';
import { layersOf, parameterName } from '../../graph/network';
import { useBackend } from '../../nn/backends.testing';
import { Curvature } from '../../train/curvature';
import { squaredRoundingError } from '../allocation/roundingError';
import { colorProblem } from '../problem.testing';
import { gatherProxies, type ProxyTable } from './proxies';

beforeAll(() => useBackend('wasm'));

const allowed = { weights: [1, 2, 4, 32], activations: [32], locks: { fc: { weights: 8, activations: 32 } } } as const;

async function gathered(images: number) {
  const problem = await colorProblem({ allowed });
  const { space, training } = problem;
  const tables: ProxyTable[] = [];
  let turns = 0;
  const yieldTurn = async () => {
    turns++;
  };
  for await (const table of gatherProxies({ space, training, images, seed: 3, yieldTurn })) tables.push(table);
  problem.dispose();
  const of = (id: ProxyTable['id']) => tables.find((table) => table.id === id) as ProxyTable;
  return { tables, of, training, turns };
}

test('every proxy covers the widths of the space, nothing is lost in float, and fewer bits lose more', async () => {
  const { tables, turns } = await gathered(20);
  expect(tables.map(({ id }) => id)).toEqual(['step', 'squaredStep', 'sqnr', 'outputError', 'hessian', 'fisher']);
  // One pass; both ends of four differences, forward and backward; single images, forward and backward.
  expect(tables.map(({ images }) => images)).toEqual([0, 0, 0, 20, 80, 40]);
  expect(turns).toBe(1 + 4 * 2 + 20);
  for (const { id, layers } of tables)
    for (const [l, { bits, values }] of layers.entries()) {
      expect(bits).toEqual(l === layers.length - 1 ? [8] : [1, 2, 4, 32]);
      if (bits.length === 1) continue;
      expect(values[3], id).toBe(0);
      expect(values[2], id).toBeGreaterThan(0);
      expect(values[1], id).toBeGreaterThan(values[2]);
    }
});

test('values are the formulas', async () => {
  const { of, training } = await gathered(8);
  const { network, scheme, dataset } = training;
  const curvature = new Curvature(network, dataset, { images: 2, seed: 3, worked: async () => {} });
  const probes: number[][] = [];
  for (const probe of [0, 1, 2, 3]) probes.push(await curvature.traces('fisher', probe));
  curvature.dispose();
  const fisher = (l: number) => {
    const own = probes.map((row) => row[l]);
    const mean = own.reduce((sum, v) => sum + v, 0) / 4;
    return Math.max(mean, Math.sqrt(own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 12));
  };
  for (const [l, layer] of layersOf(network).slice(0, -1).entries()) {
    const kernel = network.parameters.get(parameterName(layer.id, 'kernel'))?.values as Float32Array;
    const error = squaredRoundingError(network, layer, scheme, 2);
    const at2 = (id: ProxyTable['id']) => of(id).layers[l].values[1];
    expect(at2('sqnr')).toBeCloseTo(error / kernel.reduce((sum, w) => sum + w * w, 0), 6);
    expect(at2('squaredStep')).toBeCloseTo(at2('step') ** 2, 9);
    expect(of('step').layers[l].values[0] / at2('step')).toBeCloseTo(2, 6);
    expect(at2('fisher') / (((fisher(l) / kernel.length) * error) / 2)).toBeCloseTo(1, 5);
  }
});
