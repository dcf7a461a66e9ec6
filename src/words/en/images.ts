// The dialog that chooses the images.
import { count } from '../numbers';
import { words } from '../words';

export const images = words('images', {
  title: 'Images',
  cancel: 'Cancel',
  count: (n: number) => `${count(n)} images`,
  loading: (what: string, done: string, total?: string) =>
    total === undefined ? `${what}: ${done}` : `${what}: ${done} of ${total}`,
  kept: (error: string) => `${error} The current images stay as they are.`,
  stored: 'Use the stored copy',
  emoji: 'Emoji-10',
  emojiAbout: 'Ten kinds of emoji on noisy backgrounds. Included with the page.',
  emojiUse: 'Use Emoji-10',
  words: 'Words-12',
  wordsAbout:
    'Spectrograms of twelve made-up words in noise, for DS-CNN. A program synthesizes the sounds; nobody was recorded. Included with the page.',
  wordsUse: 'Use Words-12',
  cifar: 'CIFAR-10',
  cifarAbout: '60,000 photographs in ten classes. Drop cifar-10-binary.tar.gz or its folder anywhere on the page, or:',
  chooseFiles: 'Choose files',
  chooseFolder: 'Choose folder',
  address: 'Address',
  fetch: 'Fetch (170 MB)',
  files: 'MNIST and other data sets',
  filesAbout:
    'IDX files such as those of MNIST, Fashion-MNIST and KMNIST, images and labels together, or cifar-100-binary.tar.gz. Drop them anywhere on the page, or:',
  filesChoose: 'Choose data files',
  idx: 'the IDX files',
  storedOf: (what: string) => `Use the stored copy of ${what}`,
  own: 'Your own images',
  ownAbout: 'One folder per class, named after the class. The images stay on this device.',
  ownChoose: 'Choose a folder of images',
});
