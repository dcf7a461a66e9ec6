import { expect, test } from 'vitest';
import { fc } from '../math/law.testing';
import { FormatError } from './safetensors';
import { readState, writeState } from './stateFile';

const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY));
const leaf = fc.oneof(number, fc.string(), fc.boolean(), fc.constantFrom(null, undefined));
const numbers = fc.oneof(fc.float32Array(), fc.float64Array(), fc.int32Array(), fc.uint8Array());
const key = fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'state'));
const plain = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    leaf,
    numbers,
    fc.array(tie('data')),
    fc.dictionary(key, tie('data'), { noNullPrototype: true }),
  ),
})).data;

test('state round-trips as structured clone would copy it', () => {
  fc.assert(
    fc.property(plain, (state) => {
      expect(readState(writeState(state))).toStrictEqual(structuredClone(state));
    }),
    { numRuns: 300 },
  );
});

test('numbers of an array are stored as bytes, not digits', () => {
  const state = { phase: 'training', weights: { kernel: new Float32Array(10_000).fill(1 / 3) }, step: 3 };
  expect(writeState(state).length).toBeLessThan(40_000 + 400);
});

test('only the visible part of a view is written', () => {
  const whole = Float32Array.from([1, 2, 3, 4]);
  expect(readState(writeState({ part: whole.subarray(1, 3) }))).toStrictEqual({ part: Float32Array.from([2, 3]) });
});

test('values that are not plain data, and bytes that are not a state, are rejected by name', () => {
  expect(() => writeState({ a: [1, new Map()] })).toThrow(/a Map at state\.a\[1\]/);
  expect(() => writeState({ run: () => 1 })).toThrow(/a Function at state\.run/);
  expect(() => writeState({ big: 3n })).toThrow(FormatError);
  const bytes = writeState({ weights: new Float32Array(8) });
  expect(() => readState(bytes.subarray(0, bytes.length - 4))).toThrow(FormatError);
});
