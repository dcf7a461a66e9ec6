// Reads the protobuf wire format, without schemas, and trusts no length. A message is read field by field; fields that
// the caller does not request are skipped. Reference: https://protobuf.dev/programming-guides/encoding.

/** Bytes that are not a protobuf message, and where. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
  constructor(
    readonly problem: string,
    /** Offset in the whole file. */
    readonly byte: number,
    /** For a part that reaches beyond the end of the file: the expected and the available number of bytes. */
    readonly missing?: { readonly wanted: number; readonly left: number },
  ) {
    super(`${problem} at byte ${byte}`);
  }
}

/** Wire types. */
export const VARINT = 0;
const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;
const WIRE_NAMES = ['varint', '64-bit', 'length-delimited', 'group', 'group end', '32-bit'] as const;

/** Limits against hostile files. */
export interface ProtobufLimits {
  /** Depth of nested messages. */
  readonly depth: number;
  /** Fields of all messages together. */
  readonly fields: number;
  /** Numbers read from lists, in total. */
  readonly numbers: number;
}

const DEFAULT_LIMITS: ProtobufLimits = { depth: 64, fields: 5_000_000, numbers: 27_000_000 };
/** Maximum length of names and values. */
const TEXT_BYTES = 65_536;

/** Reads a varint of 7 bits per byte; `next` is the byte after it. Values are signed 64-bit, rounded beyond 2^53. */
function readVarint(bytes: Uint8Array, start: number, end: number): { value: number; next: number } {
  let low = 0;
  let high = 0;
  for (let i = 0; i < 10; i++) {
    if (start + i >= end) throw new ProtobufError('a number is cut off', start);
    const byte = bytes[start + i];
    const shift = 7 * i;
    if (shift < 32) low |= (byte & 0x7f) << shift;
    if (shift === 28) high |= (byte & 0x7f) >> 4;
    else if (shift > 28) high |= (byte & 0x7f) << (shift - 32);
    if (byte < 0x80) return { value: high * 2 ** 32 + (low >>> 0), next: start + i + 1 };
  }
  throw new ProtobufError('a number is longer than 10 bytes', start);
}

/** Shared by all messages of a file. */
interface OpenFile {
  readonly bytes: Uint8Array;
  readonly limits: ProtobufLimits;
  /** Totals so far. */
  fields: number;
  numbers: number;
}

/** One field of a message. Its content is requested by kind; another kind in the file is an error. */
export class ProtobufField {
  constructor(
    readonly number: number,
    private readonly wire: number,
    private readonly file: OpenFile,
    /** First byte of the payload in the file, and the byte after its last. */
    readonly start: number,
    readonly end: number,
    private readonly depth: number,
  ) {}

  /** int32, int64, enum or bool; numbers beyond 2^53 are rounded. */
  integer(): number {
    this.expect(VARINT);
    return readVarint(this.file.bytes, this.start, this.end).value;
  }

  float(): number {
    this.expect(FIXED32);
    return this.view().getFloat32(0, true);
  }

  double(): number {
    this.expect(FIXED64);
    return this.view().getFloat64(0, true);
  }

  /** The payload itself, not a copy. */
  payload(): Uint8Array {
    this.expect(LENGTH);
    return this.file.bytes.subarray(this.start, this.end);
  }

  text(): string {
    const payload = this.payload();
    if (payload.length > TEXT_BYTES) throw new ProtobufError(`a text has ${payload.length} bytes`, this.start);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(payload);
    } catch {
      throw new ProtobufError('a text is not UTF-8', this.start);
    }
  }

  message(): ProtobufMessage {
    this.expect(LENGTH);
    const { limits } = this.file;
    if (this.depth >= limits.depth)
      throw new ProtobufError(`messages are nested more than ${limits.depth} deep`, this.start);
    return new ProtobufMessage(this.file, this.start, this.end, this.depth + 1);
  }

  /** Adds a repeated integer to `into`, packed or not. */
  integers(into: number[]): void {
    if (this.wire !== LENGTH) into.push(this.integer());
    else
      for (let at = this.start; at < this.end; ) {
        const { value, next } = readVarint(this.file.bytes, at, this.end);
        this.count(1);
        into.push(value);
        at = next;
      }
  }

  /** Adds a repeated float to `into`, packed or not. */
  floats(into: number[]): void {
    this.fixed(into, 4, (view, at) => view.getFloat32(at, true));
  }

  /** Adds a repeated double to `into`, packed or not. */
  doubles(into: number[]): void {
    this.fixed(into, 8, (view, at) => view.getFloat64(at, true));
  }

  private fixed(into: number[], size: 4 | 8, get: (view: DataView, at: number) => number): void {
    if (this.wire !== LENGTH) this.expect(size === 4 ? FIXED32 : FIXED64);
    if ((this.end - this.start) % size !== 0)
      throw new ProtobufError(`a list of ${size}-byte numbers has ${this.end - this.start} bytes`, this.start);
    const view = this.view();
    this.count(view.byteLength / size);
    for (let at = 0; at < view.byteLength; at += size) into.push(get(view, at));
  }

  private count(numbers: number): void {
    this.file.numbers += numbers;
    if (this.file.numbers > this.file.limits.numbers)
      throw new ProtobufError(`there are lists of more than ${this.file.limits.numbers} numbers`, this.start);
  }

  private view(): DataView {
    const { buffer, byteOffset } = this.file.bytes;
    return new DataView(buffer, byteOffset + this.start, this.end - this.start);
  }

  private expect(wire: number): void {
    if (this.wire !== wire)
      throw new ProtobufError(
        `field ${this.number} is ${WIRE_NAMES[this.wire]} where ${WIRE_NAMES[wire]} is expected`,
        this.start,
      );
  }
}

/** A message: its fields in the order of the file. */
export class ProtobufMessage {
  constructor(
    private readonly file: OpenFile,
    private readonly start: number,
    private readonly end: number,
    private readonly depth: number,
  ) {}

  /** The message that a whole file is. */
  static of(bytes: Uint8Array, limits: Partial<ProtobufLimits> = {}): ProtobufMessage {
    const file = { bytes, limits: { ...DEFAULT_LIMITS, ...limits }, fields: 0, numbers: 0 };
    return new ProtobufMessage(file, 0, bytes.length, 0);
  }

  /** @throws ProtobufError at what is cut off, too long, too deep or too many. */
  *fields(): Generator<ProtobufField> {
    for (let at = this.start; at < this.end; ) {
      const tag = readVarint(this.file.bytes, at, this.end);
      const number = Math.floor(tag.value / 8);
      const wire = tag.value & 7;
      if (!(number >= 1 && number < 2 ** 29))
        throw new ProtobufError(`a field has the number ${number}, which is not valid`, at);
      if (++this.file.fields > this.file.limits.fields)
        throw new ProtobufError(`there are more than ${this.file.limits.fields} fields`, at);
      const { start, end } = this.place(wire, tag.next, at);
      yield new ProtobufField(number, wire, this.file, start, end, this.depth);
      at = end;
    }
  }

  private place(wire: number, start: number, field: number): { start: number; end: number } {
    const span = (from: number, length: number) => {
      if (!(length >= 0 && length <= this.end - from))
        throw new ProtobufError(
          `a field says that it has ${length} bytes where ${this.end - from} are left`,
          field,
          length >= 0 && this.end === this.file.bytes.length ? { wanted: length, left: this.end - from } : undefined,
        );
      return { start: from, end: from + length };
    };
    switch (wire) {
      case VARINT:
        return { start, end: readVarint(this.file.bytes, start, this.end).next };
      case FIXED64:
        return span(start, 8);
      case LENGTH: {
        const length = readVarint(this.file.bytes, start, this.end);
        return span(length.next, length.value);
      }
      case FIXED32:
        return span(start, 4);
      default:
        throw new ProtobufError(`a field has the wire type ${wire}, which is not used`, field);
    }
  }
}
