import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { firstRoute } from './firstRoute';

const page = `<link href="favicon.svg"><link rel="preload" as="font" href="./assets/a.woff2">
<script type="module" src="./assets/index.js"></script><link rel="stylesheet" href="./assets/index.css">`;
const chunk = (code: string, imports: string[] = []) => ({ type: 'chunk' as const, code, imports });
const asset = (source: string) => ({ type: 'asset' as const, source });
const bundle = {
  'index.html': asset(page),
  'assets/index.js': chunk('a'.repeat(1000), ['assets/b.js']),
  'assets/b.js': chunk('b', ['assets/c.js', 'assets/index.js']),
  'assets/c.js': chunk('c'),
  'assets/later.js': chunk('d'),
  'assets/index.css': asset('e'),
  'assets/later.css': asset('f'),
  'assets/a.woff2': asset('font'),
};

test('counts what the page names and what that imports, once each, and nothing that comes later', () => {
  const sizes = firstRoute(bundle);
  expect([...sizes.keys()].sort()).toEqual([
    'assets/a.woff2',
    'assets/b.js',
    'assets/c.js',
    'assets/index.css',
    'assets/index.js',
  ]);
  expect(sizes.get('assets/a.woff2')).toBe(4);
  expect(sizes.get('assets/index.js')).toBe(gzipSync('a'.repeat(1000), { level: 9 }).length);
});

test('a file that is named and missing is a fault', () => {
  const { 'assets/index.css': _, ...rest } = bundle;
  expect(() => firstRoute(rest)).toThrow('index.html names assets/index.css, which is not in the bundle.');
});
