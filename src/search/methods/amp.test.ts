import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../nn/backends.testing';
import { small } from '../../nn/networks.testing';
import { programOf } from '../allocation/program';
import type { TableInside } from '../insides';
import { colorProblem, runAll } from '../problem.testing';
import { createSpace } from '../space';
import { prefixesOf } from './amp';

beforeAll(() => useBackend('cpu'));

test('prefixes make the least harmful changes first, pass over what costs more by then, and end at the narrowest', () => {
  const locks = { fc: { weights: 4, activations: 32 }, next: { weights: 8, activations: 32 } } as const;
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const space = createSpace(small(), scheme, { weights: [2, 4, 8], activations: [32], locks }, []);
  // stem loses less at 2 bits than block at 4; block loses as much at 2 as at 4.
  const harms = [[0.1, 0.05, 0], [0.3, 0.3, 0], [0], [0]];
  expect(prefixesOf(space, programOf(space), [2, 2, 0, 0], harms)).toEqual([
    [2, 2, 0, 0],
    [1, 2, 0, 0],
    [0, 2, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 0, 0],
  ]);
  // From a narrower base the wide choices are passed over, whatever they lose.
  const noisy = [[0, 0.05, 0.2], [0, 0.3, 0.4], [0], [0]];
  expect(prefixesOf(space, programOf(space), [1, 1, 0, 0], noisy)).toEqual([
    [1, 1, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
});

test('cells are the accuracy lost while all others are float; the base is the widest that no narrower beats', async () => {
  const allowed = { weights: [1, 2, 8], activations: [32], locks: {} } as const;
  const { reports } = await runAll('amp', await colorProblem({ allowed, budget: { evaluations: 20 } }));
  const phases = reports.map(({ phase }) => phase);
  expect(phases.filter((phase) => phase.includes('uniform')).length).toBeGreaterThanOrEqual(2);
  const tables = reports.flatMap(({ inside }) => (inside === undefined ? [] : [inside as TableInside]));
  expect(tables).toHaveLength(1 + 4 * 2);
  const witness = await colorProblem({ allowed });
  const float = { weights: 32, activations: 32 } as const;
  const all = Object.fromEntries(tables[0].layers.map(({ id }) => [id, float]));
  const { accuracy } = await witness.bench.measure(all, 0);
  for (const { id, values } of (tables.at(-1) as TableInside).layers)
    for (const [i, weights] of ([1, 2] as const).entries()) {
      const alone = await witness.bench.measure({ ...all, [id]: { weights, activations: 32 } }, 0);
      expect(values[i]).toBeCloseTo(accuracy.value - alone.accuracy.value, 9);
    }
  witness.dispose();
});
