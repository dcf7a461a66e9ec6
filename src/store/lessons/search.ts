// "Let the machine search": too many configs to try them all, one by hand, and what a search finds for the same budget.
import { layersOf } from '../../graph/network';
import { samePolicy } from '../../graph/policy';
import { KB } from '../../graph/size';
import { lessonSearch as words } from '../../words/en/lessonSearch';
import { search as searchWords } from '../../words/en/search';
import { uniformAt } from '../measure/costs';
import { pointsHere } from '../measure/selectors';
import { runFits, runsListed } from '../search/selectors';
import type { Desk } from '../state/desk';
import type { SearchRun } from '../state/searchRun';
import { accuracyHere, accuracyOf, fader, found, sizeHere, sizeOf } from './facts';
import type { Known, Lesson } from './lesson';

const BUDGET = 16;
const START = `w=3/fits=${BUDGET}KB`;
const SEARCH = 'budget=6000images';
const ASKED = ['conv1', 'conv4'] as const;

const layerCount = ({ architecture }: Desk) => layersOf(architecture).length;
const widthCount = ({ searchForm }: Desk) => searchForm.weights.length;
const isStart = (desk: Desk) => samePolicy(desk.policy, uniformAt(desk.architecture, 3));

/** The newest run for this budget. */
function runOf(desk: Desk): SearchRun | undefined {
  const isOurs = ({ setting: { limits } }: SearchRun) => limits.some(({ most }) => most === BUDGET * KB);
  return runsListed(desk).find((run) => run.state === 'done' && isOurs(run) && runFits(run, desk));
}
const picked = (desk: Desk) => runOf(desk)?.chosen?.policy;

/** The best accuracy that was measured by hand within the budget. */
function bestByHand(desk: Desk): number {
  const its = picked(desk);
  const mine = pointsHere(desk).filter(
    ({ policy }) => sizeOf(desk, policy) <= BUDGET && !(its && samePolicy(policy, its)),
  );
  return Math.max(0, ...mine.map(({ accuracy }) => 100 * accuracy.value));
}
const allConfigs = (known: Known) => found(known, 'configs');
const itsFound = (known: Known) => found(known, 'best');
const bitsOf = ({ policy }: Desk, layer: string) => policy[layer]?.weights ?? 0;
const most = (desk: Desk) => Math.max(...ASKED.map((layer) => bitsOf(desk, layer)));

export const search: Lesson = {
  id: 'search',
  on: 'v1/tiny/emoji10',
  steps: [
    {
      id: 'room',
      kind: 'text',
      sets: START,
      text: ({ desk }) => words.room(layerCount(desk), widthCount(desk), BUDGET),
    },
    {
      id: 'configs',
      kind: 'predict',
      text: () => '',
      question: () => words.howMany,
      scale: { unit: 'configs', min: 10, max: 1_000_000, step: 1, log: true },
    },
    {
      id: 'many',
      kind: 'reveal',
      of: 'configs',
      measure: ({ desk }) => ({ value: widthCount(desk) ** layerCount(desk) }),
      text: (known) => words.many(allConfigs(known), layerCount(known.desk), widthCount(known.desk)),
    },
    {
      id: 'byHand',
      kind: 'do',
      sets: START,
      text: ({ desk }) => words.byHand(3, sizeOf(desk, uniformAt(desk.architecture, 3))),
      task: () => words.byHandTask(BUDGET),
      controls: [fader('conv1')],
      until: ({ desk }) => !isStart(desk) && sizeHere(desk) <= BUDGET && accuracyHere(desk) !== undefined,
    },
    {
      id: 'best',
      kind: 'predict',
      text: ({ desk }) => words.yours(bestByHand(desk)),
      question: () => words.ask,
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'start',
      kind: 'do',
      sets: `${START}/${SEARCH}`,
      text: () => words.start,
      task: () => words.startTask,
      controls: [{ role: 'button', name: () => searchWords.start, tab: 'search' }],
      until: ({ desk }) => runOf(desk) !== undefined,
    },
    {
      id: 'load',
      kind: 'do',
      text: () => words.load,
      task: () => words.loadTask,
      controls: [{ role: 'button', name: () => searchWords.load, tab: 'search' }],
      until: ({ desk }) => {
        const policy = picked(desk);
        return policy !== undefined && samePolicy(desk.policy, policy);
      },
    },
    {
      id: 'bestIs',
      kind: 'reveal',
      of: 'best',
      measure: ({ desk }) => {
        const policy = picked(desk);
        return policy && accuracyOf(desk, policy);
      },
      text: (known) => words.compared(bestByHand(known.desk), itsFound(known)),
    },
    {
      id: 'who',
      kind: 'choice',
      text: () => '',
      question: () => words.who,
      choices: ASKED.map((layer) => ({ value: layer, label: () => layer })),
      right: ({ desk }) => ASKED.filter((layer) => bitsOf(desk, layer) === most(desk)),
      because: ({ desk }) => words.whoWhy(bitsOf(desk, ASKED[0]), bitsOf(desk, ASKED[1])),
    },
  ],
  summary: (known) => words.summary(itsFound(known)),
};
