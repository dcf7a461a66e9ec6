// The licenses page of the built site: every package with code in a bundle, of the page or its workers, with its
// license, and the project's own license. A package without a license text fails the build.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Path of the page below the root of the site. */
export const NOTICES = 'licenses.html';

/** A package's own metadata. */
export interface PackageNotice {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier, or the package's wording. */
  readonly license: string;
  readonly homepage: string;
  /** Full text of its license and notice files; empty if it ships none. */
  readonly text: string;
}

const BSD = `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

* Redistributions of source code must retain the above copyright notice, this list of conditions and the following
  disclaimer.
* Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
  disclaimer in the documentation and/or other materials provided with the distribution.
* Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products
  derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

/** Notices of code that packages contain in compiled form without repeating its notice. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  '@tensorflow/tfjs-backend-wasm': [
    `Copyright Google LLC. Licensed under the Apache License, Version 2.0, whose text is that of fewbits.

The WebAssembly module holds XNNPACK (https://github.com/google/XNNPACK):
Copyright (c) Facebook, Inc. and its affiliates. All rights reserved.
Copyright 2019 Google LLC

${BSD}`,
  ],
};

/** The font, which is in the repository. */
const fontNotice = (root: string): PackageNotice => ({
  name: 'Inter',
  version: '4.1',
  license: 'OFL-1.1',
  homepage: 'https://rsms.me/inter',
  text: readFileSync(join(root, 'src/ui/fonts/LICENSE.txt'), 'utf8').trim(),
});

/** Directory of the package that a module belongs to; undefined for our own modules and the bundler's. */
export function packageOf(module: string): string | undefined {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/@\0][^/]*)\//.exec(module)?.[1];
}

/** The license section of a readme; empty if there is none. */
export function licenseSection(readme: string): string {
  return /^(?:#+ *)?licen[cs]e\b[^\n]*\n(?:[-=]+\n)?([\s\S]*)/im.exec(readme)?.[1].trim() ?? '';
}

/** Reads a package's own metadata. */
export function readNotice(directory: string): PackageNotice {
  const { name, version, license, homepage, repository } = JSON.parse(
    readFileSync(join(directory, 'package.json'), 'utf8'),
  );
  const files = (like: RegExp) =>
    readdirSync(directory)
      .filter((file) => like.test(file))
      .map((file) => readFileSync(join(directory, file), 'utf8').trim());
  const texts = files(/^(licen[cs]e|notice|copying)/i);
  const address: string = homepage ?? (typeof repository === 'string' ? repository : repository?.url) ?? '';
  return {
    name,
    version,
    license: typeof license === 'string' ? license.replace(/^SEE LICENSE IN .*/, 'as below') : 'as below',
    homepage: address.replace(/^git\+/, '').replace(/\.git$/, ''),
    text: [...(texts.length > 0 ? texts : files(/^readme/i).map(licenseSection)), ...(INSIDE[name] ?? [])]
      .join('\n\n')
      .trim(),
  };
}

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] as string);

/**
 * The page.
 * @param own text of the project's license, Apache-2.0, for packages of that license that ship no text
 * @throws Error naming a package whose license has no text.
 */
export function noticesPage(packages: readonly PackageNotice[], own: string): string {
  const section = ({ name, version, license, homepage, text }: PackageNotice) => {
    const link = /^https?:/.test(homepage) ? `<a href="${escaped(homepage)}">${escaped(name)}</a>` : escaped(name);
    if (text === '' && license !== 'Apache-2.0')
      throw new Error(`${name} is in the bundle and has no license text (${license}): write its notice first.`);
    return `<section>
<h2>${link} ${escaped(version)}</h2>
<p>License: ${escaped(license)}${text ? '' : '. Its text is that of <a href="#own">fewbits</a>.'}</p>
${text && `<pre>${escaped(text)}</pre>`}
</section>`;
  };
  const sorted = [...packages].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>fewbits: licenses</title>
</head>
<body>
<main>
<h1>Licenses</h1>
<p>Back to <a href="./">fewbits</a>. The artwork of Emoji-10 has <a href="emoji10/LICENSES.html">a page of its own</a>.
The shipped weights are under the license of fewbits.</p>
<section id="own">
<h2>fewbits</h2>
<p>License: Apache-2.0</p>
<pre>${escaped(own)}</pre>
</section>
${sorted.map(section).join('\n')}
</main>
</body>
</html>
`;
}

/** The plugin for the page, and the one for its workers, which are built first and only report their modules. */
export function notices(): { readonly page: Plugin; readonly worker: () => Plugin } {
  const found = new Set<string>();
  let root = '.';
  const collect = (modules: Iterable<string>) => {
    for (const module of modules) {
      const directory = packageOf(module);
      if (directory !== undefined && existsSync(join(directory, 'package.json'))) found.add(directory);
    }
  };
  const modulesOf = (bundle: object) =>
    Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? Object.keys(output.modules) : []));
  return {
    worker: () => ({ name: 'notices-of-workers', generateBundle: (_, bundle) => collect(modulesOf(bundle)) }),
    page: {
      name: 'notices',
      apply: 'build',
      configResolved: (config) => {
        root = config.root;
      },
      generateBundle(_, bundle) {
        collect(modulesOf(bundle));
        // Two versions of a package in two directories are two notices; two copies of one version are one.
        const packages = new Map(
          [...found].map(readNotice).map((notice) => [`${notice.name} ${notice.version}`, notice]),
        );
        const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
        this.emitFile({
          type: 'asset',
          fileName: NOTICES,
          source: noticesPage([...packages.values(), fontNotice(root)], own),
        });
      },
    },
  };
}
