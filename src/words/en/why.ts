// Why images flipped: which layers did it, and which classes are confused.
import { count, fixed, signed } from '../numbers';
import { words } from '../words';

export const why = words('why', {
  /** Below a flipped image: the one or two layers that did most of it. */
  mostly: (layers: readonly string[]) => (layers.length === 1 ? `mostly ${layers[0]}` : layers.join(' and ')),
  many: 'many layers',
  looking: 'finding the layers …',
  title: 'Which layers did it?',
  found: (layers: string) => `Which layers did it: ${layers}.`,
  explanation: 'Each layer back in float alone: how far that moves the prediction back.',
  moved: (points: number) => `${signed(points, 2)} logits`,
  alone: 'flips back alone',
  none: 'No single layer moves the prediction back: the layers did it together.',
  waiting: 'Answered once these bit widths are measured.',
  failed: (message: string) => `The layers could not be found: ${message}`,
  bar: (layers: string, logits: number, alone: boolean) =>
    `${layers}: ${fixed(logits, 2)} logits${alone ? ', flips the image back alone' : ''}`,
  skippedBranch: (layers: readonly string[]) => `${layers.join(' + ')} (skipped)`,
  confusion: 'Confusion',
  show: 'Show',
  change: 'Change from float',
  counts: 'Counts',
  truth: 'Class',
  recall: 'Correct',
  caption: (n: number) => `Predicted classes (columns) of the images of each class (rows), ${count(n)} test images`,
  changeCaption: (n: number) =>
    `Predicted classes (columns) of the images of each class (rows), change from float, ${count(n)} test images`,
  cell: (truth: string, predicted: string, images: string) => `${truth} seen as ${predicted}: ${images}`,
  images: (n: number) => (n === 1 ? '1 image' : `${count(n)} images`),
  more: (n: number) => `${signed(n, 0)} against float`,
});
