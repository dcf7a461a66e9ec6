// Reads the pickles of torch.save, and can execute nothing: only opcodes that build plain values are supported, and the
// meaning of a `GLOBAL` comes from a fixed table of the caller's. A name outside the table makes an `Opaque`, which holds
// the name and nothing else. Every other opcode ends the reading.
// Opcodes: CPython's Lib/pickletools.py. Protocols 2 to 5, without out-of-band buffers, extensions and old text forms.
import { IMPORT_LIMITS, ImportError } from '../importer';

/** A Python tuple; lists are arrays, dicts are Maps, sets are Sets, None is null. */
export class Tuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** The meaning of a name in the file: a value made by `call` from its arguments. */
export class Global {
  constructor(
    /** e.g. `collections.OrderedDict`. */
    readonly name: string,
    readonly call: ((args: readonly unknown[]) => unknown) | undefined,
  ) {}
}

/** An object of an unknown class: nothing was constructed, and only its name is kept. */
export class Opaque {
  constructor(
    /** e.g. `numpy.dtype`. */
    readonly name: string,
  ) {}
}

/** The targets of a pickle's references. */
export interface PickleWorld {
  /** @throws ImportError for a name that acts on the computer. */
  find(module: string, name: string): Global | Opaque;
  /** The object of a persistent id: torch's way to refer to storages. */
  persistent(id: unknown): unknown;
}

/** Opcode limit per pickle: fifty thousand tensors. */
const MAX_OPCODES = 1_000_000;
/** Limit of values waiting for their container; picklers write containers in pieces of a thousand. */
const MAX_STACK = 20_000;

/** The value of the pickle at `start`, and the offset after it. `where` names the file, for messages. */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  world: PickleWorld,
  where: string,
): { value: unknown; end: number } {
  const machine = new Machine(bytes, start, world, where);
  return { value: machine.run(), end: machine.at };
}

class Machine {
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, unknown>();
  private readonly depths = new WeakMap<object, number>();

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly world: PickleWorld,
    private readonly where: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (let count = 0; ; count++) {
      if (count > MAX_OPCODES) this.refuse(`The pickle has more than ${MAX_OPCODES} instructions.`);
      const opcode = this.uint8();
      if (opcode === 0x2e) return this.pop(); // STOP
      const step = OPCODES.get(opcode);
      if (step === undefined)
        this.refuse(`The pickle has the instruction 0x${opcode.toString(16).padStart(2, '0')}, which no weights need.`);
      step(this);
      if (this.stack.length > MAX_STACK) this.refuse(`More than ${MAX_STACK} values wait on the pickle's stack.`);
    }
  }

  refuse(what: string): never {
    throw new ImportError({
      what,
      where: `${this.where}, byte ${this.at}`,
      why: 'It is no pickle of weights as torch.save writes them.',
      next: 'In PyTorch, save model.state_dict() again with torch.save.',
    });
  }

  take(length: number): Uint8Array {
    if (!(length <= this.bytes.length - this.at))
      this.refuse(`The pickle needs ${length} more bytes where ${this.bytes.length - this.at} are left.`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  uint8(): number {
    return this.take(1)[0];
  }

  /** Little-endian, of 1 to 8 bytes; above 2^53 the number is inexact, and larger than any file. */
  uint(length: number): number {
    return this.take(length).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  int32(): number {
    this.take(4);
    return this.view.getInt32(this.at - 4, true);
  }

  float64(): number {
    this.take(8);
    return this.view.getFloat64(this.at - 8);
  }

  /** A two's complement number of up to 16 bytes. */
  long(length: number): number {
    if (length > 16) this.refuse(`The pickle has a number of ${length} bytes.`);
    const digits = this.take(length);
    const value = digits.reduceRight((sum, byte) => sum * 256 + byte, 0);
    return length > 0 && digits[length - 1] & 0x80 ? value - 256 ** length : value;
  }

  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0 || end - this.at > 1000) this.refuse('The pickle has a name without an end.');
    const line = this.text(end - this.at);
    this.at++;
    return line;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  top(): unknown {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) this.refuse('The pickle takes a value where there is none.');
    return this.stack[this.stack.length - 1];
  }

  pop(): unknown {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  mark(): void {
    this.marks.push(this.stack.length);
    if (this.marks.length > IMPORT_LIMITS.depth)
      this.refuse(`The pickle nests more than ${IMPORT_LIMITS.depth} levels deep.`);
  }

  popMark(): unknown[] {
    const mark = this.marks.pop();
    if (mark === undefined) this.refuse('The pickle closes a container that was not opened.');
    return this.stack.splice(mark);
  }

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.memo.size);
  }

  recall(index: number): void {
    if (!this.memo.has(index)) this.refuse(`The pickle refers to its value ${index}, which it does not have.`);
    this.push(this.memo.get(index));
  }

  tuple(items: readonly unknown[]): void {
    this.push(this.nested(new Tuple(items), items));
  }

  /** The list, dict or set on the stack, with `items` added; an opaque one drops them. */
  fill(items: readonly unknown[], kind: 'list' | 'dict' | 'set'): void {
    const container = this.top();
    if (container instanceof Opaque) return;
    if (kind === 'list' && Array.isArray(container)) for (const item of items) container.push(item);
    else if (kind === 'set' && container instanceof Set) for (const item of items) container.add(item);
    else if (kind === 'dict' && container instanceof Map && items.length % 2 === 0)
      for (let i = 0; i < items.length; i += 2) container.set(items[i], items[i + 1]);
    else this.refuse(`The pickle puts values into something that is no ${kind}.`);
    this.nested(container as object, items);
  }

  global(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string')
      this.refuse('The pickle asks for something without a name.');
    this.push(this.world.find(module, name));
  }

  /** Applies the table's function for the name on the stack to the arguments on the stack. */
  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (callee instanceof Opaque) {
      this.push(callee);
      return;
    }
    if (!(callee instanceof Global) || callee.call === undefined || !(args instanceof Tuple))
      this.refuse('The pickle calls something that cannot be called.');
    const made = callee.call(args.items);
    if (made === undefined) this.refuse(`The pickle gives "${callee.name}" arguments that it does not take.`);
    this.push(typeof made === 'object' && made !== null ? this.nested(made, args.items) : made);
  }

  /** NEWOBJ_EX: as `reduce`, with keyword arguments, which no name of the table takes. */
  keywords(): void {
    this.pop();
    this.reduce();
  }

  persistent(): void {
    this.push(this.world.persistent(this.pop()));
  }

  /** Attributes of the object on the stack (a state_dict's versions): no object here has any, so they are dropped. */
  build(): void {
    this.pop();
    const object = this.top();
    if (!(object instanceof Map || object instanceof Opaque))
      this.refuse('The pickle sets attributes of something that has none.');
  }

  private nested<T extends object>(container: T, items: readonly unknown[]): T {
    let depth = this.depths.get(container) ?? 1;
    for (const item of items)
      if (typeof item === 'object' && item !== null) depth = Math.max(depth, 1 + (this.depths.get(item) ?? 1));
    if (depth > IMPORT_LIMITS.depth) this.refuse(`The pickle nests more than ${IMPORT_LIMITS.depth} levels deep.`);
    this.depths.set(container, depth);
    return container;
  }
}

const OPCODES: ReadonlyMap<number, (m: Machine) => void> = new Map<number, (m: Machine) => void>([
  [0x80, (m) => m.take(1)], // PROTO
  [0x95, (m) => m.take(8)], // FRAME
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => m.pop()], // POP
  [0x31, (m) => m.popMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m) => m.push(m.uint8())], // BININT1
  [0x4d, (m) => m.push(m.uint(2))], // BININT2
  [0x4a, (m) => m.push(m.int32())], // BININT
  [0x8a, (m) => m.push(m.long(m.uint8()))], // LONG1
  [0x8b, (m) => m.push(m.long(m.uint(4)))], // LONG4
  [0x47, (m) => m.push(m.float64())], // BINFLOAT
  [0x8c, (m) => m.push(m.text(m.uint8()))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.text(m.uint(4)))], // BINUNICODE
  [0x8d, (m) => m.push(m.text(m.uint(8)))], // BINUNICODE8
  [0x55, (m) => m.push(m.text(m.uint8()))], // SHORT_BINSTRING
  [0x54, (m) => m.push(m.text(m.uint(4)))], // BINSTRING
  [0x43, (m) => m.push(m.take(m.uint8()))], // SHORT_BINBYTES
  [0x42, (m) => m.push(m.take(m.uint(4)))], // BINBYTES
  [0x29, (m) => m.tuple([])], // EMPTY_TUPLE
  [0x85, (m) => m.tuple([m.pop()])], // TUPLE1
  [0x86, (m) => m.tuple([m.pop(), m.pop()].reverse())], // TUPLE2
  [0x87, (m) => m.tuple([m.pop(), m.pop(), m.pop()].reverse())], // TUPLE3
  [0x74, (m) => m.tuple(m.popMark())], // TUPLE
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x8f, (m) => m.push(new Set())], // EMPTY_SET
  [0x61, (m) => m.fill([m.pop()], 'list')], // APPEND
  [0x65, (m) => m.fill(m.popMark(), 'list')], // APPENDS
  [0x73, (m) => m.fill([m.pop(), m.pop()].reverse(), 'dict')], // SETITEM
  [0x75, (m) => m.fill(m.popMark(), 'dict')], // SETITEMS
  [0x90, (m) => m.fill(m.popMark(), 'set')], // ADDITEMS
  [0x71, (m) => m.remember(m.uint8())], // BINPUT
  [0x72, (m) => m.remember(m.uint(4))], // LONG_BINPUT
  [0x94, (m) => m.rememberNext()], // MEMOIZE
  [0x68, (m) => m.recall(m.uint8())], // BINGET
  [0x6a, (m) => m.recall(m.uint(4))], // LONG_BINGET
  [0x63, (m) => m.global(m.line(), m.line())], // GLOBAL
  [0x93, (m) => m.global(...([m.pop(), m.pop()].reverse() as [unknown, unknown]))], // STACK_GLOBAL
  [0x52, (m) => m.reduce()], // REDUCE
  [0x81, (m) => m.reduce()], // NEWOBJ
  [0x92, (m) => m.keywords()], // NEWOBJ_EX
  [0x62, (m) => m.build()], // BUILD
  [0x51, (m) => m.persistent()], // BINPERSID
]);
