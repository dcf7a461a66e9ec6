// "Train for it, or round better": a network that two bits have broken, repaired in two ways.
import { choosesCodes } from '../../quant/registry';
import { improve } from '../../words/en/improve';
import { lessonTraining as words } from '../../words/en/lessonTraining';
import { page } from '../../words/en/page';
import { train } from '../../words/en/train';
import { compressionHere, uniformAt } from '../measure/costs';
import { improvedHere } from '../rounding/improving';
import type { Desk } from '../state/desk';
import type { Measured } from '../state/lessons';
import { accuracyAt, accuracyHere, floatAccuracy, found, inPercent } from './facts';
import type { Known, Lesson } from './lesson';

const EPOCHS = 3;
const IMAGES = 2000;

/** The accuracy after better rounding, once all test images were looked at. */
function rounded(desk: Desk): Measured | undefined {
  const { after } = improvedHere(desk) ?? {};
  return after && desk.dataset?.test === after.after.n ? inPercent(after.after) : undefined;
}

/** The accuracy on the faders, once the network was trained for them. */
function trained(desk: Desk): Measured | undefined {
  const isTrained = desk.network?.checkpoint.trainedFrom !== undefined && !desk.trainingActive;
  return isTrained && !choosesCodes(desk.scheme) ? accuracyHere(desk) : undefined;
}
const roundFound = (known: Known) => found(known, 'round');
const trainFound = (known: Known) => found(known, 'train');

export const training: Lesson = {
  id: 'training',
  on: 'v1/tiny/emoji10',
  steps: [
    { id: 'broken', kind: 'text', sets: 'w=2', text: ({ desk }) => words.broken(floatAccuracy(desk)) },
    {
      id: 'round',
      kind: 'predict',
      text: () => words.nearest,
      question: ({ desk }) => words.roundAsk(accuracyAt(desk, 2)?.value ?? 0),
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'rounding',
      kind: 'do',
      text: () => words.roundDo,
      task: () => words.roundTask,
      controls: [
        { role: 'button', name: () => improve.label, tab: 'tune' },
        { role: 'button', name: () => page.setup, tab: 'tune' },
      ],
      until: ({ desk }) => rounded(desk) !== undefined,
    },
    {
      id: 'roundIs',
      kind: 'reveal',
      of: 'round',
      measure: ({ desk }) => rounded(desk),
      text: (known) => {
        const { improved } = known.desk;
        if (!improved?.after) return words.roundShort;
        return words.roundWhy(100 * improved.after.before.value, roundFound(known), improved.images, improved.seconds);
      },
    },
    {
      id: 'train',
      kind: 'predict',
      sets: `w=2/epochs=${EPOCHS}/drawn=${IMAGES}`,
      text: () => words.qat,
      question: () => words.trainAsk(EPOCHS, IMAGES),
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'training',
      kind: 'do',
      text: () => words.trainDo,
      task: () => words.trainTask,
      controls: [{ role: 'button', name: () => train.start, tab: 'train' }],
      until: ({ desk }) => trained(desk) !== undefined,
    },
    {
      id: 'trainIs',
      kind: 'reveal',
      of: 'train',
      measure: ({ desk }) => trained(desk),
      text: (known) => words.trainWhy(roundFound(known), trainFound(known)),
    },
    {
      id: 'more',
      kind: 'choice',
      text: () => '',
      question: () => words.more,
      choices: [
        { value: 'round', label: () => words.choices.round },
        { value: 'train', label: () => words.choices.train },
      ],
      right: (known) => [trainFound(known) > roundFound(known) ? 'train' : 'round'],
      because: (known) => words.moreWhy(roundFound(known), trainFound(known), floatAccuracy(known.desk)),
    },
    {
      id: 'which',
      kind: 'choice',
      text: () => '',
      question: () => words.which,
      choices: [
        { value: 'train', label: () => words.choices.train },
        { value: 'round', label: () => words.choices.round },
      ],
      right: () => ['round'],
      because: () => words.whichWhy,
    },
  ],
  summary: (known) => {
    const { architecture, scheme } = known.desk;
    const times = compressionHere(architecture, uniformAt(architecture, 2), scheme);
    return words.summary(times, Math.max(roundFound(known), trainFound(known)));
  },
};
