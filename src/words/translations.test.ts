// Every language says everything: the same keys, texts where there are texts, functions of as many parameters.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CALIBRATION } from '../options/calibration';
import { EXPORTING } from '../options/exporting';
import type { DeclaredFields } from '../options/fields';
import { SCHEME } from '../options/scheme';
import { TRAINING } from '../options/training';
import { translation as german } from './de/translation';

/** But `declared`, whose keys are texts of the tables of options, quantizers, networks and searches. */
const features = readdirSync(new URL('en/', import.meta.url))
  .map((file) => file.replace('.ts', ''))
  .filter((feature) => feature !== 'declared');

/** Where `spoken` is not like `english`, as places such as `train.modes.qat`. */
function faults(english: unknown, spoken: unknown, at: string): string[] {
  if (typeof english !== typeof spoken) return [`${at}: ${typeof spoken} for ${typeof english}`];
  if (typeof english === 'function') {
    const [wants, takes] = [english.length, (spoken as (...args: never[]) => unknown).length];
    return takes > wants ? [`${at}: ${takes} parameters for ${wants}`] : [];
  }
  if (typeof english === 'string')
    // Short words, names and numbers may be the same.
    return english === spoken && /[a-z]+ [a-z]+ [a-z]+/.test(english) ? [`${at}: still English`] : [];
  if (typeof english !== 'object' || english === null || typeof spoken !== 'object' || spoken === null) return [];
  return [...new Set([...Object.keys(english), ...Object.keys(spoken)])].flatMap((key) =>
    faults((english as Record<string, unknown>)[key], (spoken as Record<string, unknown>)[key], `${at}.${key}`),
  );
}

test.each(features)('German: %s', async (feature) => {
  const english = (await import(`./en/${feature}.ts`))[feature];
  expect(faults(english, german[feature], feature)).toEqual([]);
});

test('a missing key, a text for a function and an English text are noticed', () => {
  const english = { a: 'one two three', b: () => '', c: { d: 'x' } };
  expect(faults(english, { a: 'one two three', b: 'b', c: {} }, 'x')).toEqual([
    'x.a: still English',
    'x.b: string for function',
    'x.c.d: undefined for string',
  ]);
});

test('German: what the options of training, rounding and export are called', () => {
  const fields: DeclaredFields[] = [TRAINING, CALIBRATION, SCHEME, EXPORTING];
  const texts = fields
    .flatMap((table) => Object.values(table))
    .flatMap((field) => [
      field.label,
      ...('words' in field && field.words ? Object.values(field.words) : []),
      field.hint,
    ]);
  const known = german.declared as Readonly<Record<string, string>>;
  expect(texts.filter((text) => text !== undefined && known[text] === undefined)).toEqual([]);
});
