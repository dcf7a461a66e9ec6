import { describe, expect, it } from 'vitest';
import { createRng } from '../math/rng';
import { type KernelLayout, parseGranularity, quantizeKernel } from '../quant/granularity';
import type { Granularity } from '../quant/quantizer';
import { type QuantizerId, quantizerOf, quantizers, specOf } from '../quant/registry';
import { codedKernel, decodeKernel, encodeKernel } from './codedKernel';

const layout: KernelLayout = { channels: 6, inputs: 5 };

function randomKernel(seed: number): Float32Array {
  const rng = createRng(seed);
  const kernel = Float32Array.from({ length: 9 * 5 * 6 }, () => rng.normal());
  for (let i = 0; i < kernel.length; i += 6) kernel[i + 4] = 0; // a channel of zeros
  return kernel;
}

const cases = (Object.keys(quantizers) as QuantizerId[]).flatMap((quantizer) => {
  const { bits, granularities } = quantizerOf(quantizer);
  const all: Granularity[] = ['tensor', 'channel', 'block:2', 'block:64'];
  return all
    .filter((granularity) => granularities.includes(parseGranularity(granularity).kind))
    .flatMap((granularity) =>
      Array.from({ length: bits[1] - bits[0] + 1 }, (_, i) => ({ quantizer, granularity, bits: bits[0] + i })),
    );
});

describe('coded kernels decode to the output of the quantizer', () => {
  it.each(cases)('$quantizer per $granularity, $bits bits', ({ bits, ...scheme }) => {
    const kernel = randomKernel(bits);
    const factors = [undefined, Float32Array.of(0.5, -2, 1, -0.125, 3, 0)];
    for (const factor of factors) {
      const coded = codedKernel(encodeKernel(kernel, layout, scheme, bits, undefined), layout, scheme, bits, factor);
      const spec = specOf(scheme, bits);
      const { values } = quantizeKernel(kernel, layout, quantizerOf(scheme.quantizer), scheme.granularity, spec);
      const expected = values.map((w, i) => w * (factor?.[i % 6] ?? 1));
      const decoded = decodeKernel(coded, layout);
      expected.forEach((w, i) => {
        expect(Math.abs(decoded[i] - w)).toBeLessThan(2e-6);
      });
      for (const { codes, signed, bits: width, scales, zeroPoints } of coded.terms) {
        const [low, high] = signed ? [-(2 ** (width - 1)), Math.max(1, 2 ** (width - 1) - 1)] : [0, 2 ** width - 1];
        expect(codes.every((q) => q >= low && q <= high)).toBe(true);
        expect(scales.every((s) => s > 0 && Number.isFinite(s))).toBe(true);
        expect(zeroPoints?.every((z) => z <= high) ?? true).toBe(true);
      }
    }
  });

  it('mirrors codes when the factor is negative, with a zero point if they do not fit', () => {
    const kernel = Float32Array.of(-2, -2, 1, 1);
    const two: KernelLayout = { channels: 2, inputs: 2 };
    const scheme = { quantizer: 'lsq', granularity: 'channel' } as const;
    const learned = Float32Array.of(1, 1);
    const plain = codedKernel(encodeKernel(kernel, two, scheme, 2, learned), two, scheme, 2, undefined).terms[0];
    expect(plain).toMatchObject({ signed: true, codes: Int16Array.of(-2, -2, 1, 1) });
    const [term] = codedKernel(
      encodeKernel(kernel, two, scheme, 2, learned),
      two,
      scheme,
      2,
      Float32Array.of(1, -1),
    ).terms;
    expect(term).toEqual({
      bits: 2,
      signed: false,
      codes: Int16Array.of(0, 3, 3, 0),
      scales: Float32Array.of(1, 1),
      zeroPoints: Uint8Array.of(2, 1),
    });
  });
});
