// Writes the protobuf wire format, without schemas. Reference: https://protobuf.dev/programming-guides/encoding.
import { joinBytes } from './joinBytes';
import { FIXED32, LENGTH, VARINT } from './protobuf';

/** Writes one message; methods return the writer. Nested messages are written first and added as a whole. */
export class ProtobufWriter {
  private readonly parts: Uint8Array[] = [];

  /** int32, int64, enum or bool; negative numbers take 10 bytes. @throws RangeError unless it is a safe integer. */
  integer(field: number, value: number): this {
    return this.add(varint(8 * field + VARINT), varint(value));
  }

  float(field: number, value: number): this {
    return this.add(varint(8 * field + FIXED32), new Uint8Array(Float32Array.of(value).buffer));
  }

  /** Bytes are not copied before `finish`. */
  payload(field: number, bytes: Uint8Array): this {
    return this.add(varint(8 * field + LENGTH), varint(bytes.length), bytes);
  }

  text(field: number, text: string): this {
    return this.payload(field, new TextEncoder().encode(text));
  }

  message(field: number, message: ProtobufWriter): this {
    return this.payload(field, message.finish());
  }

  /** A repeated integer, packed. */
  integers(field: number, values: Iterable<number>): this {
    return this.payload(field, joinBytes(Array.from(values, varint)));
  }

  /** A repeated float, packed. */
  floats(field: number, values: ArrayLike<number>): this {
    return this.payload(field, new Uint8Array(Float32Array.from(values).buffer));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return joinBytes(this.parts);
  }

  private add(...parts: Uint8Array[]): this {
    this.parts.push(...parts);
    return this;
  }
}

function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an integer that JavaScript holds exactly.`);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
