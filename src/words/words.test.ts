import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { units } from './en/units';
import {
  count,
  dateTime,
  fixed,
  percent,
  plusMinus,
  prefixed,
  signed,
  significant,
  sizeInWords,
  upTo,
} from './numbers';
import { speak, words } from './words';

afterEach(() => speak('en-US', {}));

test('another language takes the place of the words that are registered, and of those that come later', () => {
  const early = words('early', { hello: 'Hello', bits: (n: number) => `${n} bits` });
  speak('de-DE', { early: { hello: 'Hallo', bits: (n: number) => `${n} Bit` }, late: { bye: 'Tschüs' } });
  const late = words('late', { bye: 'Bye', again: 'again' });
  expect([early.hello, early.bits(4), late.bye]).toEqual(['Hallo', '4 Bit', 'Tschüs']);
  // What it lacks stays English.
  expect(late.again).toBe('again');
  speak('en-US', {});
  expect([early.hello, early.bits(4), late.bye]).toEqual(['Hello', '4 bits', 'Bye']);
});

test('a feature is named as its file, and its object too', () => {
  const files = readdirSync(new URL('en/', import.meta.url));
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const name = file.replace('.ts', '');
    const source = readFileSync(new URL(`en/${file}`, import.meta.url), 'utf8');
    expect(source.match(/words\('\w+'/g)).toEqual([`words('${name}'`]);
    expect(source).toContain(`export const ${name} = words(`);
  }
});

test('numbers in English', () => {
  expect([count(12345), count(0.5), percent(0.9344), fixed(-0.04, 1), fixed(-1234.5, 1)]).toEqual([
    '12,345',
    '1',
    '93.4',
    '0.0',
    '−1,234.5',
  ]);
  expect([signed(1.25, 1), signed(-0.44, 1), signed(-0.04, 1)]).toEqual(['+1.3', '−0.4', '0.0']);
  expect([upTo(4, 2), upTo(0.256, 2), significant(0.0012345, 3), significant(4, 3)]).toEqual([
    '4',
    '0.26',
    '0.00123',
    '4.00',
  ]);
  expect(plusMinus({ value: 0.5, lower: 0.45, upper: 0.55, n: 100 })).toBe('±5.0');
  expect([prefixed(999), prefixed(12_400_000), prefixed(123e9)]).toEqual(['999', '12.4 M', '123 G']);
  expect([sizeInWords(25_190), sizeInWords(1_081_344)]).toEqual(['24.6 KB', '1,056 KB']);
  expect([units.duration(0.2), units.duration(40), units.duration(180)]).toEqual(['1 s', '40 s', '3 min']);
  expect(dateTime(Date.UTC(2026, 0, 2, 12))).toMatch(/^Jan \d, 2026/);
});

test('numbers in the language spoken', () => {
  speak('de-DE', {});
  expect([count(12345), percent(0.9344), signed(1.25, 1), sizeInWords(1_081_344)]).toEqual([
    '12.345',
    '93,4',
    '+1,3',
    '1.056 KB',
  ]);
  expect(dateTime(Date.UTC(2026, 0, 2, 12))).toMatch(/^0\d\.01\.2026/);
});
