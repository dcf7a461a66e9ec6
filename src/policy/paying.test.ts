// Payments on Tiny with random tables: the greedy is repeated here the slow way, with sizes of whole packed files.

import { describe, expect, it } from 'vitest';
import { packedBytes, packedSizes } from '../formats/packed';
import { layersOf } from '../graph/network';
import { type BitPolicy, type BitWidth, uniformPolicy } from '../graph/policy';
import { fc } from '../math/law.testing';
import type { QuantScheme } from '../quant/registry';
import { tiny } from '../zoo/tiny';
import { STOPS, withBits } from './edits';
import { settled, type Terms } from './paying';

const architecture = tiny.build([32, 32, 3], 10);
const scheme: QuantScheme = { quantizer: 'symmetric', granularity: 'channel' };
const ids = layersOf(architecture).map(({ id }) => id);
const bytesOf = (policy: BitPolicy) => packedBytes(architecture, policy, scheme);
const layerBytes = (layer: string, bits: BitWidth) =>
  packedSizes(architecture, uniformPolicy(architecture, bits, 8), scheme).layers.get(layer) as number;
const at = (widths: readonly BitWidth[]) =>
  withBits(uniformPolicy(architecture, 8, 8), 'weights', new Map(ids.map((id, l) => [id, widths[l]])));
const widthsIn = (policy: BitPolicy) => ids.map((id) => policy[id].weights);

const sizes = new Map(STOPS.map((bits) => [bits, new Map(ids.map((id) => [id, layerBytes(id, bits)]))]));
const table = fc.array(fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 7, maxLength: 7 }), {
  minLength: ids.length,
  maxLength: ids.length,
});
const width = fc.constantFrom<BitWidth>(...STOPS);
const policies = fc.array(width, { minLength: ids.length, maxLength: ids.length }).map(at);
const cases = fc.record({
  table,
  base: policies,
  layer: fc.constantFrom(...ids),
  to: width,
  locked: fc.subarray(ids),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  rule: fc.constantFrom('leastLoss' as const, 'even' as const),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Increases of the loss that grow as bits fall, from random numbers. */
const lossesOf = (random: readonly (readonly number[])[]) => (layer: string, bits: BitWidth) =>
  random[ids.indexOf(layer)].slice(STOPS.indexOf(bits as (typeof STOPS)[number])).reduce((sum, part) => sum + part, 0);
function termsOf({ table: random, base, locked, share, rule }: Omit<Case, 'layer' | 'to'>): Terms {
  const least = bytesOf(at(ids.map(() => 1)));
  return {
    budget: least + share * (bytesOf(base) - least),
    locked,
    range: [1, 8],
    rule,
    bytesOf,
    layerBytes: (layer, bits) => sizes.get(bits as (typeof STOPS)[number])?.get(layer) as number,
    lossOf: lossesOf(random),
  };
}

describe('settled', () => {
  it('takes bits where a byte costs the least predicted loss', () => {
    fc.assert(
      fc.property(cases, ({ layer, to, ...rest }) => {
        const terms = termsOf({ ...rest, rule: 'leastLoss' });
        const wanted = withBits(rest.base, 'weights', new Map([[layer, to]]));
        fc.pre(wanted !== rest.base);
        const others = ids.filter((id) => wanted[id] === rest.base[id] && !rest.locked.includes(id));
        // All single steps of all other layers, each measured as a whole file, until the file fits.
        let slow = wanted;
        for (;;) {
          if (bytesOf(slow) <= terms.budget) break;
          const steps = others.flatMap((id) => {
            const stop = STOPS.findLast((bits) => bits < slow[id].weights);
            if (stop === undefined) return [];
            const next = withBits(slow, 'weights', new Map([[id, stop]]));
            const layerOf = (policy: BitPolicy) => packedSizes(architecture, policy, scheme).layers.get(id) as number;
            const loss = terms.lossOf(id, stop) - terms.lossOf(id, slow[id].weights);
            return [{ next, price: loss / (layerOf(slow) - layerOf(next)) }];
          });
          if (steps.length === 0) return;
          slow = steps.reduce((a, b) => (b.price < a.price ? b : a)).next;
        }
        const bill = settled(rest.base, wanted, terms);
        expect(widthsIn(bill.policy)).toEqual(widthsIn(slow));
        expect(bill.payers).toEqual(ids.filter((id) => slow[id].weights !== wanted[id].weights));
        expect(bill.wall).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps to the budget where the base does, never changes locked layers, and never gives more than asked', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ layer, to, ...rest }, fits) => {
        const drawn = termsOf(rest);
        const terms = fits ? { ...drawn, budget: Math.max(drawn.budget, bytesOf(rest.base)) } : drawn;
        const wanted = withBits(rest.base, 'weights', new Map([[layer, to]]));
        const { policy, payers } = settled(rest.base, wanted, terms);
        if (fits) expect(bytesOf(policy)).toBeLessThanOrEqual(terms.budget);
        else expect(bytesOf(policy)).toBeLessThanOrEqual(Math.max(terms.budget, bytesOf(rest.base)));
        for (const id of ids) {
          if (id !== layer && rest.locked.includes(id)) expect(policy[id]).toEqual(rest.base[id]);
          expect(policy[id].weights).toBeLessThanOrEqual(Math.max(wanted[id].weights, rest.base[id].weights));
          if (payers.includes(id)) expect(policy[id].weights).toBeLessThan(rest.base[id].weights);
        }
        expect(payers).not.toContain(layer);
      }),
      { numRuns: 150 },
    );
  });

  it('meets a wall at the last width that is paid for', () => {
    const base = at([1, 1, 1, 1, 1]);
    const wanted = withBits(base, 'weights', new Map([[ids[1], 8]]));
    const budget = bytesOf(withBits(base, 'weights', new Map([[ids[1], 3]])));
    const terms = {
      ...termsOf({ table: ids.map(() => [1, 1, 1, 1, 1, 1, 1]), base, locked: [], share: 0, rule: 'even' }),
      budget,
    };
    const bill = settled(base, wanted, terms);
    expect(bill).toMatchObject({ payers: [], wall: true, needed: bytesOf(wanted) });
    expect(widthsIn(bill.policy)).toEqual([1, 3, 1, 1, 1]);
    // One byte more than the file of 2 bits is too little for 3.
    const two = bytesOf(withBits(base, 'weights', new Map([[ids[1], 2]])));
    expect(widthsIn(settled(base, wanted, { ...terms, budget: two + 1 }).policy)).toEqual([1, 2, 1, 1, 1]);
  });

  it('spreads evenly from the most bits down', () => {
    const base = at([8, 6, 4, 6, 2]);
    const drawn = { table: ids.map(() => [1, 1, 1, 1, 1, 1, 1]), base, locked: [], share: 0, rule: 'even' as const };
    const budget = bytesOf(at([5, 5, 4, 8, 2]));
    const bill = settled(base, withBits(base, 'weights', new Map([[ids[3], 8]])), { ...termsOf(drawn), budget });
    expect(widthsIn(bill.policy)).toEqual([5, 5, 4, 8, 2]);
    expect(bill.payers).toEqual([ids[0], ids[1]]);
  });

  it('lets an edit that frees bytes pass where the base is too large', () => {
    const base = at([8, 8, 8, 8, 8]);
    const wanted = withBits(base, 'weights', new Map([[ids[3], 4]]));
    const terms = termsOf({
      table: ids.map(() => [1, 1, 1, 1, 1, 1, 1]),
      base,
      locked: ids,
      share: 0,
      rule: 'leastLoss',
    });
    expect(settled(base, wanted, terms)).toMatchObject({ policy: wanted, payers: [], wall: false });
    expect(settled(base, withBits(base, 'weights', new Map([[ids[3], 32]])), terms).policy).toEqual(base);
  });
});
