// The lesson "Train for it, or round better". Licensed under CC BY 4.0 (docs/lessons.md).
import { count, fixed, signed } from '../numbers';
import { words } from '../words';
import { units } from './units';

const percent = (value: number) => `${fixed(value, 1)} %`;

export const lessonTraining = words('lessonTraining', {
  broken: (float: number) =>
    `All layers have 2 bits now: each weight is one of four values. In float, the network is right on ${percent(float)} of the test pictures. The result shows what is left of that. Can it be repaired without more bits?`,
  nearest:
    'So far, each weight is moved to the nearest of the four values, each on its own. But weights work together in sums. If one is rounded up, another one can be rounded down to make up for it. This takes a few pictures to look at, but nobody has to say what they show.',
  roundAsk: (now: number) =>
    now > 0
      ? `Rounded to the nearest value, it is right on ${percent(now)} of the pictures. How many with better rounding?`
      : 'How many of the pictures does it get right with better rounding?',
  roundTask:
    'Press “Improve rounding” at the top (on phones: in Setup), and wait until the accuracy after it is measured.',
  roundDo: 'Each weight still becomes one of four values, and the file stays as small as it was.',
  roundWhy: (before: number, after: number, images: number, seconds: number) =>
    after - before > 2
      ? `${signed(after - before, 1)} points, from ${count(images)} training images without labels, in ${units.duration(seconds)}.`
      : `${signed(after - before, 1)} points: little, in ${units.duration(seconds)}. Here rounding was not the problem.`,
  roundShort: 'It took some training images without labels, and seconds.',
  qat: 'The other way is training. The network sees pictures with their answers, and its weights are changed in small steps. It is rounded during training, too, so that the weights learn to live with four values. This is called QAT, quantization-aware training.',
  trainAsk: (epochs: number, images: number) =>
    `It starts again from nearest rounding, and sees ${count(images)} pictures, ${count(epochs)} times over. How many of the test pictures does it get right afterward?`,
  trainDo: 'Training runs in your browser, on your computer. It takes up to a minute, on slow computers more.',
  trainTask: 'Press “Start training” in the tab Train, and wait until it has finished and the accuracy is measured.',
  trainWhy: (rounded: number, trained: number) =>
    trained > rounded
      ? `${fixed(trained - rounded, 1)} points more than with better rounding. Training may move the weights themselves, and that is why it gets further. It needs labels and takes longer.`
      : `${fixed(rounded - trained, 1)} points less than with better rounding. Training could go on for longer, with more pictures.`,
  which: 'You have pictures, but no labels, and a few seconds. Which of the two can you use?',
  more: 'And which of the two has brought the network further here?',
  moreWhy: (rounded: number, trained: number, float: number) =>
    `Better rounding: ${percent(rounded)}. Training: ${percent(trained)}. Float was ${percent(float)}.`,
  choices: { round: 'Improve rounding', train: 'Training with rounding in place (QAT)' },
  whichWhy: 'Choosing codes needs no labels: the network’s own outputs in float say what to aim at.',
  summary: (times: number, best: number) =>
    `With 2 bits the file is ${fixed(times, 1)} times smaller than in float.${best > 0 ? ` Repaired, the network is right on ${percent(best)} of the pictures.` : ''} Try better rounding first: it is quick and needs no labels. Training takes longer, and gets further with more pictures and more time. It can also start from the better rounding.`,
});
