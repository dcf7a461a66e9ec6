import { describe, expect, test } from 'vitest';
import { type BitPolicy, FLOAT } from '../graph/policy';
import { createRng, type Rng } from '../math/rng';
import { flipsBetween, imagesNeeded, type LossProof, lossBound, proveLoss } from './lossProof';

const policyOf = (bits: number): BitPolicy => ({ layer: { weights: bits as 2, activations: FLOAT } });
const bitsOf = (policy: BitPolicy) => policy.layer.weights as number;

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
    const flips = flipsBetween(float, rounded);
    expect(flips).toEqual({ lost, gained, n });
    expect(lossBound(flips).lost).toBeCloseTo((lost - gained) / n, 12);
    expect(lossBound(flips).atMost).toBeCloseTo(bound, 8);
  });

  test('is wide for few images, even if no prediction differs', () => {
    expect(lossBound({ lost: 0, gained: 0, n: 50 }).lost).toBe(0);
    expect(lossBound({ lost: 0, gained: 0, n: 50 }).atMost).toBeGreaterThan(0.03);
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
      let [lost, gained] = [0, 0];
      for (let i = 0; i < n; i++) {
        const u = rng.uniform();
        if (u < loses) lost++;
        else if (u < loses + gains) gained++;
      }
      if (lossBound({ lost, gained, n }).atMost < loses - gains) misses++;
    }
    // At most 5 % plus three standard deviations of the count, and not uselessly wide.
    expect(misses / draws).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / draws));
    expect(misses / draws).toBeGreaterThan(0.01);
  });
});

test('the images that a proof needs make it succeed at the same rates, and half of them do not', () => {
  const flips = { lost: 24, gained: 16, n: 1000 };
  const needed = imagesNeeded(flips, 0.011) as number;
  const at = (n: number) => lossBound({ lost: 0.024 * n, gained: 0.016 * n, n }, 1.706).atMost;
  expect(at(1.05 * needed)).toBeLessThan(0.011);
  expect(at(needed / 2)).toBeGreaterThan(0.011);
  expect(imagesNeeded(flips, 0.008)).toBeUndefined();
});

const proofsOf = async (proofs: AsyncGenerator<LossProof, void, void>) => {
  const all: LossProof[] = [];
  for await (const proof of proofs) all.push(proof);
  return all;
};

test('testing ends at the first failure, and each test as early as it may', async () => {
  const asked: string[] = [];
  const lost: Record<number, number> = { 8: 0, 4: 0.004, 3: 0.03, 2: 0.5 };
  const hitsOf = async (policy: BitPolicy | undefined, from: number, to: number) => {
    asked.push(`${policy === undefined ? 'float' : bitsOf(policy)} ${from}-${to}`);
    const every = policy === undefined ? 0 : lost[bitsOf(policy)];
    return Uint8Array.from({ length: to - from }, (_, i) => Number(every === 0 || (from + i) % (1 / every) >= 1));
  };
  const proofs = await proofsOf(proveLoss([8, 4, 3, 2].map(policyOf), 0.01, 4000, hitsOf));
  // 8 bits flip nothing, and 3 bits lose far too much: a quarter of the images tells. 2 bits are not looked at.
  expect(asked).toEqual(['float 0-1000', '8 0-1000', '4 0-1000', 'float 1000-2000', '4 1000-2000', '3 0-1000']);
  expect(proofs.map(({ policy, n, state }) => [bitsOf(policy), n, state])).toEqual([
    [8, 1000, 'proved'],
    [4, 1000, 'open'],
    [4, 2000, 'proved'],
    [3, 1000, 'failed'],
  ]);
  expect(proofs[2].lost).toBeCloseTo(0.004, 3);
  expect(proofs[3].needed).toBeUndefined();
});

describe('simulated runs with known truth', () => {
  // True losses by bits; a claim of at most one point is false for 3 and 2 bits. Of every 1,000 images, each policy also
  // gains 15 and loses 15 others, as rounded networks do.
  const TRUTH: Readonly<Record<number, number>> = { 8: 0, 6: 0.0005, 5: 0.001, 4: 0.0015, 3: 0.01, 2: 0.011 };
  const MIXED = 0.015;
  const [IMAGES, RUNS, MOST] = [3000, 800, 0.01];
  const policies = Object.keys(TRUTH)
    .map(Number)
    .sort((a, b) => b - a);

  function draw(rng: Rng): Map<number, Uint8Array> {
    const hits = new Map([0, ...policies].map((bits) => [bits, new Uint8Array(IMAGES)]));
    for (let i = 0; i < IMAGES; i++) {
      const u = rng.uniform();
      for (const [bits, right] of hits) {
        // Float is right below 0.9. The lowest u are lost, the same ones by every policy that loses so many.
        const isLost = bits !== 0 && u < TRUTH[bits];
        const mixed = u < 0.9 ? MIXED / (0.9 - TRUTH[bits]) : MIXED / 0.1;
        const flips = bits !== 0 && (isLost || rng.uniform() < mixed);
        right[i] = Number(u < 0.9) ^ Number(flips);
      }
    }
    return hits;
  }

  /** Shares of runs with a false claim: by the procedure, and by two naive ones. */
  async function falseClaims() {
    const rng = createRng(5);
    const counts = { ours: 0, peeking: 0, smallest: 0, useful: 0 };
    for (let run = 0; run < RUNS; run++) {
      const hits = draw(rng);
      const of = (bits: number) => hits.get(bits) as Uint8Array;
      const hitsOf = async (policy: BitPolicy | undefined, from: number, to: number) =>
        of(policy === undefined ? 0 : bitsOf(policy)).subarray(from, to);
      const proofs = await proofsOf(proveLoss(policies.map(policyOf), MOST, IMAGES, hitsOf));
      const claim = proofs.filter(({ state }) => state === 'proved').at(-1);
      if (claim && TRUTH[bitsOf(claim.policy)] >= MOST) counts.ours++;
      if (claim && TRUTH[bitsOf(claim.policy)] >= 0.0015) counts.useful++;
      // Naive: the plain 95 % bound at every look, and a claim as soon as one is below the bound.
      const bound = (bits: number, n: number) =>
        lossBound(flipsBetween(of(0).subarray(0, n), of(bits).subarray(0, n))).atMost;
      const looks = Array.from({ length: 12 }, (_, i) => (IMAGES * (i + 1)) / 12);
      if (looks.some((n) => bound(3, n) < MOST)) counts.peeking++;
      // Naive: the smallest policy whose observed loss is below the bound.
      const observed = (bits: number) => lossBound(flipsBetween(of(0), of(bits))).lost;
      if (observed(2) < MOST || observed(3) < MOST) counts.smallest++;
    }
    return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / RUNS]));
  }

  test('the claim is false in at most 5 of 100 runs, where naive ones are false more often', async () => {
    const { ours, peeking, smallest, useful } = await falseClaims();
    const noise = 3 * Math.sqrt((0.05 * 0.95) / RUNS);
    expect(ours).toBeLessThan(0.05 + noise);
    // 3 bits lose exactly the bound, so the error that is allowed is nearly used up.
    expect(ours).toBeGreaterThan(0.02);
    expect(peeking).toBeGreaterThan(0.05 + 2 * noise);
    expect(smallest).toBeGreaterThan(0.4);
    expect(useful).toBeGreaterThan(0.5);
  });
});
