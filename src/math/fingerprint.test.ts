import { expect, test } from 'vitest';
import { fingerprint, murmur3 } from './fingerprint';
import { fc } from './law.testing';

// Test vectors published with the reference implementation (smhasher, murmurhash3 on Wikipedia).
test.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['test', 0, 0xba6bd213],
  ['test', 0x9747b28c, 0x704b81dc],
  ['Hello, world!', 0, 0xc0363e43],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
])('MurmurHash3 of "%s" from seed %i', (text, seed, expected) => {
  expect(murmur3(new TextEncoder().encode(text), seed)).toBe(expected);
});

test('depends on the bytes, not on their offset in the buffer', () => {
  const bytes = Uint8Array.from({ length: 23 }, (_, i) => i * 11);
  for (let offset = 0; offset < 4; offset++) {
    const buffer = new Uint8Array(40);
    buffer.set(bytes, offset);
    expect(fingerprint([buffer.subarray(offset, offset + 23)])).toBe(fingerprint([bytes]));
  }
});

test('changes with any bit of any number, with the order of the parts and with their boundaries', () => {
  const values = Float32Array.from({ length: 5 }, (_, i) => i + 0.5);
  const seen = new Set([fingerprint([values])]);
  const bits = new Uint32Array(values.buffer);
  // Every single-bit change, and every pair of sign changes, which FNV over words cannot distinguish.
  for (let i = 0; i < 5; i++)
    for (let bit = 0; bit < 32; bit++) {
      bits[i] ^= 1 << bit;
      seen.add(fingerprint([values]));
      bits[i] ^= 1 << bit;
    }
  for (let i = 0; i < 5; i++)
    for (let j = 0; j < i; j++) {
      for (const at of [i, j]) bits[at] ^= 1 << 31;
      seen.add(fingerprint([values]));
      for (const at of [i, j]) bits[at] ^= 1 << 31;
    }
  expect(seen.size).toBe(1 + 5 * 32 + 10);
  const texts = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['c', 'ab']];
  expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
});

test('different contents have different fingerprints', () => {
  const parts = fc.array(fc.oneof(fc.string({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 })), { maxLength: 4 });
  const key = (of: readonly (string | Uint8Array)[]) =>
    JSON.stringify(of.map((part) => [...(typeof part === 'string' ? new TextEncoder().encode(part) : part)]));
  fc.assert(fc.property(parts, parts, (a, b) => (key(a) === key(b)) === (fingerprint(a) === fingerprint(b))));
});
