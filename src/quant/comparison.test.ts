// What is compared: every quantizer, each with widths and granularities that it has.
import { expect, test } from 'vitest';
import { COMPARED } from './comparison';
import { checkSpec } from './granularity';
import { quantizerOf, quantizers, schemeName } from './registry';

test('every quantizer is there, in schemes that it can do, none twice', () => {
  expect(new Set(COMPARED.map(({ scheme }) => scheme.quantizer))).toEqual(new Set(Object.keys(quantizers)));
  for (const { scheme, bits } of COMPARED) checkSpec(quantizerOf(scheme.quantizer), scheme.granularity, bits);
  expect(new Set(COMPARED.map(({ scheme }) => schemeName(scheme))).size).toBe(COMPARED.length);
});

test('4 bits where there are 4 bits', () => {
  const bitsOf = (id: string) => COMPARED.find(({ scheme }) => scheme.quantizer === id)?.bits;
  expect(['dsconv', 'lsq', 'twn', 'binary'].map(bitsOf)).toEqual([4, 4, 2, 1]);
});
