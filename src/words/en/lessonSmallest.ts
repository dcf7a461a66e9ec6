// The lesson "How small can it get?". Licensed under CC BY 4.0 (docs/lessons.md).
import { count, fixed } from '../numbers';
import { words } from '../words';

const size = (value: number) => `${fixed(value, 1)} KB`;
const points = (value: number) => `${fixed(value, 1)} points`;

export const lessonSmallest = words('lessonSmallest', {
  question: (float: number, eight: number) =>
    `So far you have had a budget and looked for the best accuracy. Now it is the other way around: the network may lose at most 1 point of accuracy against float. That is one more wrong answer in a hundred pictures. In float it takes ${size(float)}, with 8 bits everywhere ${size(eight)}.`,
  sizeAsk: 'How small can the file get?',
  luck: (margin: number, n: number) =>
    `There is a catch. An accuracy that was measured on ${n > 0 ? `${count(n)} pictures is only known to about ±${fixed(margin, 1)} points` : 'some pictures is only known roughly'}. Whoever tries many configs and takes the one that looks best is fooled by luck. So the search chooses on some images, and then proves the loss on others that no choice has used.`,
  findTask:
    'In the tab Search, at “May lose at most”, leave 1 point, and press “Find the smallest”. It takes about a minute.',
  proved: (float: number, bytes: number, n: number) =>
    `${size(float)} in float, ${size(bytes)} now, ${fixed(float / bytes, 1)} times smaller. That it loses at most 1 point is proved with 95 % confidence, on ${count(n)} images that were only looked at for the proof.`,
  notProved:
    'For nothing smaller could it be proved with the images that there are. That is an honest answer: not proved does not mean wrong.',
  test: 'Proofs can be checked. The test images were used neither for the search nor for the proof.',
  testAsk: 'How many points does this config lose on the test images, against float?',
  loadTask: 'Load the config that was found, with the button below the proof, and wait until it is measured.',
  testWhy: (lost: number) =>
    lost <= 1
      ? `At most 1 point was promised, and ${lost < 0 ? `it even gained ${points(-lost)}` : `it lost ${points(lost)}`}. The promise holds.`
      : `At most 1 point was promised, and it lost ${points(lost)}. Look at the interval: with so many images, that may be chance. In 5 of 100 such proofs it may be more than chance.`,
  within: 'Does the loss on the test images keep the promise of at most 1 point?',
  yes: 'Yes',
  no: 'No',
  withinWhy: (lost: number) => `It is ${points(lost)}, as measured above.`,
  means: 'The promise holds “with 95 % confidence”. What does that mean?',
  meansRight: 'Of 100 such proofs, about 5 at most would be wrong',
  meansWrong: '95 % of the pictures are right',
  meansOther: 'The network keeps 95 % of its accuracy',
  meansWhy: 'Luck cannot be ruled out, but its share can be limited. With more images, smaller losses can be proved.',
  summary: (bytes: number, float: number) =>
    bytes > 0 && bytes < float
      ? `The file has shrunk from ${size(float)} to ${size(bytes)}, with a loss that was promised, proved and checked. You have seen all of it: bits, layers, budgets, searches, rounding and training. Now bring a network of your own.`
      : 'A loss can be promised, proved and checked, and sometimes the honest answer is that there are too few images. Now bring a network of your own.',
});
