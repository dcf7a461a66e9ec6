// Checks parsed JSON against the expected shape, for browser storage and files: data that others could have changed is
// checked on entry and trusted afterwards.

/** True for a value of the right shape. */
export type Check = (value: unknown) => boolean;

/** A check for each field of `T`, so that a field added to `T` cannot be forgotten. */
export type Fields<T> = { readonly [K in keyof Required<T>]: Check };

export const isText: Check = (value) => typeof value === 'string';
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isAnyNumber: Check = (value) => Number.isFinite(value);

/** Finite numbers from `least` to `most`. */
export const isNumber =
  (least: number, most = Number.MAX_VALUE): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;

/** Whole numbers from `least` to `most`. */
export const isWhole =
  (least = 0, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isSafeInteger(value) && isNumber(least, most)(value);

export const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);

/** Keys of a table. */
export const isKeyOf =
  (table: object): Check =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(table, value);

export const isEither =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

export const isNullOr = (check: Check): Check => isEither(isOneOf(null), check);

/** A field that may be absent. JSON has no undefined, so an undefined one is absent. */
export const isAbsentOr = (check: Check): Check => isEither(isOneOf(undefined), check);

export const isList =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** Lists with exactly these elements, one check each. */
export const isTuple =
  (...checks: readonly Check[]): Check =>
  (value) =>
    Array.isArray(value) && value.length === checks.length && checks.every((check, i) => check(value[i]));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Objects with arbitrary keys whose values pass the check. */
export const isRecord =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);

/** Objects with these fields; additional ones are allowed, for later versions. */
export function hasFields<T>(fields: Fields<T>): Check {
  const entries = Object.entries(fields) as [string, Check][];
  return (value) => isObject(value) && entries.every(([name, check]) => check(value[name]));
}
