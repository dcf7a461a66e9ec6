// "What is a bit?": values per bit, size, and the cliff of accuracy.
import type { BitWidth } from '../../graph/policy';
import { faders } from '../../words/en/faders';
import { lessonBit as words } from '../../words/en/lessonBit';
import { uniformAt } from '../measure/costs';
import type { Desk } from '../state/desk';
import { accuracyAt, accuracyHere, fader, floatAccuracy, floatSize, found, sizeOf, uniformBits } from './facts';
import type { Known, Lesson } from './lesson';

const LAYER = 'conv1';
/** Points below float that still count as working. */
const NEAR = 5;
const least = (desk: Desk) => Math.floor(floatAccuracy(desk) - NEAR);
const works = (desk: Desk, bits: BitWidth) => (accuracyAt(desk, bits)?.value ?? 100) >= least(desk);
const WIDTHS = [1, 2, 3, 4, 5, 6, 8] as const;

/** Whether all layers have the fewest bits at which the network still works, and one width below was measured not to. */
function isAtEdge(desk: Desk): boolean {
  const bits = uniformBits(desk);
  const at = WIDTHS.indexOf(bits as (typeof WIDTHS)[number]);
  if (bits === undefined || at < 0 || accuracyHere(desk) === undefined || !works(desk, bits)) return false;
  return at === 0 || (accuracyAt(desk, WIDTHS[at - 1]) !== undefined && !works(desk, WIDTHS[at - 1]));
}

/** What was measured for each prediction. */
const values = (known: Known) => found(known, 'values');
const size = (known: Known) => found(known, 'size');
const four = (known: Known) => found(known, 'four');
const two = (known: Known) => found(known, 'two');

export const bit: Lesson = {
  id: 'bit',
  on: 'v1/tiny/emoji10',
  steps: [
    { id: 'network', kind: 'text', text: () => words.network, sets: 'w=f/a=f' },
    {
      id: 'values',
      kind: 'predict',
      text: () => words.bits,
      question: () => words.howMany,
      // The slider starts in the middle, at 32: not at the answer.
      scale: { unit: 'values', min: 1, max: 1024, step: 1, log: true },
    },
    {
      id: 'doubles',
      kind: 'reveal',
      of: 'values',
      measure: () => ({ value: 2 ** 4 }),
      text: (known) => words.doubles(values(known)),
    },
    {
      id: 'look',
      kind: 'do',
      text: () => words.look,
      task: () => words.lookTask(LAYER),
      sets: 'w=8/layer=1',
      controls: [fader(LAYER)],
      until: ({ desk }) => desk.policy[LAYER]?.weights === 2,
    },
    {
      id: 'size',
      kind: 'predict',
      text: ({ desk }) => words.smaller(floatSize(desk)),
      question: ({ desk }) => words.smallerAsk(floatSize(desk)),
      scale: { unit: 'kilobytes', min: 1, max: 200, step: 0.1, log: true },
      sets: 'w=f/a=f',
    },
    {
      id: 'smaller',
      kind: 'reveal',
      of: 'size',
      measure: ({ desk }) => ({ value: sizeOf(desk, uniformAt(desk.architecture, 4)) }),
      text: (known) => words.whySize(floatSize(known.desk) / size(known)),
    },
    {
      id: 'four',
      kind: 'predict',
      text: ({ desk }) => words.right(floatAccuracy(desk)),
      question: () => words.fourAsk,
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'fourRight',
      kind: 'reveal',
      of: 'four',
      sets: 'w=4',
      measure: ({ desk }) => accuracyAt(desk, 4),
      text: (known) => words.four(floatAccuracy(known.desk), four(known)),
    },
    {
      id: 'two',
      kind: 'predict',
      text: () => '',
      question: () => words.twoAsk,
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'twoRight',
      kind: 'reveal',
      of: 'two',
      sets: 'w=2',
      measure: ({ desk }) => accuracyAt(desk, 2),
      text: (known) => words.two(four(known), two(known)),
    },
    {
      id: 'edge',
      kind: 'check',
      text: () => words.checkHint,
      task: ({ desk }) => words.checkTask(least(desk)),
      controls: [
        { role: 'button', name: () => faders.presets, tab: 'tune' },
        { role: 'slider', name: () => faders.allLayers, tab: 'tune' },
      ],
      until: ({ desk }) => isAtEdge(desk),
    },
  ],
  summary: ({ desk }) => words.summary(uniformBits(desk) ?? 4),
};
