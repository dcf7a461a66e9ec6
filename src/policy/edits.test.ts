import { describe, expect, it } from 'vitest';
import { layersOf } from '../graph/network';
import { BIT_WIDTHS, checkPolicy, policyKey, samePolicy, uniformPolicy } from '../graph/policy';
import { fc } from '../math/law.testing';
import { tiny } from '../zoo/tiny';
import * as edits from './edits';

const architecture = tiny.build([32, 32, 3], 10);
const layers = layersOf(architecture).map((layer) => layer.id);
const eight = uniformPolicy(architecture, 8, 8);
const weightsOf = (policy: typeof eight) => layers.map((id) => policy[id].weights);

describe('stops', () => {
  it('maps every bit width to a position and back', () => {
    for (const bits of BIT_WIDTHS) expect(edits.bitsAt(edits.stopOf(bits), 'weights')).toBe(bits);
  });
  it('keeps activations at 2 bits or more', () => {
    expect(edits.bitsAt(0, 'activations')).toBe(2);
    expect(edits.nudged(2, -1, [2, 8])).toBe(2);
    expect(edits.bitsOfKey('1', 'activations')).toBe(2);
  });
  it('nudges from 7 bits to 8 and 6, and stops at the ends', () => {
    expect(edits.nudged(7, 1, [1, 8])).toBe(8);
    expect(edits.nudged(7, -1, [1, 8])).toBe(6);
    expect(edits.nudged(32, 1, [1, 8])).toBe(32);
    expect(edits.nudged(1, -1, [1, 8])).toBe(1);
    expect(edits.nudged(4, 2, [1, 8])).toBe(6);
    expect(edits.nudged(2, -2, [1, 8])).toBe(1);
  });
  it('nudges past widths that the quantizer does not support', () => {
    expect(edits.nudged(1, 1, [1, 1])).toBe(32);
    expect(edits.nudged(32, -1, [2, 2])).toBe(2);
    expect(edits.nudged(2, -1, [2, 2])).toBe(2);
  });
  it('reads digits, 0 and f', () => {
    expect(edits.bitsOfKey('7', 'weights')).toBe(7);
    expect(edits.bitsOfKey('0', 'weights')).toBe(32);
    expect(edits.bitsOfKey('f', 'weights')).toBe(32);
    expect(edits.bitsOfKey('9', 'weights')).toBeUndefined();
    expect(edits.bitsOfKey('32', 'weights')).toBe(32);
  });
});

describe('places on the fader', () => {
  it('is linear in bits, with float apart, and every stop is its own nearest', () => {
    for (const bits of edits.STOPS) expect(edits.bitsAtPosition(edits.positionOf(bits), [1, 8])).toBe(bits);
    expect([0, 1, 7, 8].map((bits) => edits.positionOf(bits as 7))).toEqual([0, 1, 7, 8]);
    expect(edits.positionOf(32)).toBeGreaterThan(9);
    expect(edits.bitsAtPosition(7.4, [1, 8])).toBe(8);
    expect(edits.bitsAtPosition(-3, [1, 8])).toBe(1);
    expect(edits.bitsAtPosition(3, [2, 2])).toBe(2);
    expect(edits.bitsAtPosition(8, [2, 2])).toBe(32);
  });
  it('moves many by as much, and back when the move is reversed', () => {
    const base = edits.withBits(
      eight,
      'weights',
      new Map<string, 2 | 0>([
        [layers[1], 2],
        [layers[2], 0],
      ]),
    );
    const down = edits.movedBy(base, 'weights', layers.slice(0, 4), -2.2, [1, 8]);
    expect(weightsOf(down)).toEqual([6, 1, 0, 6, 8]);
    expect(edits.movedBy(base, 'weights', layers, 0, [1, 8])).toBe(base);
    expect(weightsOf(edits.movedBy(base, 'weights', layers, 1.2, [1, 8]))).toEqual([32, 3, 0, 32, 32]);
  });
  it('keeps the widths of some layers', () => {
    const wanted = edits.withBits(eight, 'weights', new Map(layers.map((id) => [id, 3])));
    expect(weightsOf(edits.keeping(wanted, eight, [layers[1], 'stranger']))).toEqual([3, 8, 3, 3, 3]);
    expect(edits.keeping(wanted, eight, [])).toBe(wanted);
  });
});

describe('edits', () => {
  it('returns the same object when nothing changes', () => {
    expect(edits.withBits(eight, 'weights', new Map([[layers[0], 8]]))).toBe(eight);
    expect(edits.withBits(eight, 'weights', new Map([['stranger', 4]]))).toBe(eight);
  });
  it('moves selected layers together, and reverses the move', () => {
    const base = edits.withBits(eight, 'weights', new Map([[layers[1], 2]]));
    const moved = edits.movedTogether(base, 'weights', layers[0], 3, [layers[0], layers[1]]);
    expect(weightsOf(moved).slice(0, 3)).toEqual([3, 1, 8]);
    expect(edits.movedTogether(base, 'weights', layers[0], 8, [layers[0], layers[1]])).toBe(base);
  });
  it('moves one layer alone when it is not selected', () => {
    const moved = edits.movedTogether(eight, 'weights', layers[2], 4, [layers[0], layers[1]]);
    expect(weightsOf(moved)).toEqual([8, 8, 4, 8, 8]);
  });
  it('sweeps along a straight line in both directions', () => {
    expect(weightsOf(edits.swept(eight, 'weights', layers, [0, 0], [4, 4]))).toEqual([8, 2, 3, 4, 5]);
    expect(weightsOf(edits.swept(eight, 'weights', layers, [4, 4], [0, 0]))).toEqual([1, 2, 3, 4, 8]);
    expect(weightsOf(edits.swept(eight, 'weights', layers, [2, 6], [2, 1]))).toEqual([8, 8, 2, 8, 8]);
  });
});

describe('presets', () => {
  it('gives valid policies in every mode', () => {
    for (const id of edits.PRESETS)
      for (const mode of ['weights', 'activations', 'both'] as const)
        checkPolicy(architecture, edits.presetPolicy(architecture, id, mode, eight));
    expect(edits.presetPolicy(architecture, '8', 'weights', eight)).toBe(eight);
    expect(weightsOf(edits.presetPolicy(architecture, 'ends', 'weights', eight))).toEqual([8, 4, 4, 4, 8]);
  });
  it('leaves the weights alone in activations mode', () => {
    const policy = edits.presetPolicy(architecture, '4', 'activations', eight);
    expect(weightsOf(policy)).toEqual(weightsOf(eight));
    expect(policy.fc.activations).toBe(4);
  });
});

describe('names', () => {
  it('has equal keys exactly for equal policies', () => {
    const width = fc.constantFrom(...BIT_WIDTHS);
    const policy = fc
      .array(width, { minLength: 5, maxLength: 5 })
      .map((bits) => edits.withBits(eight, 'weights', new Map(layers.map((id, i) => [id, bits[i]]))));
    fc.assert(fc.property(policy, policy, (a, b) => (policyKey(a) === policyKey(b)) === samePolicy(a, b)));
  });
  it('counts each width once, without skipped layers and float activations', () => {
    expect(edits.widthsOf(eight)).toEqual({ weights: [8], activations: [8], skipped: 0 });
    const mixed = edits.withBits(eight, 'weights', new Map(Object.entries({ conv1: 0, conv2: 4, fc: 2 } as const)));
    expect(edits.widthsOf(mixed)).toEqual({ weights: [2, 4, 8], activations: [8], skipped: 1 });
  });
});
