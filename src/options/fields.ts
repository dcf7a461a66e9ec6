// What a person may choose, declared once: the page's form, links, the flags of the command line, its help, and the checks
// of all of them are made from tables of these fields. Searches declare theirs beside each method (search/method.ts).

/** A number. */
export interface NumberField {
  readonly kind: 'number';
  readonly label: string;
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

/** One of some words. */
export interface ChoiceField {
  readonly kind: 'choice';
  readonly label: string;
  readonly initial: string;
  readonly choices: readonly string[];
  /** The choices as a form shows them, where that is not as they are written. */
  readonly words?: Readonly<Record<string, string>>;
}

/** A field whose value by default depends on the option `rules` of its table: `own` or `published`. */
export interface Ruled {
  readonly published?: number | string;
}

/** Value of a field that was not set, among those of its table that were. */
export const unsetValue = (
  { initial, published }: { readonly initial: number | string } & Ruled,
  { rules }: Readonly<Record<string, number | string>>,
): number | string => (rules === 'published' ? (published ?? initial) : initial);

/** Yes or no. */
export interface SwitchField {
  readonly kind: 'switch';
  readonly label: string;
  readonly initial: boolean;
  /** What either is, in the order of a form that offers both; else the label says what yes is. */
  readonly words?: { readonly no: string; readonly yes: string };
}

export type Field = NumberField | ChoiceField | SwitchField;

/** Where else than in a form a field is found. */
export interface Declared {
  /** What it does, in a sentence or less. */
  readonly hint?: string;
  /** Key in links, and what completes "The … stays". Links that people have rely on the keys. */
  readonly link?: { readonly key: string; readonly name: string };
  /** Name on the command line, without dashes; and its words for the choices, where they are others. */
  readonly flag?: { readonly name: string; readonly words?: Readonly<Record<string, string>> };
}

export type DeclaredFields = Readonly<Record<string, Field & Declared>>;

/** What a field may be. */
export type ValueOf<F extends Field> = F extends NumberField
  ? number
  : F extends SwitchField
    ? boolean
    : F extends { readonly choices: readonly (infer V)[] }
      ? V
      : never;

/** A value for each field of a table. */
export type ValuesOf<T extends DeclaredFields> = { readonly [K in keyof T]: ValueOf<T[K]> };

/** The first values of a table. */
export function initialValues<T extends DeclaredFields>(fields: T): ValuesOf<T> {
  return Object.fromEntries(Object.entries(fields).map(([name, { initial }]) => [name, initial])) as ValuesOf<T>;
}

/** True for a number that a field takes. */
export function isWithin(
  { min, max, integer }: Omit<NumberField, 'kind' | 'label' | 'initial'>,
  value: number,
): boolean {
  return value >= min && value <= max && (!integer || Number.isInteger(value));
}
