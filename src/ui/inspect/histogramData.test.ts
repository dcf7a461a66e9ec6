import { describe, expect, it } from 'vitest';
import type { WeightInspection } from '../../engine/protocol/inspecting';
import { quantizers } from '../../quant/registry';
import { floatWeightReport, weightReport } from '../../quant/weightReport';
import { layer } from '../../words/en/layer';
import {
  barHeight,
  barsPath,
  countTicks,
  decibels,
  levelsInWords,
  percentAt,
  pictureInWords,
  spanOf,
  squaredError,
  staircasePath,
  valueTicks,
} from './histogramData';

const kernel = Float32Array.of(1, -0.6, 0.4, 0.1);
const layout = { channels: 1, inputs: 4 };
const report = weightReport(kernel, layout, quantizers.symmetric, 'tensor', { bits: 2 });
const scheme = { quantizer: 'symmetric', granularity: 'tensor' } as const;
const inspection: WeightInspection = { layer: '2b', bits: 2, scheme, fingerprint: '1', report };
const float: WeightInspection = { ...inspection, bits: 32, report: floatWeightReport(kernel) };

describe('the axes', () => {
  it('hold everything that is drawn', () => {
    expect(spanOf(report)).toBeCloseTo(1.03);
    const wide = weightReport(kernel, layout, quantizers.dorefa, 'tensor', { bits: 4 });
    expect(spanOf({ ...wide, peak: 0.1 })).toBeCloseTo(1.03); // DoReFa's levels go to 1, whatever the weights
    expect([percentAt(-2, 2), percentAt(0, 2), percentAt(2, 2)]).toEqual([0, 50, 100]);
  });
  it('have round ticks, zero among them', () => {
    expect(valueTicks(0.43).map(({ text }) => text)).toEqual(['−0.4', '−0.2', '0.0', '0.2', '0.4']);
    expect(valueTicks(1.03).map(({ text }) => text)).toEqual(['−1.0', '−0.5', '0.0', '0.5', '1.0']);
    expect(valueTicks(0.012).map(({ text }) => text)).toEqual(['−0.010', '−0.005', '0.000', '0.005', '0.010']);
    for (const span of [1e-6, 0.07, 0.3, 0.9999, 12]) {
      const ticks = valueTicks(span);
      expect(ticks.length).toBeGreaterThanOrEqual(5);
      expect(ticks.length).toBeLessThanOrEqual(11);
    }
  });
  it('count weights linearly or in powers of ten', () => {
    expect(countTicks(412, 'linear')).toEqual([200, 400]);
    expect(countTicks(412, 'log')).toEqual([1, 10, 100]);
    expect(countTicks(1, 'linear')).toEqual([1]);
    expect(countTicks(0, 'linear')).toEqual([]);
    expect([barHeight(50, 100, 'linear'), barHeight(100, 100, 'log'), barHeight(0, 100, 'log')]).toEqual([0.5, 1, 0]);
    expect(barHeight(0, 0, 'linear')).toBe(0);
  });
});

describe('the paths', () => {
  it('have a bar for each bin with weights', () => {
    expect(barsPath(report, 'linear').match(/M/g)).toHaveLength(4);
  });
  it('climb from the lowest level to the highest', () => {
    expect(staircasePath(report.pictured?.staircase ?? [], 1, 1)).toMatch(
      /^M0\.00,100\.00H2\d\.\d+V50\.00H7\d\.\d+V0\.00H100\.00$/,
    );
  });
});

describe('the words', () => {
  it('say what the picture shows', () => {
    expect(pictureInWords(inspection)).toBe(
      'Layer 2b, 4 weights up to ±1, 2 bits: 3 levels from −1 to 1; no weight is clipped; SQNR 6.7 dB, MSE 8.2e-2.',
    );
    expect(pictureInWords(float)).toBe('Layer 2b, 4 weights up to ±1, float: no levels, no error.');
  });
  it('say whose levels are drawn', () => {
    expect(levelsInWords(inspection)).toBe('Lines: the 3 levels of the whole layer.');
    const grouped = { ...report, groups: 32 };
    const per = (granularity: WeightInspection['scheme']['granularity']) =>
      levelsInWords({ ...inspection, scheme: { ...scheme, granularity }, report: grouped });
    expect(per('channel')).toContain('output channel 1, which has the largest weight; each of the 32 channels');
    expect(per('block:32')).toContain('each of the 32 blocks of up to 32 has its own');
    expect(levelsInWords(float)).toContain('no levels');
  });
  it('write numbers with their units', () => {
    expect(decibels(14.06)).toBe('SQNR 14.1 dB');
    expect(decibels(Number.POSITIVE_INFINITY)).toBe('no error');
    expect(squaredError(0.000123)).toBe('MSE 1.2e-4');
    expect(layer.clipped(0.032)).toContain('3.2\u00a0% of the weights');
    expect(layer.clipped(0.0001)).toContain('Less than 0.1\u00a0%');
  });
});
