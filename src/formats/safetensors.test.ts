import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { law } from '../math/law.testing';
import {
  FormatError,
  parseSafetensors,
  type Safetensors,
  type SafetensorsTensor,
  safetensorsBytes,
  serializeSafetensors,
} from './safetensors';

const size = (shape: readonly number[]) => shape.reduce((product, d) => product * d, 1);

const tensor: fc.Arbitrary<SafetensorsTensor> = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), fc.boolean())
  .chain(([shape, float]) =>
    (float
      ? fc.float32Array({ minLength: size(shape), maxLength: size(shape) })
      : fc.uint8Array({ minLength: size(shape), maxLength: size(shape) })
    ).map((values) => ({ dtype: float ? ('F32' as const) : ('U8' as const), shape, values })),
  );
const name = fc
  .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'constructor', '', '0', '17', 'conv.kernel'))
  .filter((text) => text !== '__metadata__');
const file: fc.Arbitrary<Safetensors> = fc.record({
  tensors: fc.array(fc.tuple(name, tensor), { maxLength: 5 }).map((entries) => new Map(entries)),
  metadata: fc
    .array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { maxLength: 3 })
    .map((entries) => new Map(entries)),
});

describe('round trip', () => {
  test('written files parse back to the same bits', () => {
    law([file], (content) => {
      const parsed = parseSafetensors(serializeSafetensors(content));
      expect(parsed.metadata).toEqual(content.metadata);
      expect(new Set(parsed.tensors.keys())).toEqual(new Set(content.tensors.keys()));
      for (const [key, { dtype, shape, values }] of content.tensors) {
        const back = parsed.tensors.get(key) as SafetensorsTensor;
        expect([back.dtype, back.shape]).toEqual([dtype, shape]);
        const bytes = (array: Float32Array | Uint8Array) => [
          ...new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
        ];
        expect(bytes(back.values)).toEqual(bytes(values));
      }
    });
  });

  test('its size is known in advance, and its data begins at a multiple of 8', () => {
    law([file], (content) => {
      const written = serializeSafetensors(content);
      expect(safetensorsBytes(content)).toBe(written.length);
      expect(Number(new DataView(written.buffer).getBigUint64(0, true)) % 8).toBe(0);
    });
  });

  test('reads a view of a larger buffer, as Node returns them', () => {
    const values = Float32Array.of(1.5, -2);
    const written = serializeSafetensors({
      tensors: new Map([['x', { dtype: 'F32', shape: [2], values }]]),
      metadata: new Map(),
    });
    const larger = new Uint8Array(written.length + 3);
    larger.set(written, 3);
    const parsed = parseSafetensors(larger.subarray(3)).tensors.get('x');
    expect(parsed?.values).toEqual(values);
    larger.fill(0);
    expect(parsed?.values).toEqual(values); // a copy
  });
});

/** A file with the given header and `data` bytes. */
function bytesOf(header: string | object, data: number, length?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({ dtype, shape, data_offsets: offsets });

describe('refusals', () => {
  test.each([
    ['nothing', new Uint8Array(0), 'it has 0 bytes'],
    ['less than a length', new Uint8Array(7), 'it has 7 bytes'],
    ['a header longer than the file', bytesOf('{}', 0, 3), 'its header should have 3 bytes but only 2 follow'],
    ['a header beyond 2^53', bytesOf('{}', 0, 2 ** 63), 'truncated or of another kind'],
    ['text', new TextEncoder().encode('<!doctype html><title>404</title>'), 'truncated or of another kind'],
    ['no JSON', bytesOf('{"x": ', 0), 'its header is not JSON'],
    ['no UTF-8', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0xff), 'not JSON'],
    ['a list', bytesOf('[]', 0), 'its header is not a JSON object'],
    ['null', bytesOf('null', 0), 'its header is not a JSON object'],
    ['a number', bytesOf('7', 0), 'its header is not a JSON object'],
    ['a tensor that is null', bytesOf({ x: null }, 0), 'tensor "x"'],
    ['a tensor that is a number', bytesOf({ x: 3 }, 0), 'tensor "x"'],
    ['another type', bytesOf({ x: entry([1], [0, 2], 'F16') }, 2), 'tensor "x" is of type F16; save it as float32.'],
    ['no shape', bytesOf({ x: entry(undefined, [0, 4]) }, 4), 'tensor "x" has no valid shape and place'],
    ['a shape of text', bytesOf({ x: entry(['1'], [0, 4]) }, 4), 'tensor "x" has no valid shape and place'],
    ['a negative dimension', bytesOf({ x: entry([-1, -1], [0, 4]) }, 4), 'tensor "x" has no valid shape and place'],
    ['half a dimension', bytesOf({ x: entry([0.5, 2], [0, 4]) }, 4), 'tensor "x" has no valid shape and place'],
    ['no place', bytesOf({ x: entry([1], undefined) }, 4), 'tensor "x" has no valid shape and place'],
    ['one offset', bytesOf({ x: entry([1], [0]) }, 4), 'tensor "x"'],
    ['offsets of text', bytesOf({ x: entry([1], ['0', '4']) }, 4), 'tensor "x"'],
    ['offsets between bytes', bytesOf({ x: entry([1], [0.5, 4.5]) }, 8), 'tensor "x"'],
    ['a negative offset', bytesOf({ x: entry([1], [-4, 0]) }, 4), 'tensor "x" [1] needs 4 bytes but has 4 at -4'],
    ['offsets backwards', bytesOf({ x: entry([1], [4, 0]) }, 4), 'tensor "x"'],
    [
      'an end after the file',
      bytesOf({ x: entry([2], [0, 8]) }, 7),
      'tensor "x" ends at byte 8 of 7; the file is cut off.',
    ],
    ['a shape of another size', bytesOf({ x: entry([3], [0, 8]) }, 8), 'tensor "x" [3] needs 12 bytes but has 8'],
    ['a shape beyond memory', bytesOf({ x: entry([2 ** 50, 2 ** 50], [0, 8]) }, 8), 'tensor "x"'],
    ['bytes of two tensors', bytesOf({ x: entry([2], [0, 8]), y: entry([1], [4, 8]) }, 8), 'tensor "y"'],
    ['a hole', bytesOf({ x: entry([1], [0, 4]), y: entry([1], [8, 12]) }, 12), 'tensor "y"'],
    ['bytes of no tensor', bytesOf({ x: entry([1], [0, 4]) }, 8), '4 bytes'],
    [
      'a name twice',
      bytesOf(
        '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        8,
      ),
      'tensor "x"',
    ],
    ['metadata that are no strings', bytesOf({ __metadata__: { a: 1 } }, 0), '__metadata__'],
    ['metadata that are text', bytesOf({ __metadata__: 'abc' }, 0), '__metadata__'],
  ])('of %s', (_, bytes, message) => {
    expect(() => parseSafetensors(bytes)).toThrow(FormatError);
    expect(() => parseSafetensors(bytes)).toThrow(message);
  });

  test('every truncated file is rejected, and garbage causes no other error', () => {
    const whole = serializeSafetensors({
      tensors: new Map([
        ['a', { dtype: 'F32', shape: [3], values: Float32Array.of(1, 2, 3) }],
        ['b', { dtype: 'U8', shape: [2], values: Uint8Array.of(1, 2) }],
      ]),
      metadata: new Map([['format', 'fewbits']]),
    });
    for (let length = 0; length < whole.length; length++)
      expect(() => parseSafetensors(whole.subarray(0, length))).toThrow(FormatError);
    law([fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })], (at, byte) => {
      const damaged = whole.slice();
      damaged[at] = byte;
      try {
        parseSafetensors(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    });
  });
});

describe('other programs', () => {
  const hasPython = spawnSync('python3', ['--version']).status === 0;

  // Reads the format by its description alone: struct for the length and the numbers, json for the header.
  const reader = `
import json, struct, sys
raw = open(sys.argv[1], 'rb').read()
length, = struct.unpack('<Q', raw[:8])
header = json.loads(raw[8:8 + length])
data = raw[8 + length:]
out = {'metadata': header.pop('__metadata__', {}), 'tensors': {}}
for name, t in header.items():
    a, b = t['data_offsets']
    kind = {'F32': 'f', 'U8': 'B'}[t['dtype']]
    out['tensors'][name] = [t['shape'], list(struct.unpack('<%d%s' % ((b - a) // struct.calcsize(kind), kind), data[a:b]))]
print(json.dumps(out))
`;

  test.skipIf(!hasPython)('Python reads what we write', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
    try {
      const path = join(folder, 'x.safetensors');
      const tensors = new Map<string, SafetensorsTensor>([
        ['stem.kernel', { dtype: 'F32', shape: [1, 2, 2], values: Float32Array.of(0.1, -2.5, 1e-40, 3e38) }],
        ['codes', { dtype: 'U8', shape: [3], values: Uint8Array.of(0, 127, 255) }],
        ['größe', { dtype: 'F32', shape: [], values: Float32Array.of(7) }],
        ['empty', { dtype: 'F32', shape: [0, 4], values: new Float32Array(0) }],
      ]);
      writeFileSync(path, serializeSafetensors({ tensors, metadata: new Map([['format', 'fewbits']]) }));
      const { stdout, stderr } = spawnSync('python3', ['-c', reader, path], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        metadata: { format: 'fewbits' },
        tensors: Object.fromEntries([...tensors].map(([key, { shape, values }]) => [key, [shape, [...values]]])),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const shipped = new URL('../../public/weights/', import.meta.url);
  test.each(readdirSync(shipped).filter((path) => path.endsWith('.safetensors')))('the shipped %s is read', (path) => {
    const { tensors } = parseSafetensors(readFileSync(new URL(path, shipped)));
    expect(tensors.size).toBeGreaterThan(5);
    for (const { values } of tensors.values()) expect(values.every(Number.isFinite)).toBe(true);
  });
});
