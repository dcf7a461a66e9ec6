// A layer's configuration in any dialect: Keras 2 and 3 write snake_case, TF.js may write camelCase; Keras 3 wraps names
// of functions, types and arrays in objects. The type of every value is checked on reading.
import { ImportError } from '../importer';
import { fieldsOf } from '../json';

/** An error for a configuration that Keras never writes. */
export function malformed(what: string, where: string): ImportError {
  return new ImportError({
    what,
    where,
    why: 'Keras, as far as it is known here, describes no layer like this.',
    next: 'Save the model again with the program that made it.',
  });
}

const camel = (key: string): string => key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Fields of one JSON object, by their snake_case names. */
export class Config {
  private readonly fields: ReadonlyMap<string, unknown>;

  /** @param where file and layer, for messages. */
  constructor(
    value: unknown,
    readonly where: string,
  ) {
    this.fields = fieldsOf(value);
  }

  /** The value; undefined if absent or null. */
  get(key: string): unknown {
    return this.fields.get(key) ?? this.fields.get(camel(key)) ?? undefined;
  }

  /** All fields. */
  entries(): Iterable<[string, unknown]> {
    return this.fields.entries();
  }

  /** A nested object. */
  inner(key: string): Config {
    return new Config(this.get(key), this.where);
  }

  list(key: string): readonly unknown[] {
    const value = this.get(key);
    if (value !== undefined && !Array.isArray(value)) throw malformed(`"${key}" should be a list.`, this.where);
    return value ?? [];
  }

  text(key: string, fallback: string): string {
    const value = this.get(key) ?? fallback;
    if (typeof value !== 'string') throw malformed(`"${key}" should be a text.`, this.where);
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.get(key) ?? fallback;
    // Python accepts 1 and 0 as booleans, and files contain them.
    if (value === 1 || value === 0) return value === 1;
    if (typeof value !== 'boolean') throw malformed(`"${key}" should be true or false.`, this.where);
    return value;
  }

  /** One number, possibly written as an array of one. */
  number(key: string, fallback: number): number {
    const [value, ...more] = this.numbers(key, fallback);
    if (value === undefined || more.length > 0) throw malformed(`"${key}" should be a number.`, this.where);
    return value;
  }

  /** An integer from 1 to a million. */
  count(key: string, fallback?: number): number {
    const value = this.get(key) ?? fallback;
    if (!isCount(value)) throw malformed(`"${key}" should be a whole number above 0.`, this.where);
    return value;
  }

  /** Two positive integers, written as a list or as one number for both. */
  pair(key: string, fallback: readonly [number, number]): readonly [number, number] {
    const value = this.get(key) ?? fallback;
    if (isCount(value)) return [value, value];
    if (!Array.isArray(value) || value.length !== 2 || !value.every(isCount))
      throw malformed(`"${key}" should be two whole numbers above 0.`, this.where);
    return [value[0], value[1]];
  }

  /** One number or a list of numbers, possibly written as a NumPy array by Keras 3. */
  numbers(key: string, fallback: number): readonly number[] {
    let value: unknown = this.get(key) ?? fallback;
    const wrapped = fieldsOf(value);
    if (wrapped.has('config')) value = fieldsOf(wrapped.get('config')).get('value');
    const list: readonly unknown[] = Array.isArray(value) ? value.flat(4) : [value];
    if (!list.every((v): v is number => typeof v === 'number' && Number.isFinite(v)))
      throw malformed(`"${key}" should be numbers.`, this.where);
    return list;
  }

  /**
   * A function such as `relu`, written as its name or, by Keras 3, as an object; or a layer in its place, with the
   * configuration `inner`.
   */
  functionOf(key: string, fallback: string): { readonly name: string; readonly inner?: Config } {
    const value = this.get(key) ?? fallback;
    if (typeof value === 'string') return { name: value };
    const wrapped = new Config(value, this.where);
    const inner = wrapped.get('config');
    if (typeof inner === 'string') return { name: inner };
    return { name: String(wrapped.get('class_name') ?? 'an unknown function'), inner: new Config(inner, this.where) };
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1e6;
}
