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
    expect(edits.policyLabel(edits.presetPolicy(architecture, 'float', 'weights', eight))).toBe('float');
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
  it('labels uniform and mixed policies', () => {
    expect(edits.policyLabel(eight)).toBe('uniform 8, activations 8');
    expect(edits.policyLabel(edits.withBits(eight, 'weights', new Map([['fc', 2]])))).toBe(
      'mixed 2 to 8, activations 8',
    );
  });
});
