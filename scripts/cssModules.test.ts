// Classes of CSS modules: types do not catch a misspelled or forgotten one.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const UI = 'src/ui';
const files = readdirSync(UI, { recursive: true, encoding: 'utf8' }).map((file) => join(UI, file));
const read = (file: string) => readFileSync(file, 'utf8');
const unique = (names: Iterable<string>) => [...new Set(names)];

/** The classes that a module defines, without those of `:global(…)`. */
function defined(css: string): string[] {
  const selectors = css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/:global\([^)]*\)/g, '')
    .replace(/\{[^{}]*\}/g, '{}');
  return unique(Array.from(selectors.matchAll(/\.([a-z]\w*)/gi), ([, name]) => name));
}

/** The names that a component uses of a module, and whether it also computes some. */
function taken(source: string, alias: string): { names: string[]; computes: boolean } {
  const names = unique(Array.from(source.matchAll(new RegExp(`\\b${alias}\\.(\\w+)`, 'g')), ([, name]) => name));
  return { names, computes: source.includes(`${alias}[`) };
}

const modules = files.filter((file) => file.endsWith('.module.css'));
const uses = files
  .filter((file) => /\.tsx?$/.test(file))
  .flatMap((file) => {
    const source = read(file);
    const imports = source.matchAll(/import (\w+) from '(\S+\.module\.css)'/g);
    return Array.from(imports, ([, alias, path]) => ({
      file,
      module: join(dirname(file), path),
      ...taken(source, alias),
    }));
  });

test('every CSS module is imported, and there are some', () => {
  expect(modules.length).toBeGreaterThan(50);
  expect(modules.filter((module) => !uses.some((use) => use.module === module))).toEqual([]);
});

test.each(uses)('$file takes of $module what is there', ({ module, names, computes }) => {
  expect(names.length > 0 || computes).toBe(true);
  expect(names.filter((name) => !defined(read(module)).includes(name))).toEqual([]);
});

test.each(modules)('every class of %s is used', (module) => {
  const users = uses.filter((use) => use.module === module);
  if (users.some(({ computes }) => computes)) return;
  expect(defined(read(module)).filter((name) => !users.some(({ names }) => names.includes(name)))).toEqual([]);
});
