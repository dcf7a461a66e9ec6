// Registers a quantizer that no other file mentions. Import this before any module that lists the quantizers.
import type { Quantizer } from '../quant/quantizer';
import { quantizers } from '../quant/registry';

/** Even multiples of one scale from -4 to 2. */
const toy: Quantizer<{ readonly scale: number }> = {
  id: 'toy',
  label: 'Toy',
  summary: 'Four levels, more of them below zero.',
  granularities: ['channel', 'tensor'],
  bits: [2, 2],
  activations: 'uniform',
  reference: 'none',
  init: (x) => ({ scale: Math.fround(Math.max(...x.map(Math.abs)) / 4) }),
  forward: (x, params, spec) => toy.decode(toy.encode(x, params, spec), toy.numbers(params, spec), spec),
  backward: (_, dy) => ({ dx: dy }),
  numbersPerGroup: () => 1,
  encode: (x, { scale }) => Uint8Array.from(x, (v) => Math.max(0, Math.min(3, 2 + Math.floor(v / (2 * scale) + 0.5)))),
  numbers: ({ scale }) => [2 * scale],
  decode: (codes, [step]) => Float32Array.from(codes, (code) => (code - 2) * step),
  lines: (_, [scale]) => [{ scale, zero: 2, offset: 0 }],
  python: '(c - 2) * n[0]',
};
Object.assign(quantizers, { toy });
