// Files are written whole or not at all.
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder } from '../cli/headless.testing';
import { appendLine, writeWhole } from './writing';

it('replaces a file, also through a link, and leaves no temporary file', async () => {
  const place = folder();
  const [path, link] = [join(place, 'a'), join(place, 'b')];
  await writeWhole(path, 'one');
  symlinkSync(path, link);
  await writeWhole(link, Uint8Array.of(116, 119, 111));
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(place).sort()).toEqual(['a', 'b']);
});

it('names the file that could not be written, and keeps the old one', async () => {
  const place = folder();
  mkdirSync(join(place, 'a'));
  await expect(writeWhole(join(place, 'a'), 'x')).rejects.toThrow(/^"\S+\/a" was not written \(.*\): make room there/);
  expect(readdirSync(place)).toEqual(['a']);
  for (const write of [writeWhole, appendLine])
    await expect(write('/dev/full', 'x')).rejects.toThrow(/^"\/dev\/full" was not written \(ENOSPC/);
});
