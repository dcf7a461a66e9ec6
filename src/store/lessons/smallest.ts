// "How small can it get?": the smallest config that is proved to lose at most one point, and how luck is kept out of it.
import { samePolicy } from '../../graph/policy';
import { KB } from '../../graph/size';
import { lessonSmallest as words } from '../../words/en/lessonSmallest';
import { lossLimit } from '../../words/en/lossLimit';
import { uniformAt } from '../measure/costs';
import { pointsHere } from '../measure/selectors';
import { lossRun } from '../search/losing';
import type { Desk } from '../state/desk';
import type { Measured } from '../state/lessons';
import { accuracyAt, floatSize, found, sizeOf } from './facts';
import type { Known, Lesson } from './lesson';

/** Share of the accuracy that may be lost. */
const MOST = 0.01;

/** The newest finished run that may lose so much. */
function runOf(desk: Desk) {
  const run = lossRun(desk);
  return run?.state === 'done' && run.setting.lose === MOST ? run : undefined;
}
const proof = (desk: Desk) => runOf(desk)?.claim?.proved;
/** What the run has found; the float network where nothing is proved. */
const sizeFound = (desk: Desk) => (proof(desk)?.bytes ?? floatSize(desk) * KB) / KB;
const isLoaded = (desk: Desk) => {
  const policy = runOf(desk)?.chosen?.policy;
  return policy !== undefined && samePolicy(desk.policy, policy);
};

/** Points that the policy on the faders loses against float. */
function lossHere(desk: Desk): Measured | undefined {
  const point = pointsHere(desk).find(({ policy }) => samePolicy(policy, desk.policy));
  if (point === undefined) return undefined;
  const { difference, lower, upper } = point.againstFloat;
  return { value: -100 * difference, lower: -100 * upper, upper: -100 * lower, n: point.accuracy.n };
}
const sizeKnown = (known: Known) => found(known, 'size');
const lostKnown = (known: Known) => found(known, 'test');

export const smallest: Lesson = {
  id: 'smallest',
  on: 'v1/resnet8/emoji10',
  steps: [
    {
      id: 'question',
      kind: 'text',
      sets: 'w=8',
      text: ({ desk }) => words.question(floatSize(desk), sizeOf(desk, uniformAt(desk.architecture, 8))),
    },
    {
      id: 'size',
      kind: 'predict',
      text: () => '',
      question: () => words.sizeAsk,
      scale: { unit: 'kilobytes', min: 5, max: 320, step: 0.1, log: true },
    },
    {
      id: 'find',
      kind: 'do',
      text: ({ desk }) => {
        const { lower = 0, upper = 0, n = 0 } = accuracyAt(desk, 8) ?? {};
        return words.luck((upper - lower) / 2, n);
      },
      task: () => words.findTask,
      controls: [{ role: 'button', name: () => lossLimit.find, tab: 'search' }],
      until: ({ desk }) => runOf(desk) !== undefined,
    },
    {
      id: 'sizeIs',
      kind: 'reveal',
      of: 'size',
      measure: ({ desk }) => (runOf(desk) === undefined ? undefined : { value: sizeFound(desk) }),
      text: ({ desk }) => {
        const proved = proof(desk);
        return proved ? words.proved(floatSize(desk), proved.bytes / KB, proved.n) : words.notProved;
      },
    },
    {
      id: 'test',
      kind: 'predict',
      text: () => words.test,
      question: () => words.testAsk,
      scale: { unit: 'lost', min: 0, max: 10, step: 0.1 },
    },
    {
      id: 'load',
      kind: 'do',
      text: () => '',
      task: () => words.loadTask,
      controls: [{ role: 'button', name: () => lossLimit.load, tab: 'search' }],
      until: ({ desk }) => runOf(desk) !== undefined && (proof(desk) === undefined || isLoaded(desk)),
    },
    {
      id: 'testIs',
      kind: 'reveal',
      of: 'test',
      measure: ({ desk }) => (runOf(desk) === undefined ? undefined : lossHere(desk)),
      text: (known) => words.testWhy(lostKnown(known)),
    },
    {
      id: 'within',
      kind: 'choice',
      text: () => '',
      question: () => words.within,
      choices: [
        { value: 'yes', label: () => words.yes },
        { value: 'no', label: () => words.no },
      ],
      right: (known) => [lostKnown(known) <= 100 * MOST ? 'yes' : 'no'],
      because: (known) => words.withinWhy(lostKnown(known)),
    },
    {
      id: 'means',
      kind: 'choice',
      text: () => '',
      question: () => words.means,
      choices: [
        { value: 'pictures', label: () => words.meansWrong },
        { value: 'proofs', label: () => words.meansRight },
        { value: 'accuracy', label: () => words.meansOther },
      ],
      right: () => ['proofs'],
      because: () => words.meansWhy,
    },
  ],
  summary: (known) => words.summary(sizeKnown(known), floatSize(known.desk)),
};
