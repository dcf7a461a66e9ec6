import { expect, test } from 'vitest';
import { layersOf } from '../../graph/network';
import { createRng } from '../../math/rng';
import { randomNetwork, small } from '../../nn/networks.testing';
import { initialize } from '../../zoo/definition';
import { networks } from '../../zoo/registry';
import type { TrainingContext } from '../method';
import { type Allowed, createSpace, policyOf } from '../space';
import { type Cell, CellTable, widestVector } from './cells';
import { squaredRoundingError } from './roundingError';

const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
const network = randomNetwork(small(), 1);
const [stem, block] = layersOf(network);

function tableOf(allowed: Partial<Allowed>) {
  const space = createSpace(network, scheme, { weights: [2, 4, 8], activations: [32], locks: {}, ...allowed }, []);
  return { space, table: new CellTable({ space, training: { network, scheme } as TrainingContext }) };
}

test('narrow widths come first, late layers before early ones, and locked layers have no cells', () => {
  const { space, table } = tableOf({ locks: { fc: { weights: 4, activations: 32 } } });
  expect(widestVector(space)).toEqual([2, 2, 2, 0]);
  expect(table.order).toEqual([
    [2, 0],
    [1, 0],
    [0, 0],
    [2, 1],
    [1, 1],
    [0, 1],
  ]);
  const rest = policyOf(space, widestVector(space));
  expect(table.policy(1, 0, rest)).toEqual({ ...rest, block: { weights: 2, activations: 32 } });
});

test('weights and activations are measured separately where both can vary, and add up', () => {
  const { space, table } = tableOf({ activations: [4, 8] });
  // The layer that reads the image has no activation cells: 2 cells; each other layer has 2 of weights and 1 of
  // activations.
  expect(table.order).toHaveLength(2 + 3 * 3);
  const { choices } = space.layers[1];
  const at = (weights: number, activations: number) =>
    choices.findIndex((bits) => bits.weights === weights && bits.activations === activations);
  const cells: Cell[] = [
    [1, at(2, 8), 0.5],
    [1, at(4, 8), 0.1],
    [1, at(8, 4), 0.02],
  ];
  const [, harms] = table.harms(cells);
  expect(harms[at(2, 8)]).toBeCloseTo(0.5, 12);
  expect(harms[at(2, 4)]).toBeCloseTo(0.52, 12);
  expect(harms[at(8, 8)]).toBe(0);
  // Coupled widths share a cell; 1-bit weights go with 2-bit activations.
  expect(tableOf({ activations: 'asWeights' }).table.order).toHaveLength(2 + 3 * 2);
});

test('missing cells follow the squared rounding error, and noise never rewards fewer bits', () => {
  const { table } = tableOf({});
  const error = (layer: typeof stem, bits: 2 | 4) => squaredRoundingError(network, layer, scheme, bits);
  const [harms, others] = table.harms([[0, 0, 0.8]]);
  expect(harms[0]).toBeCloseTo(0.8, 12);
  expect(harms[1]).toBeCloseTo((0.8 * error(stem, 4)) / error(stem, 2), 6);
  expect(others[0]).toBeCloseTo((0.8 * error(block, 2)) / error(stem, 2), 6);
  const [noisy] = table.harms([
    [0, 0, 0.2],
    [0, 1, 0.4],
  ]);
  expect(noisy[0]).toBeCloseTo(0.3, 5);
  expect(noisy[1]).toBeLessThanOrEqual(noisy[0]);
  const [harmless] = table.harms([
    [0, 0, -0.2],
    [0, 1, -0.1],
  ]);
  expect(harmless.map((v) => Math.abs(v))).toEqual([0, 0, 0]);
});

test('the layers of a branch share the harm of skipping the branch; missing cells follow the same shares', () => {
  const resnet = networks.resnet20.build([32, 32, 3], 10);
  const deep = initialize(resnet, createRng(1));
  const space = createSpace(deep, scheme, { weights: [0, 2, 8], activations: [32], locks: {} }, []);
  const table = new CellTable({ space, training: { network: deep, scheme } as TrainingContext });
  const rest = policyOf(space, widestVector(space));
  const out = { weights: 0, activations: 32 } as const;
  expect(table.policy(1, 0, rest)).toEqual({ ...rest, '1.1a': out, '1.1b': out });
  const harms = table.harms([
    [1, 0, 0.6],
    [2, 0, 0.6],
    [1, 1, 0.9],
  ]);
  // Skipping may harm less than rounding to few bits and does not bound the harm of rounding.
  expect([harms[1][0], harms[2][0], harms[1][1]].map((v) => v.toFixed(9))).toEqual([
    '0.300000000',
    '0.300000000',
    '0.900000000',
  ]);
  expect(table.inside('harm', [[1, 0, 0.6]]).layers[1]).toEqual({
    id: '1.1a',
    bits: [0, 2, 8],
    values: [0.6, Number.NaN, 0],
  });
  const [a, b, other] = layersOf(deep).slice(1, 4);
  const error = (layer: typeof stem) => squaredRoundingError(deep, layer, scheme, 0);
  expect(harms[3][0]).toBeCloseTo((0.6 * error(other)) / (error(a) + error(b)), 9);
});

test('layers that share a width are one cell per width, and share its harm evenly', () => {
  const { space, table } = tableOf({ ties: [['block', 'next']] });
  expect(table.order).toEqual([
    [3, 0],
    [1, 0],
    [0, 0],
    [3, 1],
    [1, 1],
    [0, 1],
  ]);
  const rest = policyOf(space, widestVector(space));
  const two = { weights: 2, activations: 32 } as const;
  expect(table.policy(1, 0, rest)).toEqual({ ...rest, block: two, next: two });
  const cells: Cell[] = [[1, 0, 0.8]];
  const [first, ...group] = table.harms(cells).slice(0, 3);
  expect(group.map(([narrow, , wide]) => [narrow, wide])).toEqual([
    [0.4, 0],
    [0.4, 0],
  ]);
  const [, , next] = layersOf(network);
  const error = (layer: typeof stem) => squaredRoundingError(network, layer, scheme, 2);
  expect(first[0]).toBeCloseTo((0.8 * error(stem)) / (error(block) + error(next)), 6);
  expect(table.inside('harm', cells).layers.map(({ values }) => values[0])).toEqual([Number.NaN, 0.8, 0.8, Number.NaN]);
});

test('a group has cells of activations where one of its layers rounds them, whatever the order of the widths', () => {
  const { space, table } = tableOf({ activations: [8, 4], ties: [['stem', 'block']] });
  const own = table.order.filter(([layer]) => layer === 0).map(([, choice]) => space.layers[1].choices[choice]);
  expect(own.map(({ weights, activations }) => `${weights}/${activations}`).sort()).toEqual(['2/8', '4/8', '8/4']);
  expect(policyOf(space, widestVector(space)).block).toEqual({ weights: 8, activations: 8 });
});

test('a group that skips several branches shares the harm with their other layers', () => {
  const resnet = networks.resnet20.build([32, 32, 3], 10);
  const deep = initialize(resnet, createRng(1));
  const allowed = { weights: [0, 2, 8], activations: [32], locks: {}, ties: [['1.1a', '1.2a', '1.2b']] } as const;
  const space = createSpace(deep, scheme, allowed, []);
  const table = new CellTable({ space, training: { network: deep, scheme } as TrainingContext });
  const harms = table.harms([[1, 0, 0.8]]);
  expect([1, 3, 4].map((l) => harms[l][0].toFixed(9))).toEqual(['0.200000000', '0.200000000', '0.200000000']);
});
