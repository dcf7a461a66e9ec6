import { describe, expect, test } from 'vitest';
import { packedRow, packSymmetric } from '../../math/cholesky';
import { fc, law } from '../../math/law.testing';
import { createRng } from '../../math/rng';
import { type KernelLayout, parseGranularity } from '../../quant/granularity';
import type { Granularity } from '../../quant/quantizer';
import { type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../../quant/registry';
import { decodeEncoded, encodeKernel } from '../codedKernel';
import { chooseKernel, seenBy } from './chooseKernel';
import golden from './fixtures/gptq.json' with { type: 'json' };
import { type Moments, weightedErrors } from './moments';

const momentsOf = (columns: readonly (readonly number[])[]): Float64Array =>
  packSymmetric(columns[0].length, (i, j) => columns.reduce((sum, x) => sum + x[i] * x[j], 0) / columns.length);

/** Correlated columns, none of them negative. */
function randomColumns(rows: number, count: number, seed: number): number[][] {
  const rng = createRng(seed);
  const mix = Array.from({ length: rows * rows }, () => rng.normal());
  return Array.from({ length: count }, () => {
    const z = Array.from({ length: rows }, () => rng.normal());
    return Array.from({ length: rows }, (_, i) =>
      Math.max(
        0,
        z.reduce((sum, v, j) => sum + v * mix[i * rows + j], 0),
      ),
    );
  });
}
const randomKernel = (count: number, seed: number) => {
  const rng = createRng(seed);
  return Float32Array.from({ length: count }, () => 0.2 * rng.normal());
};
const affine: QuantScheme = { quantizer: 'affine', granularity: 'channel' };
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, v) => total + v, 0);

describe('error feedback', () => {
  const layout: KernelLayout = { channels: golden.channels, inputs: golden.rows };
  const seen = seenBy({ rows: golden.rows, matrices: [momentsOf(golden.columns)] });
  test.each(golden.cases)(
    'gives the codes of GPTQ in PyTorch, $bits bits',
    ({ bits, codes, errors, nearestErrors }) => {
      const chosen = chooseKernel(Float32Array.from(golden.kernel), layout, affine, bits, seen, true);
      const better = errors.map((error, c) => error <= nearestErrors[c]);
      expect(better).toContain(true);
      chosen.codes.forEach((code, i) => {
        if (better[i % layout.channels]) expect(code).toBe(codes[i]);
      });
      chosen.errors.forEach((error, c) => {
        expect(error).toBeCloseTo(Math.min(errors[c], nearestErrors[c]), 5);
        expect(chosen.nearestErrors[c]).toBeCloseTo(nearestErrors[c], 5);
      });
    },
  );

  test('chooses each group of a kernel as if it were alone', () => {
    const [rows, width, groups] = [6, 3, 2];
    const channels = width * groups;
    const kernel = randomKernel(rows * channels, 5);
    const matrices = [1, 2].map((seed) => momentsOf(randomColumns(rows, 40, seed)));
    const scheme = { ...affine, range: 'hessian' } as const;
    const target = randomKernel(rows * channels, 6).map((v, i) => kernel[i] + v / 20);
    const all = chooseKernel(
      kernel,
      { channels, inputs: rows },
      scheme,
      3,
      seenBy({ rows, matrices }),
      true,
      undefined,
      target,
    );
    for (let g = 0; g < groups; g++) {
      const own = <T extends Float32Array | Uint8Array>(values: T) =>
        values.filter((_, i) => Math.floor((i % channels) / width) === g) as T;
      const layout = { channels: width, inputs: rows };
      const seen = seenBy({ rows, matrices: [matrices[g]] });
      const alone = chooseKernel(own(kernel), layout, scheme, 3, seen, true, undefined, own(target));
      expect(own(all.codes)).toEqual(alone.codes);
      expect(all.numbers.slice(g * width, (g + 1) * width)).toEqual(alone.numbers);
      alone.errors.forEach((error, c) => void expect(all.errors[g * width + c]).toBeCloseTo(error, 10));
    }
  });

  test('stands between the nearest levels and the best of all roundings', () => {
    const rows = 6;
    const one: KernelLayout = { channels: 1, inputs: rows };
    const shares: number[] = [];
    for (let seed = 1; seed <= 8; seed++) {
      const moments: Moments = { rows, matrices: [momentsOf(randomColumns(rows, 30, seed))] };
      const kernel = randomKernel(rows, 100 + seed);
      const chosen = chooseKernel(kernel, one, affine, 2, seenBy(moments), true);
      let least = Number.POSITIVE_INFINITY;
      for (let all = 0; all < 4 ** rows; all++) {
        const codes = Uint8Array.from({ length: rows }, (_, i) => (all >> (2 * i)) & 3);
        const values = decodeEncoded({ codes, numbers: chosen.numbers }, one, affine, 2);
        const [error] = weightedErrors(
          values.map((v, i) => v - kernel[i]),
          moments,
          one,
        );
        least = Math.min(least, error);
      }
      expect(chosen.errors[0]).toBeGreaterThanOrEqual(least * (1 - 1e-9));
      shares.push((chosen.errors[0] - least) / (chosen.nearestErrors[0] - least || 1));
    }
    expect(sum(shares) / shares.length).toBeLessThan(0.25);
  });
});

const cases = (Object.keys(quantizers) as QuantizerId[]).flatMap((quantizer) => {
  const { bits, granularities } = quantizerOf(quantizer);
  const wanted: Granularity[] = ['tensor', 'channel', 'block:2'];
  return wanted
    .filter((granularity) => granularities.includes(parseGranularity(granularity).kind))
    .flatMap((granularity) =>
      [...new Set([bits[0], Math.min(3, bits[1])])].map((width) => ({ quantizer, granularity, bits: width })),
    );
});

describe('no kernel is worse than rounded to its nearest levels, in what the layer gives', () => {
  test.each(cases)('$quantizer per $granularity, $bits bits', ({ bits, ...scheme }) => {
    law(
      [fc.integer({ min: 1, max: 4 }), fc.nat(), fc.boolean(), fc.boolean()],
      (channels, seed, feedback, weighted) => {
        const depthwise = seed % 3 === 0;
        const layout: KernelLayout = { channels, inputs: depthwise ? 1 : 3 };
        const rows = depthwise ? 4 : 6;
        const matrices = Array.from({ length: depthwise ? channels : 1 }, (_, c) =>
          momentsOf(randomColumns(rows, 1 + (seed % 9), seed + c)),
        );
        const moments = { rows, matrices };
        const kernel = randomKernel(rows * channels, seed);
        const asked: QuantScheme = weighted ? { ...scheme, range: 'hessian' } : scheme;
        const chosen = chooseKernel(kernel, layout, asked, bits, seenBy(moments), feedback);
        const errorOf = (encoded: { codes: Uint8Array; numbers: readonly (readonly number[])[] }) =>
          weightedErrors(
            decodeEncoded(encoded, layout, asked, bits).map((v, i) => v - kernel[i]),
            moments,
            layout,
          );
        const nearest = errorOf(encodeKernel(kernel, layout, asked, bits, undefined));
        const errors = errorOf(chosen);
        expect(errors).toEqual(chosen.errors);
        expect(nearest).toEqual(chosen.nearestErrors);
        if (scheme.granularity === 'tensor') expect(sum(errors)).toBeLessThanOrEqual(sum(nearest));
        else for (const [c, error] of errors.entries()) expect(error).toBeLessThanOrEqual(nearest[c]);
        expect(chosen.codes.every((code) => code < 2 ** bits)).toBe(true);
      },
      20,
    );
  });
});

test('a depthwise kernel is chosen channel by channel, each as if it were alone with its own input', () => {
  const [rows, channels] = [9, 5];
  const kernel = randomKernel(rows * channels, 21);
  const layout = { channels, inputs: 1 };
  const matrices = Array.from({ length: channels }, (_, c) => momentsOf(randomColumns(rows, 60, 30 + c)));
  const scheme: QuantScheme = { ...affine, range: 'hessian' };
  const chosen = chooseKernel(kernel, layout, scheme, 3, seenBy({ rows, matrices }), true);
  for (const [c, matrix] of matrices.entries()) {
    const own = kernel.filter((_, i) => i % channels === c);
    const alone = { channels: 1, inputs: 1 };
    const one = chooseKernel(own, alone, scheme, 3, seenBy({ rows, matrices: [matrix] }), true);
    expect(chosen.codes.filter((_, i) => i % channels === c)).toEqual(one.codes);
    expect(chosen.numbers[c]).toEqual(one.numbers[0]);
    expect(chosen.errors[c] / one.errors[0]).toBeCloseTo(1, 9);
    expect(chosen.errors[c]).toBeLessThan(chosen.nearestErrors[c]);
  }
  expect(sum(chosen.errors)).toBeLessThan(0.6 * sum(chosen.nearestErrors));
});

test('levels by weighted error follow what is read: a channel that only reads its small weights is rounded by them', () => {
  const kernel = Float32Array.of(0.1, -0.05, 0.02, 3);
  const layout = { channels: 1, inputs: 4 };
  const matrix = packSymmetric(4, (i, j) => (i === j ? (i === 3 ? 1e-6 : 1) : 0));
  expect(matrix[packedRow(3) + 3]).toBe(1e-6);
  const seen = seenBy({ rows: 4, matrices: [matrix] });
  const [plain] = chooseKernel(kernel, layout, affine, 2, seen, false).errors;
  const [weighted] = chooseKernel(kernel, layout, { ...affine, range: 'hessian' }, 2, seen, false).errors;
  expect(weighted).toBeLessThan(plain / 2);
});

test('a layer that read nothing at all is rounded to its nearest levels', () => {
  const kernel = randomKernel(12, 4);
  const layout = { channels: 3, inputs: 4 };
  const seen = seenBy({ rows: 4, matrices: [new Float64Array(packedRow(4))] });
  const chosen = chooseKernel(kernel, layout, affine, 3, seen, true);
  expect(chosen.codes).toEqual(encodeKernel(kernel, layout, affine, 3, undefined).codes);
});
