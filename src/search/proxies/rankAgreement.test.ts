import { expect, test } from 'vitest';
import { BIT_WIDTHS, type BitPolicy } from '../../graph/policy';
import { createRng } from '../../math/rng';
import { wilson } from '../../math/statistics';
import { harmOf, rankAgreement } from './rankAgreement';

const bits = BIT_WIDTHS.slice(0, 4);
const table = {
  layers: [1, 10, 100].map((scale, l) => ({ id: `${l}`, bits, values: bits.map((b) => scale * 4 ** -b) })),
};

function randomPolicies(count: number): BitPolicy[] {
  const rng = createRng(5);
  return Array.from({ length: count }, () =>
    Object.fromEntries(table.layers.map(({ id }) => [id, { weights: bits[rng.integer(4)], activations: 32 }] as const)),
  );
}

test('a policy harms by the sum of its layers, and by nothing known where a width is missing', () => {
  const policy = {
    0: { weights: 1, activations: 32 },
    1: { weights: 2, activations: 8 },
    2: { weights: 3, activations: 32 },
  } as const;
  expect(harmOf(table, policy)).toBeCloseTo(1 / 4 + 10 / 16 + 100 / 64, 12);
  expect(harmOf(table, { ...policy, 1: { weights: 8, activations: 32 } })).toBeNaN();
});

test('what measures as the table says agrees wholly; what it has no part in, not at all', () => {
  const rng = createRng(2);
  const policies = randomPolicies(60);
  const points = policies.map((policy) => ({ policy, loss: harmOf(table, policy) ** 3, accuracy: wilson(50, 100) }));
  const whole = rankAgreement(table, points, 1);
  expect(whole.loss).toMatchObject({ value: expect.closeTo(1, 12), lower: expect.closeTo(1, 12) });
  const distinct = new Set(policies.map((policy) => JSON.stringify(policy))).size;
  expect(distinct).toBeLessThan(60);
  expect(whole.loss.n).toBe(distinct);
  // All are right equally often: there is no order to agree with.
  expect(whole.errors.value).toBeNaN();
  const noise = rankAgreement(
    table,
    points.map((point) => ({ ...point, loss: rng.uniform() })),
    1,
  );
  expect(noise.loss.lower).toBeLessThan(0);
  expect(noise.loss.upper).toBeGreaterThan(0);
});

test('more wrong answers at more harm is agreement, and policies that the table does not know are left out', () => {
  const [first, ...others] = randomPolicies(8);
  const points = [first, ...others].map((policy) => ({
    policy,
    loss: 1,
    accuracy: wilson(Math.floor(900 - harmOf(table, policy)), 1000),
  }));
  const strange = { ...points[0], policy: { ...first, 0: { weights: 8, activations: 32 } } as BitPolicy };
  const { errors } = rankAgreement(table, [...points, strange], 1);
  expect(errors.n).toBe(new Set(points.map(({ policy }) => JSON.stringify(policy))).size);
  expect(errors.value).toBeGreaterThan(0.9);
});
