// Policies are clamped to the widths that a quantizer supports, and nothing else changes.
import { describe, expect, test } from 'vitest';
import { BIT_WIDTHS, checkPolicy, FLOAT, uniformPolicy } from '../graph/policy';
import { type QuantizerId, quantizers } from '../quant/registry';
import { resnet8 } from '../zoo/resnet';
import { clampPolicy, isInRange, nearestInRange, widthRangeOf, widthsInReach } from './widths';

const architecture = resnet8.build([32, 32, 3], 10);
const schemes = (Object.keys(quantizers) as QuantizerId[]).map((quantizer) => ({
  quantizer,
  granularity: 'tensor' as const,
}));

test('the range is that of the quantizer', () => {
  const range = (id: QuantizerId) => widthRangeOf({ quantizer: id, granularity: 'tensor' }, 'weights');
  expect((['binary', 'twn', 'ttq', 'lsq', 'symmetric'] as const).map(range)).toEqual([
    [1, 1],
    [2, 2],
    [2, 2],
    [2, 8],
    [1, 8],
  ]);
  expect(widthsInReach([2, 2])).toEqual([2]);
});

describe.each(schemes)('$quantizer', (scheme) => {
  test('every width moves to the nearest supported one, and float stays float', () => {
    const reach = widthRangeOf(scheme, 'weights');
    for (const bits of BIT_WIDTHS) {
      const near = nearestInRange(bits, reach);
      expect(isInRange(near, reach)).toBe(true);
      expect(near === FLOAT).toBe(bits === FLOAT);
      if (bits === FLOAT) continue;
      const least = Math.min(...widthsInReach(reach).map((width) => Math.abs(width - bits)));
      expect(Math.abs(near - bits)).toBe(least);
    }
  });

  test('a policy in range is unchanged, and any other is in range after one clamp', () => {
    for (const bits of BIT_WIDTHS) {
      const moved = clampPolicy(uniformPolicy(architecture, bits, 8), scheme);
      checkPolicy(architecture, moved);
      expect(clampPolicy(moved, scheme)).toBe(moved);
      for (const { weights, activations } of Object.values(moved)) {
        expect(isInRange(weights, widthRangeOf(scheme, 'weights'))).toBe(true);
        expect(isInRange(activations, widthRangeOf(scheme, 'activations'))).toBe(true);
      }
    }
  });
});
