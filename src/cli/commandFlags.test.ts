// Commands refuse flags that they would not use, and every command line that the documents show is one that they take.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { takersOf } from './commandFlags';
import { readCommand } from './commands';
import { flagTable } from './flagTable';
import { headless } from './headless.testing';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The command lines in code of the documents, as a shell parts their words; lines that end in a backslash go on. */
const shown = [
  'README.md',
  'SKILL.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
]
  .filter((path) => path.endsWith('.md'))
  .flatMap((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8').replaceAll('\\\n', ' ');
    return [...text.matchAll(/(?:npm run headless --|npx --no-install fewbits) ([a-z][^\n`#]*[-\w])/g)].map(
      ([, line]) => [path, line] as const,
    );
  });

it('documents show each command', () => {
  const commands = new Set(shown.map(([, line]) => line.split(' ')[0]));
  expect(commands.size).toBe(15);
});

it.each(shown)('%s: %s', (_, line) => {
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];
  expect(readCommand(words)).toMatchObject({ name: words[0] });
});

it.each(Object.keys(flagTable))('some command takes --%s', (flag) => {
  expect(takersOf(flag)).not.toEqual([]);
});

it.each([
  ['evaluate --table metaquantnet-1', 'evaluate does not take --table; it is for reproduce.'],
  ['distil --label-smoothing 0.1', 'distil does not take --label-smoothing; it is for train.'],
  ['distill --no-progressive', 'distil does not take --progressive; it is for train.'],
  ['sensitivity --rescore 100', 'sensitivity does not take --rescore; it is for search.'],
  ['train --weights-only', /^train does not take --weights-only; it is for evaluate, .*train --qat, .* and predict\.$/],
  ['search --method uniform --epochs 3', 'search does not take --epochs; it is for train, distil and reproduce.'],
  ['reproduce --limit 16x', 'reproduce does not take --limit; it is for search and proxies.'],
  ['inspect x.onnx --network tiny', /^inspect does not take --network; it is for evaluate, /],
  ['predict --images-json x --correct bias', /^predict does not take --correct; it is for evaluate, /],
])('%s is refused in one line', async (line, words) => {
  const { code, stdout, stderr } = await headless(line);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd()).toEqual(typeof words === 'string' ? words : expect.stringMatching(words));
});

it('train takes what says how it rounds with --qat', () => {
  expect(readCommand('train --qat --weights-only --policy uniform:3'.split(' '))).toMatchObject({ name: 'train' });
});
