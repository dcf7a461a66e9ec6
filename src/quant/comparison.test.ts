// The comparison includes every quantizer, each with widths and granularities that it has.
import { expect, test } from 'vitest';
import { COMPARED } from './comparison';
import { checkSpec } from './granularity';
import { quantizerOf, quantizers, schemeName } from './registry';

test('every quantizer is included, in schemes that it supports, without duplicates', () => {
  expect(new Set(COMPARED.map(({ scheme }) => scheme.quantizer))).toEqual(new Set(Object.keys(quantizers)));
  for (const { scheme, bits } of COMPARED) checkSpec(quantizerOf(scheme.quantizer), scheme.granularity, bits);
  expect(new Set(COMPARED.map(({ scheme }) => schemeName(scheme))).size).toBe(COMPARED.length);
});

test('quantizers that have 4 bits are compared at 4 bits', () => {
  const bitsOf = (id: string) => COMPARED.find(({ scheme }) => scheme.quantizer === id)?.bits;
  expect(['dsconv', 'lsq', 'twn', 'binary'].map(bitsOf)).toEqual([4, 4, 2, 1]);
});
