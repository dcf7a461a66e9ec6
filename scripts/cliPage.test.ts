import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cliPage } from './cliPage';

it('docs/cli.md says what the tables say (npx tsx scripts/cliPage.ts writes it)', () => {
  expect(readFileSync('docs/cli.md', 'utf8')).toBe(cliPage());
});
