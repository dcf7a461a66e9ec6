import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonFault } from './jsonFault';

it.each([
  ['', 'line 1, column 1: a value should stand where the text ends'],
  ['{"a": 1,\n  "b": 2,\n}', 'line 3, column 1: a name in double quotes should stand where "}" stands'],
  ['{"a": 1\n "b": 2}', 'line 2, column 2: a comma or "}" should stand where """ stands'],
  ["{'a': 1}", 'line 1, column 2: a name in double quotes or "}" should stand where "\'" stands'],
  ['{"a" 1}', 'line 1, column 6: a colon should stand where "1" stands'],
  ['[1, 2', 'line 1, column 6: a comma or "]" should stand where the text ends'],
  ['[NaN]', 'line 1, column 2: a value or "]" should stand where "NaN" stands'],
  ['[01]', 'line 1, column 3: a comma or "]" should stand where "1" stands'],
  ['{}\n{}', 'line 2, column 1: the end should stand where "{" stands'],
  ['"abc', 'line 1, column 5: the text ends within quotes'],
  ['"a\nb"', 'line 1, column 3: a text in quotes is not closed before a line break or control character'],
  ['"\\x"', 'line 1, column 2: no character is escaped so'],
  ['True', 'line 1, column 1: a value should stand where "True" stands'],
])('says where %j stops being JSON', (text, words) => {
  expect(jsonFault(text)).toBe(words);
});

it('finds a fault exactly where JSON.parse does', () => {
  fc.assert(fc.property(fc.json({ maxDepth: 4 }), (text) => jsonFault(text) === undefined));
  const nearly = fc
    .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom(...'{}[]",:\\1e-. \n'))
    .map(([text, at, char]) => text.slice(0, at % (text.length + 1)) + char + text.slice((at % (text.length + 1)) + 1));
  fc.assert(
    fc.property(nearly, (text) => {
      let parses = true;
      try {
        JSON.parse(text);
      } catch {
        parses = false;
      }
      return (jsonFault(text) === undefined) === parses;
    }),
    { numRuns: 1000 },
  );
});

it('accepts deep and long texts', () => {
  expect(jsonFault('['.repeat(1e5))).toMatch(/column 100001: a value or "\]"/);
  expect(jsonFault(`["${'a'.repeat(1e6)}", ]`)).toMatch(/column 1000006: a value should/);
});
