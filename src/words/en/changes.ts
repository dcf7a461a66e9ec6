// The images whose prediction changed.
import { count, fixed } from '../numbers';
import { words } from '../words';

type Kind = 'lost' | 'gained' | 'changed';
const kinds: Readonly<Record<Kind, string>> = { lost: 'lost', gained: 'gained', changed: 'wrong either way' };

export const changes = words('changes', {
  choice: 'Images that changed',
  filter: {
    all: (n?: number) => (n === undefined ? 'changed' : `${count(n)} changed`),
    lost: (n?: number) => (n === undefined ? 'lost' : `${count(n)} lost`),
    gained: (n?: number) => (n === undefined ? 'gained' : `${count(n)} gained`),
  },
  /** On a card: the class that was predicted before, and the one that is now; or that they are the same. */
  before: (name: string) => `${name} →`,
  after: (name: string, isTrue: boolean) => `${name} ${isTrue ? '✓' : '✗'}`,
  same: 'unchanged',
  none: { lost: 'No image is lost.', gained: 'No image is gained.' },
  of: (n: number) => `of ${count(n)} test images`,
  unmeasured: (index: number) => `Image ${index}: not measured yet`,
  unchanged: (index: number, predicted: string) => `Image ${index}: ${predicted}, in float and now`,
  /** A class that was predicted, with its margin in [0, 1]; marked where it is the true one. */
  predicted: (name: string, isTrue: boolean, margin: number) =>
    `${name} ${isTrue ? '✓' : '✗'} (margin ${fixed(margin * 100, 0)} %)`,
  flip: (label: string, kind: Kind, float: string, now: string) =>
    `${label}, ${kinds[kind]}: float ${float}, now ${now}`,
  caption: (isFloat: boolean) =>
    `Prediction of ${isFloat ? 'the float network' : 'the same weights unquantized'} → current prediction, by margin`,
  artwork: 'Artwork: Emojitwo and others',
  spectrograms: 'Each picture is a synthesized sound: time runs downward, and each column is a cepstral coefficient.',
  seeActivations: 'Show activations',
  more: (left: number) => `Show more (${count(left)} left)`,
  soon: 'Images appear here as soon as the engine has read them.',
  nothing: { images: 'Without images, nothing is measured.', weights: 'Without weights, nothing is measured.' },
});
