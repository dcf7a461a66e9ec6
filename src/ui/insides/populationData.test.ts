import { expect, test } from 'vitest';
import type { RunPoint, SearchSettings } from '../../engine/protocol/searching';
import { type BitWidth, uniformPolicy } from '../../graph/policy';
import { wilson } from '../../math/statistics';
import { costsOf } from '../../store/measure/costs';
import { networks } from '../../zoo/registry';
import { bestDot, generationsOf } from './populationData';

const architecture = networks.tiny.build([32, 32, 3], 10);
const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
const setting = { scheme } as SearchSettings;
const spent = { forward: 0, backward: 0, evaluations: 0, seconds: 0 };
const point = (bits: BitWidth, right: number, steps: RunPoint['steps'] = 'shared'): RunPoint => ({
  policy: uniformPolicy(architecture, bits, 8),
  steps,
  role: 'candidate',
  accuracy: wilson(right, 100),
  loss: 1,
  spent,
});

test('generations are cut from the points of shared weights, the last one as far as it has come', () => {
  const points = [point(8, 90), point(4, 80), point(2, 30), point(4, 99, 0)];
  const generations = generationsOf({ points, setting }, { size: 2, origins: 'srm' }, architecture);
  const memory = (bits: BitWidth) => costsOf(architecture, uniformPolicy(architecture, bits, 8), scheme).memory;
  expect(generations).toEqual([
    [
      { memory: memory(8), accuracy: 90, origin: 's' },
      { memory: memory(4), accuracy: 80, origin: 'r' },
    ],
    [{ memory: memory(2), accuracy: 30, origin: 'm' }],
  ]);
});

test('points that the engine kept and whose letters the page never heard of wait for them', () => {
  const points = [point(8, 90), point(4, 80)];
  expect(generationsOf({ points, setting }, { size: 2, origins: 'r' }, architecture).flat()).toHaveLength(1);
  expect(generationsOf({ points, setting }, { size: 0, origins: '' }, architecture)).toEqual([]);
});

test('of equally accurate policies the smaller one is the best', () => {
  const dot = (memory: number, accuracy: number) => ({ memory, accuracy, origin: 'r' }) as const;
  expect(bestDot([dot(9, 50), dot(5, 80), dot(4, 80), dot(6, 80)])).toEqual(dot(4, 80));
});
