// Checks of parsed JSON against the shape that the program expects, for what browsers keep and files hold: whatever others
// could have changed is checked where it comes in, and trusted inside.

/** True for a value of the right shape. */
export type Check = (value: unknown) => boolean;

/** A check for each field of `T`, so that a field that is added to `T` cannot be forgotten. */
export type Fields<T> = { readonly [K in keyof Required<T>]: Check };

export const isText: Check = (value) => typeof value === 'string';
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isAnyNumber: Check = (value) => Number.isFinite(value);

/** Finite numbers from `least` on, up to `most`. */
export const isNumber =
  (least: number, most = Number.MAX_VALUE): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;

/** Whole numbers from `least` on, up to `most`. */
export const isWhole =
  (least = 0, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isSafeInteger(value) && isNumber(least, most)(value);

export const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);

/** Names of a table's entries. */
export const isKeyOf =
  (table: object): Check =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(table, value);

export const isEither =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

export const isNullOr = (check: Check): Check => isEither(isOneOf(null), check);

/** A field that may be absent. JSON has no undefined, so it is absent where it is that. */
export const isAbsentOr = (check: Check): Check => isEither(isOneOf(undefined), check);

export const isList =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** Lists as long as the checks, each for its place. */
export const isTuple =
  (...checks: readonly Check[]): Check =>
  (value) =>
    Array.isArray(value) && value.length === checks.length && checks.every((check, i) => check(value[i]));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects whose values, under any name, pass. */
export const isRecord =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);

/** Objects with these fields; more may be there, for what a later version adds. */
export function hasFields<T>(fields: Fields<T>): Check {
  const entries = Object.entries(fields) as [string, Check][];
  return (value) => isObject(value) && entries.every(([name, check]) => check(value[name]));
}
