// The license page of the artwork, from the metadata of each icon package. Attribution as CC BY 4.0 requires (author,
// license, link, changes); notices as MIT and Apache 2.0 require.
import type { SpriteEntry } from '../src/data/emojiSprites';

/** The fields of an Iconify package's info.json that are used here. */
export interface IconSetInfo {
  readonly prefix: string;
  readonly name: string;
  readonly version?: string;
  readonly author: { readonly name: string; readonly url: string };
  readonly license: { readonly title: string; readonly spdx: string; readonly url: string };
}

/**
 * Copyright lines of the originals, which the packages do not repeat, in the authors' wording where they ask for one.
 */
const credits: Record<string, string> = {
  noto: 'Copyright Google Inc. and the Noto Emoji authors.',
  'noto-v1': 'Copyright Google Inc. and the Noto Emoji authors.',
  'fluent-emoji-flat': 'Copyright (c) Microsoft Corporation.',
  twemoji: 'Copyright Twitter, Inc and other contributors.',
  fxemoji: 'Copyright 2015, Mozilla Foundation.',
  'streamline-emojis': 'Free emoji by <a href="https://streamlinehq.com">Streamline</a> (Webalys LLC).',
  emojione:
    'Emoji artwork provided by Emojitwo, originally ' +
    'released as <a href="https://www.emojione.com">Emojione 2.2</a> by Ranks.com, with contributions from the ' +
    'Emojitwo community.',
};

/** Where the authors' repository contradicts the package: Mozilla puts its code under Apache 2.0, but not its art. */
const corrections: Record<string, IconSetInfo['license']> = {
  fxemoji: { title: 'CC BY 4.0', spdx: 'CC-BY-4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
};

const notices: Record<string, string> = {
  'Apache-2.0':
    '<p>Licensed under the Apache License, Version 2.0; you may not use these files except in compliance with the ' +
    'License. The full text is in <a href="LICENSE-APACHE-2.0.txt">LICENSE-APACHE-2.0.txt</a>.</p>',
  MIT: `<blockquote><p>Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including without
limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software,
and to permit persons to whom the Software is furnished to do so, subject to the following conditions:</p>
<p>The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.</p>
<p>THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.</p></blockquote>`,
  'CC-BY-4.0': '<p>The graphics and their changed copies here are offered as is, without warranties.</p>',
};

/** HTML page naming every icon used, by set. Throws for a license without a known notice. */
export function licensePage(sets: readonly (IconSetInfo & { readonly glyphs: readonly SpriteEntry[] })[]): string {
  const sections = sets.map(({ prefix, name, author, license: stated, glyphs }) => {
    const license = corrections[prefix] ?? stated;
    const notice = notices[license.spdx];
    if (!notice || !credits[prefix]) throw new Error(`write the notice of ${name} (${license.spdx}) first`);
    return `<h2>${name}</h2>
<p>${credits[prefix]} Source: <a href="${author.url}">${author.url}</a>.
License: <a href="${license.url}">${license.title}</a> (${license.spdx}).</p>
${notice}
<p>${glyphs.length} icons: ${glyphs.map(({ glyph }) => glyph).join(', ')}.</p>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Artwork of Emoji-10: authors and licenses</title>
<h1>Artwork of Emoji-10: authors and licenses</h1>
<p>The file <code>sprites.bin</code> holds icons of the sets below. Changes made: cropped to the drawing, drawn as
pixels at 40 x 40; the images composed from them are also turned, scaled, stretched, mirrored, recolored, covered in
part and overlaid with noise. The authors of the icons do not endorse this use. The file as a whole is under the terms
of the sets in it; each sprite stays under the license of its set.</p>
${sections.join('\n')}
</html>
`;
}
