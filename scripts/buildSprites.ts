// Renders the artwork of Emoji-10 into public/emoji10/sprites.bin and writes its license page, from icon packages that
// are development dependencies only. Run after changing the tables below: npx tsx scripts/buildSprites.ts
// The layout of the file is described in src/data/emojiSprites.ts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { emojiClasses, type SplitName, type SpriteEntry, type SpriteHeader } from '../src/data/emojiSprites';
import { type IconSetInfo, licensePage } from './spriteLicenses';

const side = 40;
const styles = ['noto', 'fluent-emoji-flat', 'twemoji', 'emojione'];

type ClassName = (typeof emojiClasses)[number];

/**
 * Icons of each class, grouped by motif: icons that one artist drew as variants of one picture (a taxi and a police car
 * with the same body, the faces of one cat). A set that lacks an icon is passed over.
 */
const motifs: Record<ClassName, readonly (readonly string[])[]> = {
  airplane: [['airplane'], ['small-airplane'], ['airplane-departure', 'airplane-arrival']],
  automobile: [
    ['automobile', 'taxi', 'police-car', 'sport-utility-vehicle'],
    ['oncoming-automobile', 'oncoming-taxi', 'oncoming-police-car'],
    ['racing-car'],
  ],
  bird: [
    ['bird'],
    ['owl'],
    ['duck'],
    ['eagle'],
    ['baby-chick', 'front-facing-baby-chick'],
    ['penguin'],
    ['dove'],
    ['rooster', 'chicken'],
    ['turkey'],
    ['swan', 'goose'],
    ['flamingo'],
    ['parrot'],
    ['peacock'],
  ],
  cat: [
    ['cat', 'black-cat'],
    ['cat-face', 'grinning-cat', 'pouting-cat', 'kissing-cat'],
  ],
  deer: [['deer'], ['moose']],
  dog: [['dog', 'dog-face', 'guide-dog', 'service-dog'], ['poodle']],
  frog: [['frog']],
  horse: [['horse', 'horse-racing'], ['horse-face'], ['carousel-horse']],
  ship: [['ship'], ['passenger-ship'], ['sailboat'], ['ferry'], ['motor-boat', 'speedboat', 'canoe']],
  truck: [['delivery-truck'], ['articulated-lorry'], ['fire-engine'], ['pickup-truck']],
};

/**
 * A motif is trained on in the hand of two artists, validated on a third's and tested on a fourth's: the styles take
 * turns from motif to motif, so that each split has every style and every class, and no drawing is in two splits.
 */
const turns: readonly SplitName[] = ['train', 'train', 'validation', 'test'];

/** Turn of the first style at the first motif, where 0 would leave a kind of drawing untrained (deer in full and head). */
const firstTurn: Partial<Record<ClassName, number>> = { deer: 1, dog: 1 };

interface IconSet {
  readonly width?: number;
  readonly height?: number;
  readonly icons: Record<string, { body: string; width?: number; height?: number }>;
  readonly aliases?: Record<string, { parent: string }>;
}

const require = createRequire(import.meta.url);

function iconSvg(set: IconSet, glyph: string): { body: string; size: number } | undefined {
  const icon = [glyph, `${glyph}-face`]
    .map((name) => set.icons[name] ?? set.icons[set.aliases?.[name]?.parent ?? ''])
    .find((found) => found !== undefined);
  return icon && { body: icon.body, size: icon.width ?? set.width ?? 16 };
}

function render(body: string, [x, y, size]: readonly [number, number, number], pixels: number): Buffer {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${x} ${y} ${size} ${size}" width="${pixels}" height="${pixels}">${body}</svg>`;
  return new Resvg(svg).render().pixels;
}

/** The smallest square around the drawing, so that sets with and without padding come out at the same size. */
function inkSquare(body: string, size: number): [number, number, number] {
  const n = 256;
  const pixels = render(body, [0, 0, size], n);
  let [left, right, top, bottom] = [n, 0, n, 0];
  for (let i = 0; i < n * n; i++) {
    if (pixels[i * 4 + 3] < 8) continue;
    left = Math.min(left, i % n);
    right = Math.max(right, (i % n) + 1);
    top = Math.min(top, Math.floor(i / n));
    bottom = Math.max(bottom, Math.floor(i / n) + 1);
  }
  const ink = Math.max(right - left, bottom - top);
  const toIcon = size / n;
  return [((left + right - ink) / 2) * toIcon, ((top + bottom - ink) / 2) * toIcon, ink * toIcon];
}

function build(): { header: SpriteHeader; pixels: Buffer } {
  const sets = styles.map((style) => require(`@iconify-json/${style}/icons.json`) as IconSet);
  const sprites: SpriteEntry[] = [];
  const pixels: Buffer[] = [];
  for (const name of emojiClasses) {
    motifs[name].forEach((glyphs, motif) => {
      sets.forEach((set, s) => {
        const split = turns[((firstTurn[name] ?? 0) + motif + s) % turns.length];
        for (const glyph of glyphs) {
          const icon = iconSvg(set, glyph);
          if (!icon) continue;
          const image = render(icon.body, inkSquare(icon.body, icon.size), side);
          // A set may use one drawing under two names.
          if (pixels.some((other) => other.equals(image))) continue;
          sprites.push({ class: name, style: styles[s], glyph, split });
          pixels.push(image);
        }
      });
    });
  }
  if (pixels.some((image) => image.some((value, i) => value > image[i | 3]))) throw new Error('not premultiplied');
  return { header: { format: 'emoji10-sprites', version: 1, side, sprites }, pixels: Buffer.concat(pixels) };
}

const { header, pixels } = build();
const json = Buffer.from(JSON.stringify(header));
const length = Buffer.alloc(4);
length.writeUInt32LE(json.length);
const file = gzipSync(Buffer.concat([length, json, pixels]), { level: 9 });
const folder = new URL('../public/emoji10/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('sprites.bin', folder), file);
const infos = styles.map((style) => {
  const info = JSON.parse(readFileSync(require.resolve(`@iconify-json/${style}/info.json`), 'utf8')) as IconSetInfo;
  return { ...info, glyphs: header.sprites.filter((sprite) => sprite.style === style) };
});
writeFileSync(new URL('LICENSES.html', folder), licensePage(infos));
console.log(`${header.sprites.length} sprites, ${file.length} bytes`);
for (const name of emojiClasses) {
  const counts = turns.slice(1).map((split) => header.sprites.filter((s) => s.class === name && s.split === split));
  console.log(name.padEnd(11), counts.map((list) => list.length).join(' '));
}
