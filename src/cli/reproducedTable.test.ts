// docs/reproduced.md shows the rows of docs/reproduced.jsonl.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TABLE_1_NETWORKS } from './metaquantnet';
import { type ReproducedRow, tableInWords } from './reproducedTable';

const inDocs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test.each(TABLE_1_NETWORKS)('the table of %s in the documents is that of its finished rows', (network) => {
  const rows: ReproducedRow[] = inDocs('reproduced.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(inDocs('reproduced.md')).toContain(
    tableInWords(
      network,
      rows.filter((row) => row.network === network),
    ),
  );
});
