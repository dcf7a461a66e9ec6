// All data sets of the page, of links and messages. How each is opened, which only the engine needs, is in openers.ts. To add
// one:
// 1. write `src/data/<name>.ts`, which builds a `Dataset` from its bytes, with a test of known numbers;
// 2. write its opener in `src/data/openers.ts`, and add it to this table and the one there;
// 3. if it is embedded, put its bytes and their license into `public/`.
import type { DatasetDefinition } from './definition';

/**
 * The data sets, by id; `embedded` ones come with fewbits.
 *
 * @example
 * for (const [id, { label, embedded }] of Object.entries(datasets)) console.log(id, label, embedded);
 */
export const datasets = {
  emoji10: {
    label: 'Emoji-10',
    summary: "CIFAR-10's ten classes drawn from open emoji artwork; comes with the page.",
    license: 'Artwork under Apache 2.0, MIT and CC BY 4.0: see emoji10/LICENSES.html',
    shows: 'pictures',
    embedded: true,
  },
  words12: {
    label: 'Words-12',
    summary: 'Spectrograms of twelve made-up words: synthesized sounds, not recordings of speech; comes with the page.',
    license: 'Made by a program of ours: no one else has rights to it',
    shows: 'sounds',
    embedded: true,
  },
  cifar10: {
    label: 'CIFAR-10',
    summary: '60,000 photographs of ten classes, 32 x 32 pixels; drop cifar-10-binary.tar.gz or its folder.',
    license: 'A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009',
    shows: 'pictures',
    embedded: false,
  },
  cifar100: {
    label: 'CIFAR-100',
    summary: '60,000 photographs of a hundred classes, 32 x 32 pixels; drop cifar-100-binary.tar.gz or its folder.',
    license: 'A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009',
    shows: 'pictures',
    embedded: false,
  },
  idx: {
    label: 'IDX files',
    summary: 'MNIST, Fashion-MNIST, KMNIST and others of their format; drop the files of images and of labels.',
    license: 'That of the files; they never leave this device',
    embedded: false,
  },
  folder: {
    label: 'A folder of pictures',
    summary: 'Your own pictures, scaled to what the network reads: one folder per class, named after the class.',
    license: 'Yours; the pictures never leave this device',
    embedded: false,
  },
} as const satisfies Record<string, DatasetDefinition>;

export type DatasetId = keyof typeof datasets;
