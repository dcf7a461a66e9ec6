// The comparison of quantizers: local measurements take precedence over shipped ones, which hold only for shipped weights.
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { FLOAT, uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { COMPARED } from '../../quant/comparison';
import { type Desk, desk, initialDesk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import type { ShippedComparison } from '../state/shipped';
import { comparisonRows } from './comparison';
import { contextOf } from './selectors';

const shipped = JSON.parse(
  readFileSync(new URL('../../../public/precomputed/quantizers.json', import.meta.url), 'utf8'),
) as ShippedComparison;

const loaded = (origin: 'shipped' | 'trained'): Desk => ({ ...loadedDesk(origin), comparison: shipped });
beforeEach(() => desk.setState(initialDesk(), true));

test('every zoo network with shipped weights has every row, on both data sets', () => {
  for (const networkId of ['tiny', 'resnet8', 'resnet20', 'vgg-small'] as const)
    for (const datasetId of ['emoji10', 'cifar10'] as const) {
      const rows = comparisonRows({ ...loaded('shipped'), ...initialDesk(networkId, datasetId), comparison: shipped });
      expect(rows).toHaveLength(COMPARED.length + 1);
      expect(rows.map(({ source }) => source)).toEqual(rows.map(() => 'shipped'));
    }
});

test('after training, only local measurements are shown', () => {
  const now = loaded('trained');
  expect(comparisonRows(now).map(({ source }) => source)).toEqual(COMPARED.concat(COMPARED[0]).map(() => 'none'));
  const [{ scheme }] = COMPARED;
  const point = {
    context: contextOf({ ...now, scheme }),
    policy: uniformPolicy(now.architecture, 4, FLOAT),
    accuracy: wilson(9, 10),
    loss: 1,
    againstFloat: pairedDifference(0, 1, 10),
  };
  const [float, first, second] = comparisonRows({ ...now, measured: [point] });
  expect([float.source, first.source, second.source]).toEqual(['none', 'measured', 'none']);
  expect(first.accuracy?.n).toBe(10);
  // Four bits per weight plus scales: less than a fifth of the float file, but more than an eighth.
  expect(float.memory / first.memory).toBeGreaterThan(5);
  expect(float.memory / first.memory).toBeLessThan(8);
});
