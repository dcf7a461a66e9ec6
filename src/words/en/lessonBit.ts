// The lesson "What is a bit?". Licensed under CC BY 4.0 (docs/lessons.md).
import { count, fixed } from '../numbers';
import { words } from '../words';

const percent = (value: number) => `${fixed(value, 1)} %`;

export const lessonBit = words('lessonBit', {
  network:
    'On the desk is a small neural network. It looks at a picture and says which of ten emoji it shows. What it has learned is stored in its weights: thousands of numbers, in layers. Each fader is one layer.',
  bits: 'A bit is a yes or a no. One bit tells two values apart. With a second bit, each of them splits in two again: four values.',
  howMany: 'How many different values can 4 bits tell apart?',
  doubles: (levels: number) =>
    `It is ${count(levels)}. Every bit more doubles the number of values: 2, 4, 8, 16. So 8 bits tell 256 values apart, and 2 bits only 4. A weight that lies between two values is moved to the nearest one. That is called quantization, or simply rounding.`,
  look: '“Layer” shows the weights of one layer: a curve before rounding, and the few values that are left after it.',
  lookTask: (layer: string) => `Give the layer ${layer} 2 bits: drag its fader down, tap 2, or focus it and press 2.`,
  smaller: (float: number) =>
    `Fewer bits make a smaller file. Usually a weight takes 32 bits, as a “float”. In float, this network takes ${fixed(float, 1)} KB.`,
  smallerAsk: (float: number) =>
    `How large is the file with 4 bits for every weight, in place of ${fixed(float, 1)} KB?`,
  whySize: (times: number) =>
    `That is ${fixed(times, 1)} times smaller. You might expect exactly 8 times, because 32 is 8 times 4. A few other numbers stay in the file, such as one scale for each channel.`,
  right: (float: number) =>
    `Smaller is only good if the network still works. In float it is right on ${percent(float)} of the test pictures. Guessing at random would be right on 10 %.`,
  fourAsk: 'How many of the pictures does it get right with 4 bits for every weight?',
  four: (float: number, now: number) =>
    float - now > 10
      ? `It was ${percent(float)} in float. Most of the weight of each number is gone, and the network notices.`
      : `It was ${percent(float)} in float. Seven of eight parts of each number are gone, and the network barely notices: it never needed them.`,
  twoAsk: 'And with 2 bits for every weight, which is half the size again?',
  two: (four: number, now: number) =>
    now < four - 10
      ? `From ${percent(four)} down to ${percent(now)}. Four values are too few for most weights. It is not a slope but a cliff: between 4 and 2 bits, the network falls off.`
      : `From ${percent(four)} to ${percent(now)}. This network stands even four values well.`,
  checkTask: (least: number) =>
    `Find the edge of the cliff: set all layers to the fewest bits, the same for all, at which the network is still right on at least ${percent(least)} of the pictures. Use Presets, or the fader “all”.`,
  checkHint:
    'Wait until the accuracy is measured. One bit fewer has to be measured, too, so that you know it is the edge.',
  summary: (edge: number) =>
    `A bit is a choice between two. A few bits per weight are enough for this network, down to about ${edge === 1 ? '1 bit' : `${count(edge)} bits`}. Below that, it breaks quickly. In the next lesson you give each layer its own number of bits.`,
});
