import { describe, expect, test } from 'vitest';
import { activationQuantizers } from '../quant/activationRegistry';
import { activationGrid } from '../quant/affine';
import { bfp } from '../quant/bfp';
import { lsqActivations } from '../quant/lsq';
import { pact } from '../quant/pact';
import type { ActivationQuantizerId } from '../quant/quantizer';
import { mseRange } from '../quant/ranges';
import type { QuantScheme } from '../quant/registry';
import { fakeQuantize } from '../quant/uniformGrid';
import { type ActivationRange, activationRounding, roundActivations } from './activationRounding';

const x = Float32Array.of(0, 0.3, 1.7, 2.9, 0.05, 1.1, 3.96, 0.8, 0, 0.1, 0.2, 0.7);
const calibrated: ActivationRange = {
  min: 0,
  max: Math.max(...x),
  meanMagnitude: x.reduce((sum, v) => sum + v, 0) / x.length,
  choice: 'minMax',
};
const scheme = (
  activations: ActivationQuantizerId,
  granularity: QuantScheme['granularity'] = 'tensor',
): QuantScheme => ({
  quantizer: 'affine',
  granularity,
  activations,
});
const round = (activations: ActivationQuantizerId, bits: number, range?: ActivationRange, learned?: number) =>
  roundActivations(
    x,
    4,
    activationRounding('a', scheme(activations), bits, false, range, learned === undefined ? undefined : [learned]),
  );

describe('each quantizer starts from the calibrated range', () => {
  test.each([2, 4, 8])('%d bits', (bits) => {
    expect(round('uniform', bits, calibrated)).toEqual(fakeQuantize(x, activationGrid(0, calibrated.max, bits)));
    expect(round('pact', bits, calibrated)).toEqual(pact.forward(x, pact.init(x, { bits }), { bits }));
    expect(round('lsq', bits, calibrated)).toEqual(
      lsqActivations.forward(x, lsqActivations.init(x, { bits }), { bits }),
    );
  });

  test('with mse ranges all three use the grid with the smallest error', () => {
    const tailed = Float32Array.from({ length: 200 }, (_, i) => (i / 100) ** 6);
    const [min, max] = mseRange(tailed, (low, high) => activationGrid(low, high, 3));
    expect(max).toBeLessThan(tailed[199]);
    const range = { ...calibrated, min, max, choice: 'mse' } as const;
    for (const id of ['uniform', 'pact', 'lsq'] as const)
      expect(round(id, 3, range)).toEqual(fakeQuantize(x, activationGrid(min, max, 3)));
  });
});

test('LSQ+ starts from the uniform levels, below zero too, and takes learned ones', () => {
  const range = { ...calibrated, min: -1 };
  const under = (learned?: readonly number[]) => activationRounding('a', scheme('lsqPlus'), 4, true, range, learned);
  expect(under()).toMatchObject({ quantizer: 'lsqPlus', grid: activationGrid(-1, calibrated.max, 4) });
  expect(under([0.25, -0.6])).toMatchObject({ grid: { scale: 0.25, offset: -0.5 }, learned: [0.25, -0.6] });
});

test('learned parameters take precedence and need no range', () => {
  for (const range of [calibrated, undefined]) {
    expect(round('pact', 3, range, 1.5)).toEqual(pact.forward(x, { clip: 1.5 }, { bits: 3 }));
    expect(round('lsq', 3, range, 0.2)).toEqual(lsqActivations.forward(x, { step: 0.2 }, { bits: 3 }));
  }
});

test('layers that read negative numbers keep the uniform grid under PACT and LSQ', () => {
  const range = { ...calibrated, min: -1 };
  const uniform = { quantizer: 'uniform', grid: activationGrid(-1, calibrated.max, 4) };
  for (const id of ['uniform', 'pact', 'lsq'] as const)
    expect(activationRounding('a', scheme(id), 4, true, range, [3])).toEqual(uniform);
  expect(activationRounding('a', scheme('bfp'), 4, true, range).quantizer).toBe('bfp');
});

test.each([['pact'], ['lsq'], ['uniform']] as const)('%s without a range is refused, naming the layer', (id) => {
  expect(() => activationRounding('conv3', scheme(id), 4, false, undefined)).toThrow(
    'Layer "conv3" has no calibrated activation range; calibrate before quantizing activations.',
  );
});

test('blocks have the size of the scheme, or 32 channels, and do not cross pixels', () => {
  expect(activationRounding('a', scheme('bfp', 'block:8'), 4, true, undefined)).toMatchObject({ block: 8 });
  expect(activationRounding('a', scheme('bfp', 'channel'), 4, true, undefined)).toMatchObject({ block: 32 });
  const rounding = activationRounding('a', scheme('bfp', 'block:4'), 2, false, undefined);
  // Two pixels of six channels: blocks of 4 and 2.
  const expected = [0, 4, 6, 10].flatMap((from, i) => {
    const block = x.slice(from, [4, 6, 10, 12][i]);
    return [...bfp.forward(block, bfp.init(block, { bits: 2 }), { bits: 2 })];
  });
  expect([...roundActivations(x, 6, rounding)]).toEqual(expected);
  expect(Object.keys(activationQuantizers)).toHaveLength(5); // a sixth needs a test above
});
