import { describe, expect, test } from 'vitest';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { createRng, type Rng } from '../math/rng';
import { wilson } from '../math/statistics';
import { type LossProof, ladder, lossBound, proveLoss } from './lossProof';
import type { SearchPoint } from './method';

const policyOf = (bits: number): BitPolicy => ({ layer: { weights: bits as 2, activations: FLOAT } });
const bytesOf = (policy: BitPolicy) => policy.layer.weights;
const point = (bits: number, loss: number, right: number, n: number): SearchPoint => ({
  policy: policyOf(bits),
  accuracy: wilson(right, n),
  loss,
  steps: 0,
  role: 'candidate',
});

/** Hits of `n` images: float is right on 90 of 100, and the other network loses and gains at these rates. */
function draw(rng: Rng, n: number, loses: number, gains: number) {
  const float = new Uint8Array(n);
  const rounded = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    float[i] = Number(rng.uniform() < 0.9);
    const flips = rng.uniform() < (float[i] === 1 ? loses / 0.9 : gains / 0.1);
    rounded[i] = float[i] ^ Number(flips);
  }
  return { float, rounded };
}

describe('the upper bound of a loss', () => {
  // Origin: the definition of Tango (1998), with likelihood and root solved by SciPy 1.17.
  test.each([
    [12, 5, 200, 0.072351153],
    [3, 0, 500, 0.014917019],
    [40, 31, 4000, 0.005815823],
    [0, 0, 50, 0.051333186],
  ])('is the score bound of a paired difference: %i lost, %i gained of %i', (lost, gained, n, bound) => {
    const float = Uint8Array.from({ length: n }, (_, i) => Number(i < lost));
    const rounded = Uint8Array.from({ length: n }, (_, i) => Number(i >= lost && i < lost + gained));
    expect(lossBound(float, rounded).lost).toBeCloseTo((lost - gained) / n, 12);
    expect(lossBound(float, rounded).atMost).toBeCloseTo(bound, 8);
  });

  test('is wide for few images, even if no prediction differs', () => {
    const same = new Uint8Array(50).fill(1);
    expect(lossBound(same, same).lost).toBe(0);
    expect(lossBound(same, same).atMost).toBeGreaterThan(0.03);
  });

  test.each([
    [0.015, 0.005, 1000],
    [0.03, 0.02, 4000],
    [0.01, 0, 500],
    [0.06, 0.03, 2000],
  ])('covers the true loss in 95 of 100 draws: %f lost, %f gained, n = %i', (loses, gains, n) => {
    const rng = createRng(11);
    const draws = 2000;
    let misses = 0;
    for (let k = 0; k < draws; k++) {
      const { float, rounded } = draw(rng, n, loses, gains);
      if (lossBound(float, rounded).atMost < loses - gains) misses++;
    }
    // At most 5 % plus three standard deviations of the count, and not uselessly wide.
    expect(misses / draws).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / draws));
    expect(misses / draws).toBeGreaterThan(0.01);
  });
});

test('the ladder falls in size and rises in expected loss, robust to noise', () => {
  const float = { accuracy: wilson(450, 500), loss: 0.3 };
  // 4 bits measured worse than 3 by chance; their cross-entropies show the true order.
  const points = [point(8, 0.3, 450, 500), point(4, 0.32, 444, 500), point(3, 0.34, 447, 500), point(2, 0.6, 420, 500)];
  expect(ladder(points, float, 0.02, bytesOf).map(bytesOf)).toEqual([8, 4, 3]);
  expect(ladder(points, float, 0.1, bytesOf).map(bytesOf)).toEqual([8, 3, 2]);
  const shared = points.map((p) => ({ ...p, steps: 'shared' as const }));
  expect(ladder(shared, float, 0.1, bytesOf)).toEqual([]);
});

test('testing ends at the first failure', async () => {
  const float = new Uint8Array(2000).fill(1);
  const losing = (count: number) => Uint8Array.from({ length: 2000 }, (_, i) => Number(i >= count));
  const asked: number[] = [];
  const proofs: LossProof[] = [];
  const hitsOf = async (policy: BitPolicy) => {
    asked.push(bytesOf(policy));
    return losing(
      new Map([
        [4, 6],
        [3, 30],
      ]).get(bytesOf(policy)) ?? 0,
    );
  };
  for await (const proof of proveLoss([8, 4, 3, 2].map(policyOf), 0.01, float, hitsOf)) proofs.push(proof);
  expect(asked).toEqual([8, 4, 3]);
  expect(proofs.map(({ proved }) => proved)).toEqual([true, true, false]);
  expect(proofs[1]).toMatchObject({ lost: 0.003, n: 2000 });
});

test('the overall claim is wrong in at most 5 of 100 runs', async () => {
  const rng = createRng(5);
  const runs = 1500;
  // True losses of the policies by bits; a claim of at most one point is false for 3 and 2 bits.
  const truth: Record<number, number> = { 8: 0.001, 6: 0.004, 5: 0.007, 4: 0.009, 3: 0.0105, 2: 0.02 };
  let wrong = 0;
  let useful = 0;
  for (let run = 0; run < runs; run++) {
    let claim = 0;
    const drawn = (bits: number) => draw(rng, 3000, truth[bits] + 0.01, 0.01);
    // Images are drawn separately for each policy, so the tests are less correlated than on shared images.
    for (const bits of [8, 6, 5, 4, 3, 2]) {
      const { float, rounded } = drawn(bits);
      const test = await proveLoss([policyOf(bits)], 0.01, float, async () => rounded).next();
      if (test.done || !test.value.proved) break;
      claim = bits;
    }
    if (claim === 3 || claim === 2) wrong++;
    if (claim > 0) useful++;
  }
  expect(wrong / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  expect(useful / runs).toBeGreaterThan(0.5);
});
