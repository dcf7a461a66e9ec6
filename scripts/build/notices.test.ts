import { expect, test } from 'vitest';
import { licenseSection, noticesPage, packageOf } from './notices';

const notice = {
  name: 'a',
  version: '1.0.0',
  license: 'MIT',
  homepage: 'https://a.test',
  text: 'Copyright (c) <A> & B',
};

test('a module belongs to the innermost package of its path', () => {
  expect(packageOf('/x/node_modules/react/index.js')).toBe('/x/node_modules/react');
  expect(packageOf('/x/node_modules/@tensorflow/tfjs-core/dist/a.js')).toBe('/x/node_modules/@tensorflow/tfjs-core');
  expect(packageOf('/x/node_modules/a/node_modules/b/c.js')).toBe('/x/node_modules/a/node_modules/b');
  expect(packageOf('/x/src/main.tsx')).toBeUndefined();
  expect(packageOf('\0rolldown/runtime.js')).toBeUndefined();
});

test('the license text may be in the readme', () => {
  expect(licenseSection('# a\n\nText.\n\nLICENSE (MIT)\n-----\n\nCopyright A.\n')).toBe('Copyright A.');
  expect(licenseSection('# a\n\n## License\n\nMIT, by A.')).toBe('MIT, by A.');
  expect(licenseSection('# a')).toBe('');
});

test('packages are sorted, and their license text is escaped', () => {
  const page = noticesPage([{ ...notice, name: 'b' }, notice], 'OWN');
  expect(page).toContain('<pre>Copyright (c) &lt;A&gt; &amp; B</pre>');
  expect(page.indexOf('>a</a>')).toBeLessThan(page.indexOf('>b</a>'));
  expect(page).toContain('<pre>OWN</pre>');
});

test('Apache-2.0 without a text refers to the one on the page; any other missing text fails the build', () => {
  expect(noticesPage([{ ...notice, license: 'Apache-2.0', text: '' }], 'OWN')).toContain('href="#own"');
  expect(() => noticesPage([{ ...notice, text: '' }], 'OWN')).toThrow(/^a is in the bundle and has no license text/);
});
