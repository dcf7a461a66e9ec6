import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastTable, renewFigures } from './figures';

const DOCUMENT = `# Searches

Text that stays.

\`\`\`sh
npm run headless -- search --network tiny --dataset emoji10 --backend wasm --limit 8x --bits 2-8 \\
  --images 64 --method uniform,squaredSteps --finish 1 --finish-images 64 --test-images 64
\`\`\`

<!-- figure -->
<!-- end of figure -->

\`\`\`sh
npm run headless -- evaluate --network tiny --dataset emoji10
\`\`\`

More text.
`;

test('commands with a figure are run, and their tables take the place of the old ones', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'figures-'));
  const document = join(folder, 'searches.md');
  await writeFile(document, DOCUMENT);
  const how = { data: 'unused', keep: join(folder, 'keep'), all: false };
  expect(await renewFigures(document, how)).toBe(1);
  const text = await readFile(document, 'utf8');
  const [, table] = text.split(/<!-- figure of \w{12} -->\n\n|\n\n<!-- end of figure -->/);
  const rows = table.split('\n').map((line) => line.split(' | ')[0].replace('| ', ''));
  expect(rows).toEqual(['method', '---', 'uniform', 'squaredSteps']);
  expect(text.replace(/<!-- figure[\s\S]*<!-- end of figure -->/, '')).toBe(
    DOCUMENT.replace(/<!-- figure[\s\S]*<!-- end of figure -->/, ''),
  );
  // Up to date until the command or the weights change.
  expect(await renewFigures(document, how)).toBe(0);
  await writeFile(document, text.replace('--limit 8x', '--limit 6x'));
  expect(await renewFigures(document, how)).toBe(1);
  expect(await readFile(document, 'utf8')).toContain('--limit 6x');
});

test('the last table of an output is taken', () => {
  const output = 'a\n| one |\n| --- |\n| 1 |\nb\n| two |\n| --- |\n| 2 |\nend\n';
  expect(lastTable(output)).toBe('| two |\n| --- |\n| 2 |');
  expect(() => lastTable('nothing')).toThrow('No table was printed');
});
