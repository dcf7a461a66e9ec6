import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { law } from '../../math/law.testing';
import { useBackend } from '../../nn/backends.testing';
import { small } from '../../nn/networks.testing';
import { ungrouped } from '../../optim/groups';
import { widestVector } from '../allocation/cells';
import { programOf, roomAt, staysWithin } from '../allocation/program';
import type { TableInside } from '../insides';
import { colorProblem, runAll } from '../problem.testing';
import { createSpace } from '../space';
import { prefixesOf, prefixWithin } from './amp';

beforeAll(() => useBackend('wasm'));

const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;

test('prefixes make the least harmful changes first, skip changes that raise the cost, and end at the narrowest', () => {
  const locks = { fc: { weights: 4, activations: 32 }, next: { weights: 8, activations: 32 } } as const;
  const space = createSpace(small(), scheme, { weights: [2, 4, 8], activations: [32], locks }, []);
  // stem at 2 bits harms less than block at 4; block at 2 harms as much as at 4.
  const harms = [[0.1, 0.05, 0], [0.3, 0.3, 0], [0], [0]];
  expect(prefixesOf(space, programOf(space), [2, 2, 0, 0], harms)).toEqual([
    [2, 2, 0, 0],
    [1, 2, 0, 0],
    [0, 2, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 0, 0],
  ]);
  // From a narrower base the wider choices are skipped, whatever their harm.
  const noisy = [[0, 0.05, 0.2], [0, 0.3, 0.4], [0], [0]];
  expect(prefixesOf(space, programOf(space), [1, 1, 0, 0], noisy)).toEqual([
    [1, 1, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
});

test('a prefix that saves too much undoes changes, the most harmful first', () => {
  // One layer holds half of all weights; costs are bits times weights.
  const sizes = [2, 3, 15, 10];
  const bits = [1, 2, 8];
  const costs = sizes.map((size) => bits.map((b) => [b * size]));
  const program = { costs, groups: ungrouped(4), room: [240], least: [30] };
  const prefixes = [
    [2, 2, 2, 2],
    [1, 2, 2, 2],
    [1, 1, 2, 2],
    [1, 1, 1, 2],
    [1, 1, 1, 1],
    [0, 1, 1, 1],
    [0, 1, 0, 1],
  ];
  // The prefixes cost 240, 228, 210, 120, 60, 58, 43: the last leaves room for 2, the saving of the first layer's last
  // change.
  expect(prefixWithin(program, [45], prefixes)).toEqual([1, 1, 0, 1]);
  // With one less, no change is small enough.
  expect(prefixWithin(program, [44], prefixes)).toEqual([0, 1, 0, 1]);
  // Two changes of the first layer; the more harmful changes between them are too large to undo.
  expect(prefixWithin(program, [57], prefixes)).toEqual([2, 1, 0, 1]);
  expect(prefixWithin(program, [240], prefixes)).toEqual(prefixes[0]);
  expect(() => prefixWithin(program, [42], prefixes)).toThrow('No prefix keeps to 42.');
});

test('for any table, the undone changes fit the room and no further change would', () => {
  const space = createSpace(small(), scheme, { weights: [1, 2, 4, 8], activations: [4, 8], locks: {} }, [
    { measure: 'weights', most: 1e6 },
    { measure: 'bitOps', most: 1e9 },
  ]);
  const program = programOf(space);
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const row = ({ length }: { readonly length: number }) => fc.array(unit, { minLength: length, maxLength: length });
  law([fc.tuple(...space.layers.map(({ choices }) => row(choices))), unit], (harms, share) => {
    const room = roomAt(program, share);
    const prefixes = prefixesOf(space, program, widestVector(space), harms);
    const shortest = prefixes.findIndex((vector) => staysWithin(program, room, vector));
    const vector = prefixWithin(program, room, prefixes);
    expect(staysWithin(program, room, vector)).toBe(true);
    for (const [l, choice] of vector.entries()) {
      // Every layer has one of its choices in the prefixes, and undoing one more change does not fit.
      const own = [...new Set(prefixes.slice(0, shortest + 1).map((prefix) => prefix[l]))];
      expect(own).toContain(choice);
      const back = own[own.indexOf(choice) - 1];
      if (back !== undefined) expect(staysWithin(program, room, vector.with(l, back))).toBe(false);
    }
  });
});

test('cells hold the accuracy lost with all other layers float; the base is the best uniform width', async () => {
  const allowed = { weights: [1, 2, 8], activations: [32], locks: {} } as const;
  const { reports } = await runAll('amp', await colorProblem({ allowed, budget: { evaluations: 20 } }));
  const phases = reports.map(({ phase }) => phase);
  expect(phases.filter((phase) => phase.includes('uniform')).length).toBeGreaterThanOrEqual(2);
  const tables = reports.flatMap(({ inside }) => (inside === undefined ? [] : [inside as TableInside]));
  expect(tables).toHaveLength(1 + 4 * 2);
  const witness = await colorProblem({ allowed });
  const float = { weights: 32, activations: 32 } as const;
  const all = Object.fromEntries(tables[0].layers.map(({ id }) => [id, float]));
  const { accuracy } = await witness.evaluator.measure(all, 0);
  for (const { id, values } of (tables.at(-1) as TableInside).layers)
    for (const [i, weights] of ([1, 2] as const).entries()) {
      const alone = await witness.evaluator.measure({ ...all, [id]: { weights, activations: 32 } }, 0);
      expect(values[i]).toBeCloseTo(accuracy.value - alone.accuracy.value, 9);
    }
  witness.dispose();
});
