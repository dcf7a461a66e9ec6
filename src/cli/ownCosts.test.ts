// A table of one's own costs, from the file to the end of a search.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, headless } from './headless.testing';

const TINY = '--network tiny --dataset emoji10 --backend wasm --images 64';

it('a search ends within the latency of a table, by which evaluate says what it takes', async () => {
  const place = folder();
  const [table, out, policy, again] = ['own.csv', 'out.json', 'policy.json', 'again.json'].map((name) =>
    join(place, name),
  );
  const rows = [1, 2, 3, 4, 5].flatMap((layer) => [2, 4, 8].map((bits) => `${layer},${bits},${bits / 4},${layer}`));
  await writeFile(table, ['layer,weights,ms,mJ', ...rows].join('\n'));
  const search = `search --method outputError --budget 10 ${TINY} --bits 2,4,8 --limit`;
  const searched = await headless(
    `${search} latency@table:6.5ms,energy@table:15mJ`,
    '--cost-table',
    table,
    '--json',
    out,
  );
  expect(searched).toMatchObject({ code: 0 });
  const [run] = JSON.parse(await readFile(out, 'utf8')).runs;
  await writeFile(policy, JSON.stringify(run.result.policy));
  const measured = await headless(`evaluate ${TINY}`, '--policy', policy, '--cost-table', table, '--json', again);
  const { ms, mJ } = JSON.parse(await readFile(again, 'utf8'));
  expect(measured.stdout).toContain(`, ${ms.toPrecision(3)} ms, 15.0 mJ, `);
  expect(ms).toBeLessThanOrEqual(6.5);
  const bits = Object.values<{ weights: number }>(run.result.policy).map(({ weights }) => weights / 4);
  expect([ms, mJ]).toEqual([bits.reduce((sum, part) => sum + part, 0), 15]);
  const refused = async (words: string) => (await headless(words, '--cost-table', table)).stderr;
  expect(await refused(`${search} latency@table:1ms`)).toContain('takes 2.50 ms to 10.0 ms');
  expect(await refused(`evaluate ${TINY} --policy uniform:3`)).toContain('there is no ms of conv1 at 3/');
  expect((await headless(`${search} energy@table:1mJ`)).stderr).toContain('say --cost-table FILE');
  await writeFile(table, 'layer,weights,ms\nstem,8,1\n');
  expect(await refused(`evaluate ${TINY} --policy uniform:8`)).toContain('it lacks the layers conv1, ');
});
