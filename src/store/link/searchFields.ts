// The fields of a link for the search form, in the words of the command line where it has them. Only the chosen budget, the
// chosen limit and the options of the chosen method are written, and only if they differ from their first values.
import { BIT_WIDTHS, type BitWidth, SKIPPED } from '../../graph/policy';
import type { TieRule } from '../../graph/ties';
import { SEARCHING } from '../../options/searching';
import { said } from '../../words/en/declared';
import { linking } from '../../words/en/linking';
import {
  type ActivationChoice,
  BUDGET_RANGES,
  type BudgetKind,
  LIMIT_RANGE,
  type LimitKind,
  LOSS_RANGE,
  METHOD_IDS,
  type SearchForm,
} from '../state/searchForm';
import {
  type Codec,
  characterOf,
  codecOf,
  type LinkField,
  type LinkState,
  number,
  oneOf,
  places,
  plain,
  widthOf,
  yesNo,
} from './codecs';

const form = (changes: Partial<SearchForm>, { searchForm }: LinkState): Partial<LinkState> => ({
  searchForm: { ...searchForm, ...changes },
});

function ofForm<K extends keyof SearchForm>(
  key: string,
  label: () => string,
  part: K,
  codec: Codec<SearchForm[K]>,
): LinkField {
  return plain(
    key,
    label,
    codec,
    ({ searchForm }) => searchForm[part],
    (value, state) => form({ [part]: value }, state),
  );
}

const BUDGET_UNITS = { images: 'images', minutes: 'minutes', evaluations: 'policies' } as const;

const budget: Codec<readonly [BudgetKind, number]> = {
  wants: () => linking.searchBudgets,
  write: ([kind, value]) => `${value}${BUDGET_UNITS[kind]}`,
  read(text) {
    const [, digits = '', unit] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
    const kind = (Object.keys(BUDGET_UNITS) as BudgetKind[]).find((id) => BUDGET_UNITS[id] === unit);
    if (kind === undefined) return undefined;
    const { min, max, whole } = BUDGET_RANGES[kind];
    const value = number(min, max, whole).read(digits);
    return value === undefined ? undefined : [kind, value];
  },
};

const LIMIT_UNITS = { memory: 'KB', compression: 'x', bitOps: 'MBitOps', loss: 'points' } as const;
type Limited = keyof typeof LIMIT_UNITS;

const limit: Codec<readonly [LimitKind, number | null]> = {
  wants: () => linking.searchLimits,
  write: ([kind, value]) => (kind === 'none' || value === null ? kind : `${value}${LIMIT_UNITS[kind]}`),
  read(text) {
    if (text === 'none' || Object.hasOwn(LIMIT_UNITS, text)) return [text as LimitKind, null];
    const [, digits = '', unit] = /^([\d.]+)([A-Za-z]+)$/.exec(text) ?? [];
    const kind = (Object.keys(LIMIT_UNITS) as Limited[]).find((id) => LIMIT_UNITS[id] === unit);
    const { min, max } = kind === 'loss' ? LOSS_RANGE : LIMIT_RANGE;
    const value = number(min, max).read(digits);
    return kind === undefined || value === undefined ? undefined : [kind, value];
  },
};

const allowed: Codec<readonly BitWidth[]> = {
  wants: () => linking.searchWidths,
  write: (widths) => widths.map(characterOf).join(''),
  read(text) {
    const widths = [...text].map(widthOf);
    const valid = [SKIPPED, ...BIT_WIDTHS].filter((bits) => widths.includes(bits));
    return valid.length > 0 && valid.length === widths.length ? valid : undefined;
  },
};

/** A choice as written in a link: `0, 1/4, 1` is `0-1-4-1`. */
export const choiceInLink = (choice: string): string => choice.replace(/[^A-Za-z0-9.]+/g, '-');

/** Options by name, checked once the methods are known (store/search/options.ts). */
const options: Codec<Readonly<Record<string, number | string>>> = {
  wants: () => linking.searchOptions,
  write: (values) =>
    Object.entries(values)
      .map(([name, value]) => `${name}:${typeof value === 'number' ? value : choiceInLink(value)}`)
      .join(','),
  read(text) {
    const pairs = text.split(',').map((part) => /^([A-Za-z]{1,30}):([A-Za-z0-9.-]{1,40})$/.exec(part));
    if (pairs.some((pair) => pair === null)) return undefined;
    return Object.fromEntries(
      pairs.map((pair) => {
        const [, name, value] = pair as unknown as [string, string, string];
        return [name, number(0, 1e12).read(value) ?? choiceInLink(value)];
      }),
    );
  },
};

/** Every declared option of searches. */
const declared = (Object.keys(SEARCHING) as (keyof typeof SEARCHING)[]).map((option) => {
  const { link, ...field } = SEARCHING[option];
  return ofForm(link.key, () => said(link.name), option, codecOf(field) as Codec<number>);
});

/** The fields of the search form; the method comes before its options. */
export const searchFields: readonly LinkField[] = [
  ofForm('method', () => linking.fields.method, 'method', oneOf(METHOD_IDS)),
  plain(
    'options',
    () => linking.fields.options,
    options,
    ({ searchForm: { method, options: all } }) => all[method] ?? {},
    (values, state) => form({ options: { ...state.searchForm.options, [state.searchForm.method]: values } }, state),
  ),
  plain(
    'budget',
    () => linking.fields.budget,
    budget,
    ({ searchForm: { budgetKind, budgets } }) => [budgetKind, budgets[budgetKind]] as const,
    ([budgetKind, value], state) =>
      form({ budgetKind, budgets: { ...state.searchForm.budgets, [budgetKind]: value } }, state),
  ),
  plain(
    'limit',
    () => linking.fields.limit,
    limit,
    ({ searchForm: { limitKind, limits } }) =>
      [limitKind, limitKind === 'none' ? null : (limits[limitKind] ?? null)] as const,
    ([limitKind, value], state) =>
      form(
        { limitKind, limits: { ...state.searchForm.limits, ...(limitKind !== 'none' && { [limitKind]: value }) } },
        state,
      ),
  ),
  ofForm('bits', () => linking.fields.bits, 'weights', allowed),
  ofForm(
    'inputs',
    () => linking.fields.inputs,
    'activations',
    oneOf<ActivationChoice>(['eight', 'float', 'asWeights', 'pairs', 'searched']),
  ),
  ofForm('tie', () => linking.fields.tie, 'ties', oneOf<TieRule>(['none', 'shortcuts', 'blocks'])),
  places(
    'lock',
    () => linking.fields.lock,
    ({ searchForm }) => searchForm.locked,
    (locked, state) => form({ locked }, state),
  ),
  ...declared,
  ofForm('mine', () => linking.fields.mine, 'useMine', yesNo),
];
