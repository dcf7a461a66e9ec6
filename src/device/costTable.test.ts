// Tables as people write them, against sums by hand.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shippedNetwork } from '../formats/export/witness.testing';
import { layersOf } from '../graph/network';
import { uniformPolicy } from '../graph/policy';
import { knownArchitectures } from '../zoo/known/library';
import { blankTable, checkChoices, costIn, readCostTable, sumIn, tableFor } from './costTable';

const tiny = shippedNetwork('tiny', 'emoji10');
const ids = layersOf(tiny).map(({ id }) => id);
const csv = (rows: readonly string[], head = 'layer,weights,activations,ms,mJ') => [head, ...rows].join('\n');

test('rows of exact bits come before those of any', () => {
  const rows = [
    `${ids[0]},8,,1.5,3`,
    `${ids[0]},any,any,2,4`,
    `${ids[0]},8,8,1,`,
    ...ids.slice(1).map((id) => `${id},any,any,0.5,1`),
  ];
  const table = tableFor(readCostTable('own.csv', csv(rows)), tiny);
  const at = (weights: 0 | 4 | 8, activations: 8 | 32) => costIn(table, 'ms', ids[0], { weights, activations });
  expect([at(8, 8), at(8, 32), at(4, 8), at(0, 8)]).toEqual([1, 1.5, 2, 0]);
  const policy = uniformPolicy(tiny, 8, 8);
  const rest = 0.5 * (ids.length - 1);
  expect(sumIn(table, 'ms', policy)).toEqual({ sum: (policy[ids[0]].activations === 8 ? 1 : 1.5) + rest, missing: [] });
  // The row of exactly these bits has no energy.
  expect(costIn(table, 'mJ', ids[0], { weights: 8, activations: 8 })).toBe(3);
});

test('spreadsheets, JSON and positions are read alike', () => {
  const plain = readCostTable('own.csv', '# by hand\nlayer,weights,ms\n1,8,0.25\n');
  expect(plain).toEqual({
    name: 'own',
    note: 'by hand',
    rows: [{ layer: '1', weights: 8, activations: 'any', ms: 0.25 }],
  });
  expect(readCostTable('own.csv', '\uFEFF# by hand\r\nlayer;weights;ms\r\n"1";8;0,25\r\n')).toEqual(plain);
  const json = { name: 'own', note: 'by hand', rows: [{ layer: '1', weights: 8, ms: 0.25 }] };
  expect(readCostTable('other.json', JSON.stringify(json))).toEqual(plain);
  const byPosition = readCostTable('own.csv', csv(ids.map((_, i) => `${i + 1},any,any,${i},`)));
  expect(tableFor(byPosition, tiny).rows.map(({ layer }) => layer)).toEqual(ids);
  const filled = blankTable(tiny, () => [{ weights: 8, activations: 8 }]).replaceAll(',8,8,,', ',8,8,1,');
  expect(
    sumIn(
      readCostTable('own.csv', filled),
      'ms',
      Object.fromEntries(ids.map((id) => [id, { weights: 8, activations: 8 }])),
    ).sum,
  ).toBe(ids.length);
});

test.each([
  ['', 'The first line must name the columns'],
  ['layer,weights,watts\n', 'There is no column "watts".'],
  ['layer,weights,ms\n', 'The table has no rows.'],
  ['layer,weights,ms\nstem,8,fast', 'Line 2: ms is "fast", but must be a number, at least 0.'],
  ['layer,weights,ms\n\nstem,64,1', 'Line 3: weights is "64", but must be bits from 0 to 32, or any.'],
  ['layer,weights,ms\nstem,8,', 'Line 2: a cost is missing'],
  ['layer,weights,ms\nstem,8,1,2', 'Line 2 has 4 cells, but there are 3 columns.'],
  ['layer,weights,ms\nstem,8,1\nstem,8,2', 'The table states stem at 8/any bits twice.'],
  ['{"rows": 1}', 'The JSON must be'],
  ['{"rows": [null]}', 'Row 1: the name of the layer is missing.'],
  ['{"rows": [}', 'The table is not valid JSON: line 1, column 11'],
])('a faulty table is refused with the place: %j', (text, message) => {
  expect(() => readCostTable('own.csv', text)).toThrow(message);
});

test('a table of another network, or without some bits, names them', () => {
  const table = readCostTable('own.csv', csv(['stem,8,8,1,', `${ids[0]},8,8,1,`]));
  expect(() => tableFor(table, tiny)).toThrow(
    `The table "own" is not of this network: it lacks the layers ${ids.slice(1).join(', ')}; the network has no layers stem.`,
  );
  const own = readCostTable('own.csv', csv(ids.map((id) => `${id},8,8,1,`)));
  const choices = [8, 4].map((weights) => ({ weights: weights as 4 | 8, activations: 8 as const }));
  expect(() => checkChoices(own, 'ms', [{ id: ids[1], choices }])).toThrow(`no ms of ${ids[1]} at 4/8 bits`);
  expect(sumIn(own, 'ms', { [ids[1]]: choices[1] })).toEqual({ sum: undefined, missing: [`${ids[1]} at 4/8`] });
});

test('the sample is of ResNet-18, and gives the times of HAWQ-V3', () => {
  const text = readFileSync(new URL('../../public/costs/t4-resnet18.csv', import.meta.url), 'utf8');
  const known = knownArchitectures.find(({ label }) => label === 'ResNet-18 (ImageNet)');
  const network = (known as NonNullable<typeof known>).build([224, 224, 3], 1000, 64);
  const table = tableFor(readCostTable('t4-resnet18.csv', text), network);
  expect(table.rows[1].layer).toBe('1.1a');
  const at = (bits: 4 | 8) =>
    sumIn(table, 'ms', Object.fromEntries(table.rows.map(({ layer }) => [layer, { weights: bits, activations: bits }])))
      .sum;
  expect([at(4), at(8)]).toEqual([expect.closeTo(3.14867, 5), expect.closeTo(5.34369, 5)]);
});
