// Reports of weights: numbers computed by hand, and laws that hold for every quantizer and granularity.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import { quantizeKernel } from './granularity';
import { type QuantizerId, quantizerOf, quantizers } from './registry';
import { BINS, binEdges, floatWeightReport, weightReport } from './weightReport';

const layout = { channels: 2, inputs: 3 };

describe('known numbers', () => {
  test('symmetric, 2 bits, per tensor: levels -1, 0, 1', () => {
    // 1 -> 1, -0.6 -> -1, 0.4 -> 0, 0.1 -> 0: errors 0, 0.4, 0.4, 0.1, squares 0.33 in all; the signal is 1.53.
    const report = weightReport(
      Float32Array.of(1, -0.6, 0.4, 0.1),
      { channels: 1, inputs: 4 },
      quantizers.symmetric,
      'tensor',
      { bits: 2 },
    );
    expect(report).toMatchObject({ count: 4, groups: 1, peak: 1, clipped: 0 });
    expect(report.pictured?.levels).toEqual([-1, 0, 1]);
    expect(report.mse).toBeCloseTo(0.33 / 4, 6);
    expect(report.sqnr).toBeCloseTo(10 * Math.log10(1.53 / 0.33), 5); // 6.66 dB
    const treads = report.pictured?.staircase ?? [];
    expect(treads.map(({ value }) => value)).toEqual([-1, 0, 1]);
    expect(treads[0].to).toBeCloseTo(-0.5, 2);
    expect(treads[1].to).toBeCloseTo(0.5, 2);
  });

  test('symmetric, 1 bit: two levels at the mean magnitude, and larger weights are clipped', () => {
    // Mean magnitude 0.5; 1 and -0.6 lie beyond, 0.4 and 0 do not.
    const report = weightReport(
      Float32Array.of(1, -0.6, 0.4, 0),
      { channels: 1, inputs: 4 },
      quantizers.symmetric,
      'tensor',
      { bits: 1 },
    );
    expect(report.pictured?.levels).toEqual([-0.5, 0.5]);
    expect(report.clipped).toBe(0.5);
  });

  test('per channel, the levels are those of the group with the largest weight, and errors cover all groups', () => {
    // Channel 0: 0.25, 0, 0; channel 1: -2, 1, 0. With 2 bits the levels of channel 1 are -2, 0, 2, and 1 is a tie: 0.
    const kernel = Float32Array.of(0.25, -2, 0, 1, 0, 0);
    const report = weightReport(kernel, layout, quantizers.symmetric, 'channel', { bits: 2 });
    expect(report).toMatchObject({ groups: 2, pictured: { channel: 1, levels: [-2, 0, 2] } });
    expect(report.mse).toBeCloseTo(1 / 6, 12);
    expect(report.sqnr).toBeCloseTo(10 * Math.log10(5.0625), 9);
  });

  test('symmetric grids have 2^bits - 1 levels, affine ones 2^bits, ternary ones 3', () => {
    const kernel = Float32Array.of(-1, -0.3, 0.1, 0.2, 0.5, 0.9);
    const levels = (id: QuantizerId, bits: number) =>
      weightReport(kernel, layout, quantizerOf(id), 'tensor', { bits }).pictured?.levels.length;
    expect([levels('symmetric', 3), levels('symmetric', 8)]).toEqual([7, 255]);
    expect([levels('affine', 3), levels('affine', 8)]).toEqual([8, 256]);
    expect([levels('lsq', 3), levels('dsconv', 3), levels('dorefa', 3)]).toEqual([8, 8, 8]);
    expect([levels('binary', 1), levels('twn', 2), levels('ttq', 2)]).toEqual([2, 3, 3]);
  });

  test('zero is in the middle bar, the largest weights in the outermost', () => {
    const { bins, peak } = floatWeightReport(Float32Array.of(-2, 0, 0, 2));
    expect([bins[0], bins[(BINS - 1) / 2], bins[BINS - 1]]).toEqual([1, 2, 1]);
    const edges = binEdges({ peak });
    expect([edges[0], edges[BINS], edges.length]).toEqual([-2, 2, BINS + 1]);
  });

  test('float has no levels and no error; an empty kernel has no mean', () => {
    const report = floatWeightReport(Float32Array.of(0.1, -0.7));
    expect(report).toMatchObject({ groups: 0, clipped: 0, mse: 0, sqnr: Number.POSITIVE_INFINITY });
    expect(report.pictured).toBeUndefined();
    expect(floatWeightReport(new Float32Array(0)).mse).toBeNaN();
  });

  test('weights that are all zero stay zero without error', () => {
    const report = weightReport(new Float32Array(6), layout, quantizers.symmetric, 'channel', { bits: 4 });
    expect(report).toMatchObject({ peak: 1, mse: 0, sqnr: Number.POSITIVE_INFINITY, clipped: 0 });
    expect(report.pictured?.levels).toEqual([0]);
  });
});

describe.each(Object.keys(quantizers) as QuantizerId[])('%s', (id) => {
  const quantizer = quantizerOf(id);
  const [min, max] = quantizer.bits;
  const kernels = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 18, maxLength: 18 });
  test.each(quantizer.granularities)('per %s: levels hold every rounded weight, counts add up', (kind) => {
    law(
      [kernels, fc.integer({ min, max })],
      (numbers, bits) => {
        const kernel = Float32Array.from(numbers);
        const granularity = kind === 'block' ? 'block:2' : kind;
        const report = weightReport(kernel, layout, quantizer, granularity, { bits });
        const { values } = quantizeKernel(kernel, layout, quantizer, granularity, { bits });
        expect(report.bins.reduce((sum, n) => sum + n, 0)).toBe(kernel.length);
        expect(report.clipped).toBeGreaterThanOrEqual(0);
        expect(report.clipped).toBeLessThanOrEqual(1);
        const noise = kernel.reduce((sum, w, i) => sum + (w - values[i]) ** 2, 0);
        expect(report.mse).toBeCloseTo(noise / kernel.length, 12);
        const levels = report.pictured?.levels ?? [];
        expect(levels.length).toBeLessThanOrEqual(2 ** bits);
        if (kind === 'tensor') for (const value of values) expect(levels).toContain(value + 0);
        for (const { value } of report.pictured?.staircase ?? []) expect(levels).toContain(value);
      },
      40,
    );
  });
});
