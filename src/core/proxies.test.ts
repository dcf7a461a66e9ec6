import { beforeAll, expect, test } from 'vitest';
import { layersOf } from '../graph/network';
import { useBackend } from '../nn/backends.testing';
import { type QuantScheme, withCalibration } from '../quant/registry';
import { colorProblem } from '../search/problem.testing';
import type { ProxyTable } from '../search/proxies/proxies';
import type { LoadedModel } from './loadedModel';
import { proxies } from './proxies';

beforeAll(() => useBackend('wasm'));

const allowed = { weights: [2, 4], activations: [32], locks: {} } as const;

test('under improved rounding, proxies take the rounding of the kept codes', async () => {
  const problem = await colorProblem({ allowed });
  const { calibrated, dataset, network } = problem.training;
  const gathered = async (scheme: QuantScheme) => {
    const tables: ProxyTable[] = [];
    const model = { calibrated, dataset } as LoadedModel;
    for await (const table of proxies(model, { scheme, allowed, images: 24, seed: 1 }, async () => {}))
      tables.push(table);
    return (id: ProxyTable['id']) => tables.find((table) => table.id === id)?.layers.map(({ values }) => values) ?? [];
  };
  const grid = { quantizer: 'symmetric', granularity: 'channel', range: 'hessian' } as const;
  const plain = withCalibration(grid, { correction: 'batchNorm', images: 24 });
  const scheme = withCalibration(grid, { correction: 'batchNorm', images: 24, rounding: 'gptq' });
  const nearest = await gathered(plain);
  const chosen = await gathered(scheme);
  for (const [l, node] of layersOf(network).entries())
    expect(chosen('outputError')[l]).toEqual(
      await calibrated.keptCodes(scheme).relativeErrors(node, [2, 4], async () => {}),
    );
  // Error feedback gives up distance to the weights for distance to the outputs.
  const total = (values: (readonly number[])[]) => values.flat().reduce((sum, v) => sum + v, 0);
  expect(total(chosen('sqnr'))).toBeGreaterThan(total(nearest('sqnr')));
  expect(chosen('step')).toEqual(nearest('step'));
  problem.dispose();
});
