// Options declared once (src/options/) have the same meaning on the command line and in a link, and appear in `--help`.
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../node/usageError';
import { CALIBRATION } from '../options/calibration';
import { type Declared, type Field, initialValues } from '../options/fields';
import { SCHEME } from '../options/scheme';
import { SEARCHING } from '../options/searching';
import { TRAINING } from '../options/training';
import { firstState, readLink, writeLink } from '../store/link/link';
import { networks } from '../zoo/registry';
import { optionFlag, takeArguments } from './flags';
import { flagWord } from './flagTable';
import { headless } from './headless.testing';

type Flagged = Field & Required<Pick<Declared, 'flag' | 'link'>>;
const declared: readonly (readonly [string, Field & Declared])[] = [SCHEME, TRAINING, CALIBRATION, SEARCHING].flatMap(
  (table) => Object.entries<Field & Declared>(table),
);
const flagged = declared.filter((entry): entry is readonly [string, Flagged] => entry[1].flag !== undefined);

/** The value of a text on the command line; undefined if refused. */
function byFlag(field: Flagged, text: string): unknown {
  try {
    takeArguments(field.kind === 'switch' ? [`--${text}`] : [`--${field.flag.name}`, text]);
    return optionFlag(field, field.initial);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return undefined;
  }
}

/** True if a link accepts a text. */
const byLink = ({ link }: Flagged, text: string): boolean =>
  readLink(`v1/tiny/emoji10/${link.key}=${text}`).problems.length === 0;

beforeEach(() => takeArguments([]));

describe.each(flagged)('%s', (_, field) => {
  it('defaults to its initial value', () => {
    expect(optionFlag(field, field.initial)).toBe(field.initial);
  });

  if (field.kind === 'number')
    it('accepts the same numbers as flag and in a link', () => {
      const { min, max, integer } = field;
      const near = integer ? 1 : max / 1e3;
      for (const value of [min, max])
        expect([byFlag(field, String(value)), byLink(field, String(value))]).toEqual([value, true]);
      for (const value of [max + near, ...(integer ? [(min + max) / 2 + 0.25] : []), ...(min > 0 ? [min / 2] : [])])
        expect([byFlag(field, String(value)), byLink(field, String(value))]).toEqual([undefined, false]);
    });

  if (field.kind === 'choice')
    it('accepts the same words as flag and in a link', () => {
      for (const choice of field.choices)
        expect([byFlag(field, flagWord(field, choice)), byLink(field, choice)]).toEqual([choice, true]);
      expect([byFlag(field, 'other'), byLink(field, 'other')]).toEqual([undefined, false]);
    });

  if (field.kind === 'switch')
    it('can be switched on and off', () => {
      const { name } = field.flag;
      expect([byFlag(field, name), byFlag(field, `no-${name}`)]).toEqual([true, false]);
      expect([byLink(field, 'yes'), byLink(field, 'no'), byLink(field, 'maybe')]).toEqual([true, true, false]);
    });

  it('is listed in the help', async () => {
    const { stdout } = await headless('--help');
    expect(stdout).toMatch(new RegExp(`^  --${field.flag.name}\\b`, 'm'));
  });
});

it('link keys are unique, and links contain only differences from the initial state', () => {
  const keys = declared.map(([, { link }]) => link?.key);
  expect(new Set(keys).size).toBe(keys.length);
  const first = firstState('tiny', networks.tiny.build([32, 32, 3], 10));
  expect(writeLink({ ...first, trainingOptions: initialValues(TRAINING) })).toBe('v1/tiny/emoji10');
});

it('help fits 120 columns, defaults included', async () => {
  const { stdout } = await headless('--help');
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(stdout).toMatch(
    /--learning-rate X +Learning rate\. Peak of the schedule\. \(0\.1; --qat and distil 0\.02; --qat --rounding 0\.001\)/,
  );
});
