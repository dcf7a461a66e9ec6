import { describe, expect, test } from 'vitest';
import { fc } from '../math/law.testing';
import { type ProtobufField, type ProtobufLimits, ProtobufMessage } from './protobuf';
import { ProtobufWriter } from './protobufWriter';

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const fieldsOf = (bytes: Uint8Array, limits?: Partial<ProtobufLimits>) => [
  ...ProtobufMessage.of(bytes, limits).fields(),
];
const only = (bytes: Uint8Array): ProtobufField => {
  const fields = fieldsOf(bytes);
  expect(fields).toHaveLength(1);
  return fields[0];
};
const list = (read: (into: number[]) => void) => {
  const into: number[] = [];
  read(into);
  return into;
};

describe('known bytes', () => {
  test("the encoding guide's own examples", () => {
    expect(only(bytesOf('089601')).integer()).toBe(150);
    expect(only(bytesOf('120774657374696e67')).text()).toBe('testing');
    const [inner] = only(bytesOf('1a03089601')).message().fields();
    expect(inner.integer()).toBe(150);
    expect(list((into) => only(bytesOf('3206038e029ea705')).integers(into))).toEqual([3, 270, 86942]);
    expect(only(bytesOf('08feffffffffffffffff01')).integer()).toBe(-2);
    expect(Array.from(new ProtobufWriter().integer(1, 150).finish())).toEqual([8, 150, 1]);
    expect(Array.from(new ProtobufWriter().integer(1, -2).finish())).toEqual(
      Array.from(bytesOf('08feffffffffffffffff01')),
    );
    expect(Array.from(new ProtobufWriter().integers(6, [3, 270, 86942]).finish())).toEqual(
      Array.from(bytesOf('3206038e029ea705')),
    );
  });

  test('the limits of 64 bits, which ONNX uses for "to the end"', () => {
    expect(only(bytesOf('08ffffffffffffffff7f')).integer()).toBe(2 ** 63);
    expect(only(bytesOf('0880808080808080808001')).integer()).toBe(-(2 ** 63));
    expect(only(bytesOf('09000000000000f03f')).double()).toBe(1);
    expect(only(bytesOf('0d0000c03f')).float()).toBe(1.5);
  });

  test('repeated fields may also be unpacked', () => {
    const into: number[] = [];
    for (const field of fieldsOf(bytesOf('0801080208ffffffffffffffffff01'))) field.integers(into);
    expect(into).toEqual([1, 2, -1]);
    expect(list((to) => only(bytesOf('0d0000c03f')).floats(to))).toEqual([1.5]);
    expect(list((to) => only(bytesOf('0a08000000000000f03f')).doubles(to))).toEqual([1]);
  });
});

test('messages round-trip', () => {
  fc.assert(
    fc.property(
      fc.array(fc.maxSafeInteger()),
      fc.array(fc.float()),
      fc.string({ unit: 'grapheme' }),
      (ints, floats, text) => {
        const inner = new ProtobufWriter().integers(1, ints).floats(2, floats).text(536_870_911, text);
        const [field] = fieldsOf(new ProtobufWriter().message(7, inner).finish());
        const [a, b, c] = field.message().fields();
        expect([field.number, c.number]).toEqual([7, 536_870_911]);
        expect(list((into) => a.integers(into))).toEqual(ints);
        expect(list((into) => b.floats(into))).toEqual(floats);
        expect(c.text()).toBe(text);
      },
    ),
  );
});

test('offsets count from the start of the file, even in a view of a larger buffer', () => {
  const whole = new Uint8Array([99, 99, ...new ProtobufWriter().integer(1, 5).float(2, 0.5).text(3, 'ab').finish()]);
  const [, half, text] = fieldsOf(whole.subarray(2));
  expect(half.float()).toBe(0.5);
  expect([text.start, text.end]).toEqual([9, 11]);
  expect(Array.from(text.payload())).toEqual([97, 98]);
});

describe('refused', () => {
  test.each([
    ['08', 'a number is cut off at byte 1'],
    ['0880', 'a number is cut off at byte 1'],
    [`08${'80'.repeat(10)}01`, 'a number is longer than 10 bytes at byte 1'],
    ['0a05616263', 'a field says that it has 5 bytes where 3 are left at byte 0'],
    ['0affffffffffffffff7f', 'a field says that it has 9223372036854776000 bytes where 0 are left at byte 0'],
    ['0affffffffffffffffff01', 'a field says that it has -1 bytes where 0 are left at byte 0'],
    ['0d0000', 'a field says that it has 4 bytes where 2 are left at byte 0'],
    ['0900', 'a field says that it has 8 bytes where 1 are left at byte 0'],
    ['0b', 'a field has the wire type 3, which is not used at byte 0'],
    ['0001', 'a field has the number 0, which is not valid at byte 0'],
  ])('%s', (hex, message) => {
    expect(() => fieldsOf(bytesOf(hex))).toThrow(message);
  });

  test('kinds that do not fit', () => {
    expect(() => only(bytesOf('0801')).text()).toThrow(
      'field 1 is varint where length-delimited is expected at byte 1',
    );
    expect(() => only(bytesOf('0a0161')).integer()).toThrow('length-delimited where varint');
    expect(() => only(bytesOf('0a01ff')).text()).toThrow('a text is not UTF-8 at byte 2');
    expect(() => list((into) => only(bytesOf('0a03000000')).floats(into))).toThrow(
      'a list of 4-byte numbers has 3 bytes',
    );
    expect(() => new ProtobufWriter().integer(1, 2 ** 53)).toThrow(RangeError);
  });

  test('messages nested beyond the limit, without a deep stack', () => {
    let bytes: Uint8Array = new Uint8Array();
    for (let i = 0; i < 3000; i++) bytes = new ProtobufWriter().payload(1, bytes).finish();
    const descend = (message: ProtobufMessage): number => {
      for (const field of message.fields()) return 1 + descend(field.message());
      return 0;
    };
    expect(() => descend(ProtobufMessage.of(bytes))).toThrow('messages are nested more than 64 deep');
    expect(fieldsOf(bytes)).toHaveLength(1); // unrequested fields are skipped whole
  });

  test('more fields than the limit', () => {
    const bytes = new Uint8Array(200).fill(8);
    expect(fieldsOf(bytes)).toHaveLength(100);
    expect(() => fieldsOf(bytes, { fields: 99 })).toThrow('there are more than 99 fields at byte 198');
  });

  test('more numbers in lists than the limit, and texts that are not names', () => {
    const [list] = fieldsOf(new ProtobufWriter().integers(1, [1, 2, 3]).finish(), { numbers: 2 });
    expect(() => list.integers([])).toThrow('there are lists of more than 2 numbers at byte 2');
    const [halves] = fieldsOf(new ProtobufWriter().floats(1, [1, 2, 3]).finish(), { numbers: 2 });
    expect(() => halves.floats([])).toThrow('there are lists of more than 2 numbers');
    expect(() => only(new ProtobufWriter().text(1, 'x'.repeat(70_000)).finish()).text()).toThrow(
      'a text has 70000 bytes',
    );
  });
});
