// What a release consists of, as data: its notes, and the site in one file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/**
 * The section of a version in the changelog, without its heading.
 * @throws Error for a tag that is not that of the version, and for a version without notes.
 */
export function releaseNotes(changelog: string, version: string, tag: string): string {
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, and package.json has version ${version}.`);
  const [, ...sections] = changelog.split(/^## /m);
  const own = sections.find((section) => section.startsWith(`${version} - `) || section.startsWith(`${version}\n`));
  const notes = own?.slice(own.indexOf('\n')).trim();
  if (!notes) throw new Error(`CHANGELOG.md has no notes for ${version}.`);
  return `${notes}\n`;
}

/** The files of a folder as a zip with one folder in it. Equal files give equal bytes. */
export function zipOf(folder: string, name: string): Uint8Array {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const entries = paths.map((path) => [
    join(name, path.slice(folder.length)).replaceAll('\\', '/'),
    readFileSync(path),
  ]);
  return zipSync(Object.fromEntries(entries) as Zippable, { level: 9, mtime: '1980-01-01T12:00:00' });
}
