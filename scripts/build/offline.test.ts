import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { siteFiles } from './offline';

const directory = mkdtempSync(join(tmpdir(), 'site-'));
afterAll(() => rmSync(directory, { recursive: true }));

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
};

test('what opens first is kept at once, larger weights when they are used, and a revision is of the content', () => {
  for (const path of ['index.html', 'assets/a-1x.js', 'weights/resnet8-emoji10.json', 'weights/resnet8-cifar10.json'])
    write(path, 'abc');
  for (const path of ['sw.js', 'embed.js']) write(path, 'never');
  const { atOnce, onUse, bytes } = siteFiles(directory);
  // SHA-256 of "abc" (FIPS 180-2, appendix B.1).
  const digest = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=';
  expect(new Map(atOnce.map(({ url, revision }) => [url, revision]))).toEqual(
    new Map([
      ['index.html', digest],
      ['assets/a-1x.js', null],
      ['weights/resnet8-emoji10.json', digest],
    ]),
  );
  expect(onUse).toEqual([{ url: 'weights/resnet8-cifar10.json', revision: digest, integrity: `sha256-${digest}` }]);
  expect(bytes).toBe(9);
  write('index.html', 'abd');
  expect(siteFiles(directory).atOnce.find(({ url }) => url === 'index.html')?.revision).not.toBe(digest);
});
