// A 64-bit hash of contents: equal for equal bytes; two different contents collide with probability 2^-64. It guards
// against accidents only, not against someone who constructs a collision.

const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));

/**
 * 32-bit MurmurHash3 of `bytes` (Austin Appleby, MurmurHash3_x86_32; public domain). Unlike FNV, which only
 * multiplies, it spreads a changed sign bit over all bits.
 */
export function murmur3(bytes: Uint8Array, seed: number): number {
  const stir = (word: number) => Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  let h = seed;
  const words = new Uint32Array(buffer, byteOffset, length >>> 2);
  for (let i = 0; i < words.length; i++) h = (Math.imul(rotate(h ^ stir(words[i]), 13), 5) + 0xe6546b64) | 0;
  let rest = 0;
  for (let i = length - 1; i >= length - (length % 4); i--) rest = (rest << 8) | bytes[i];
  h ^= stir(rest) ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hash of texts and arrays of numbers, in this order, as 16 hexadecimal digits. Boundaries between parts count. */
export function fingerprint(parts: Iterable<string | ArrayBufferView>): string {
  const lanes = [0, 0x9e3779b9];
  for (const part of parts) {
    const bytes =
      typeof part === 'string'
        ? new TextEncoder().encode(part)
        : new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    lanes.forEach((seed, lane) => {
      lanes[lane] = murmur3(bytes, seed);
    });
  }
  return lanes.map((lane) => lane.toString(16).padStart(8, '0')).join('');
}
