// Files are there whole or not at all.
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder } from './headless.testing';
import { appendLine, writeWhole } from './writing';

it('replaces a file, also behind a link, and leaves nothing beside it', async () => {
  const place = folder();
  const [path, link] = [join(place, 'a'), join(place, 'b')];
  await writeWhole(path, 'one');
  symlinkSync(path, link);
  await writeWhole(link, Uint8Array.of(116, 119, 111));
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(place).sort()).toEqual(['a', 'b']);
});

it('says by name what it could not write, and leaves what was there', async () => {
  const place = folder();
  mkdirSync(join(place, 'a'));
  await expect(writeWhole(join(place, 'a'), 'x')).rejects.toThrow(/^"\S+\/a" was not written \(.*\): make room there/);
  expect(readdirSync(place)).toEqual(['a']);
  for (const write of [writeWhole, appendLine])
    await expect(write('/dev/full', 'x')).rejects.toThrow(/^"\/dev\/full" was not written \(ENOSPC/);
});
