// Costs of configs on a board, from the engine in batches.
import { beforeEach, expect, test, vi } from 'vitest';
import type { EngineClient } from '../../engine/client';
import type { LoadedNetwork } from '../../engine/protocol/opening';
import { uniformPolicy } from '../../graph/policy';
import { axesHere, axisHere } from '../measure/axis';
import { desk, initialDesk } from '../state/desk';
import { setEngine } from '../state/engine';
import { costOnBoard } from './axes';
import { chooseBoard } from './board';
import { readTable } from './table';

const batches: number[] = [];
/** An engine whose files take a byte per bit of the first layer. */
const client = {
  call: (_: string, { policies }: { policies: readonly Record<string, { weights: number }>[] }) => {
    batches.push(policies.length);
    const result = policies.map((policy) => ({ flash: Object.values(policy)[0].weights, ram: 1, int4: new Set() }));
    return { result: Promise.resolve(result), cancel: () => {} };
  },
} as unknown as EngineClient;

const architecture = () => desk.getState().architecture;

beforeEach(() => {
  desk.setState(initialDesk(), true);
  const { networkId, datasetId } = desk.getState();
  const network: LoadedNetwork = {
    ...{ id: networkId, dataset: datasetId, architecture: architecture(), fingerprint: '1' },
    checkpoint: { origin: 'shipped', recipe: '' },
  };
  desk.setState({ network });
  setEngine(client);
  batches.length = 0;
});

test('configs are laid out once, those asked for together in one request', async () => {
  chooseBoard('nucleo-l4r5zi');
  const policies = ([2, 4, 8] as const).map((bits) => uniformPolicy(architecture(), bits, 8));
  const costs = () => policies.map((policy) => costOnBoard(desk.getState(), 'flash', policy));
  expect(costs()).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  await vi.waitFor(() => expect(desk.getState().boardCosted).toBe(1));
  expect(costs()).toEqual([2, 4, 8]);
  expect(batches).toEqual([3]);
  // Other weights, other files.
  desk.setState(({ network }) => ({ network: network && { ...network, fingerprint: '2' } }));
  expect(costs()[0]).toBeNaN();
  await vi.waitFor(() => expect(desk.getState().boardCosted).toBe(2));
  expect(costOnBoard(desk.getState(), 'estimate', policies[2])).toBeGreaterThan(370);
});

test('what is not known is shown against the size; a table comes before an estimate', () => {
  const shown = (axis: 'flash' | 'latency' | 'energy') => axisHere({ ...desk.getState(), axis });
  expect(axesHere(desk.getState())).toEqual(['memory', 'bitOps', 'averageBits']);
  expect([shown('flash'), shown('latency')]).toEqual(['memory', 'memory']);
  chooseBoard('nucleo-l4r5zi');
  expect([shown('flash'), shown('latency'), shown('energy')]).toEqual(['flash', 'estimate', 'memory']);
  const rows = architecture().nodes.flatMap(({ id, op }) => (/conv|dense/i.test(op) ? [`${id},any,any,1,2`] : []));
  const text = ['layer,weights,activations,ms,mJ', ...rows].join('\n');
  expect(readTable('own.csv', new TextEncoder().encode(text))).toBeUndefined();
  expect([shown('latency'), shown('energy')]).toEqual(['latency', 'energy']);
  expect(costOnBoard(desk.getState(), 'energy', desk.getState().policy)).toBe(2 * rows.length);
  chooseBoard(null);
  chooseBoard('pynq-z2');
  desk.setState({ costTable: null });
  expect(shown('latency')).toBe('memory');
});
