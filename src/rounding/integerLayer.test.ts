import { describe, expect, it } from 'vitest';
import { createRng } from '../math/rng';
import { activationGrid } from '../quant/affine';
import { type KernelLayout, quantizeKernel } from '../quant/granularity';
import { type QuantizerId, quantizerOf, quantizers, specOf } from '../quant/registry';
import { decode, encode } from '../quant/uniformGrid';
import type { ActivationRounding } from './activationRounding';
import { codedKernel, encodeKernel, hasOneScale } from './codedKernel';
import { averageGrid, type IntegerLayer, integerLayer } from './integerLayer';

const layout: KernelLayout = { channels: 6, inputs: 5 };
const factor = Float32Array.of(0.5, -2, 1, -0.125, 3, 0);
const range = (min: number, max: number) => ({ min, max, meanMagnitude: 1, choice: 'minMax' }) as const;
const uniform = (min: number, max: number, bits: number): ActivationRounding => ({
  quantizer: 'uniform',
  grid: activationGrid(min, max, bits),
});

function randomKernel(rows: number): Float32Array {
  const rng = createRng(rows);
  return Float32Array.from({ length: rows * 6 }, () => rng.normal());
}

const schemes = (Object.keys(quantizers) as QuantizerId[]).flatMap((quantizer) =>
  (['tensor', 'channel', 'block:2'] as const)
    .filter((granularity) =>
      quantizerOf(quantizer).granularities.includes(granularity === 'block:2' ? 'block' : granularity),
    )
    .map((granularity) => ({ quantizer, granularity })),
);

describe('codes times the multiplier are the quantized kernel', () => {
  it.each(schemes.filter(hasOneScale))('$quantizer per $granularity', (scheme) => {
    for (const bits of quantizerOf(scheme.quantizer).bits) {
      const kernel = randomKernel(45);
      const coded = codedKernel(encodeKernel(kernel, layout, scheme, bits, undefined), layout, scheme, bits, factor);
      const input = uniform(-1, 3, 4);
      const layer = integerLayer(coded, layout, input, undefined);
      const { values } = quantizeKernel(
        kernel,
        layout,
        quantizerOf(scheme.quantizer),
        scheme.granularity,
        specOf(scheme, bits),
      );
      expect(layer?.codes.every(Number.isInteger)).toBe(true);
      const decoded = layer?.codes.map((q, i) => (q * layer.multiplier[i % 6]) / layer.input.scale) as Float32Array;
      expect(decoded).toBeAllClose(
        values.map((w, i) => w * factor[i % 6]),
        { rtol: 1e-6, atol: 1e-6 },
      );
    }
  });

  it('exists for schemes whose levels are integers times one scale per channel', () => {
    const others = schemes.filter((scheme) => !hasOneScale(scheme)).map(({ quantizer }) => quantizer);
    expect(others).toEqual(expect.arrayContaining(['affine', 'symmetric', 'dsconv', 'dorefa', 'ttq']));
    for (const quantizer of ['symmetric', 'lsq', 'binary', 'bwn', 'twn'] as const)
      expect(hasOneScale({ quantizer, granularity: 'channel' })).toBe(true);
  });
});

describe('the input of an integer layer', () => {
  const scheme = { quantizer: 'symmetric', granularity: 'channel' } as const;
  const coded = (rows: number) =>
    codedKernel(encodeKernel(randomKernel(rows), layout, scheme, 8, undefined), layout, scheme, 8, undefined);

  it('has the levels of its grid, with zero among the codes', () => {
    const rounding = uniform(-1, 3, 4);
    if (rounding.quantizer === 'bfp') throw new Error('no grid');
    const layer = integerLayer(coded(45), layout, rounding, undefined);
    expect(layer?.input).toMatchObject({ offset: 0, minCode: -4, maxCode: 11 });
    const { input } = layer as IntegerLayer;
    for (let x = -2; x < 4; x += 0.013)
      expect(decode(encode(x, input), input)).toBeCloseTo(decode(encode(x, rounding.grid), rounding.grid), 5);
  });

  it('keeps sums below 2^24; otherwise there is no integer layer', () => {
    const rows = [45, 500, 1500, 2500, 5000];
    const most = rows.map((n) => {
      const { codes, zeroPoints } = coded(n).terms[0];
      expect(zeroPoints).toBeUndefined();
      const sums = new Float64Array(6);
      codes.forEach((q, i) => {
        sums[i % 6] += 255 * Math.abs(q);
      });
      return Math.max(...sums);
    });
    const exists = rows.map((n) => integerLayer(coded(n), layout, uniform(0, 1, 8), undefined) !== undefined);
    expect(exists).toEqual(most.map((sum) => sum < 2 ** 24));
    expect(new Set(exists).size).toBe(2);
  });

  it('is the image in fixed point, with steps at least 11 bits below its largest number', () => {
    const kernel = coded(27);
    const layer = integerLayer(kernel, layout, undefined, range(-2.1, 2.7));
    const { scale, offset } = (layer as IntegerLayer).input;
    expect(offset).toBe(0);
    expect(Math.log2(scale)).toBe(Math.round(Math.log2(scale)));
    expect(2.7 / scale).toBeGreaterThan(2 ** 11);
    const sums = new Float64Array(6);
    kernel.terms[0].codes.forEach((q, i) => {
      sums[i % 6] += (Math.abs(q) * 2.7) / scale;
    });
    expect(Math.max(...sums)).toBeLessThanOrEqual(2 ** 24);
    expect(integerLayer(coded(5000), layout, undefined, range(-2, 2))).toBeUndefined();
    expect(integerLayer(kernel, layout, undefined, range(0, 0))).toBeUndefined();
    expect(integerLayer(kernel, layout, undefined, undefined)).toBeUndefined();
  });

  it('has no codes in block floating point', () => {
    expect(integerLayer(coded(45), layout, { quantizer: 'bfp', bits: 4, block: 32 }, undefined)).toBeUndefined();
  });
});

it('adds up averages without rounding', () => {
  const scale = averageGrid(range(0, 3), 64)?.scale as number;
  expect((64 * 3) / scale).toBeLessThanOrEqual(2 ** 23);
  expect((64 * 3) / scale).toBeGreaterThan(2 ** 22);
  expect(averageGrid(range(0, 0), 64)).toBeUndefined();
});
