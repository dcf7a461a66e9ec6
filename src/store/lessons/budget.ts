// "Spend a budget": the same bits everywhere against a mix of the same size, a budget that holds, and one's own mix.
import { layersOf } from '../../graph/network';
import { type BitPolicy, type BitWidth, samePolicy } from '../../graph/policy';
import { faders } from '../../words/en/faders';
import { lessonBudget as words } from '../../words/en/lessonBudget';
import { layersById, uniformAt } from '../measure/costs';
import type { Desk } from '../state/desk';
import { accuracyHere, accuracyOf, fader, floatAccuracy, found, sizeHere, sizeOf } from './facts';
import type { Known, Lesson } from './lesson';

const BUDGET = 48;
const FITS = `fits=${BUDGET}KB`;
/** In execution order. */
const MIX = '7565464365';
const TO_RAISE = 'stem';
const ASKED = ['stem', '2a', '3b'] as const;

const uniformOf = (desk: Desk): BitPolicy => uniformAt(desk.architecture, bitsThatFit(desk));
const bitsThatFit = (desk: Desk): BitWidth =>
  ([8, 6, 5, 4, 3, 2] as const).find((bits) => sizeOf(desk, uniformAt(desk.architecture, bits)) <= BUDGET) ?? 1;
function mixOf({ architecture }: Desk): BitPolicy {
  const eight = uniformAt(architecture, 8);
  const widths = layersOf(architecture).map(({ id }, i) => [id, { ...eight[id], weights: Number(MIX[i]) as BitWidth }]);
  return Object.fromEntries(widths);
}
const fewest = ({ policy }: Desk) => Math.min(...ASKED.map((id) => policy[id]?.weights ?? 0));
const shareOf = ({ architecture }: Desk, layer: string) => {
  const all = [...layersById(architecture).values()];
  return (
    (100 * (layersById(architecture).get(layer)?.weights ?? 0)) / all.reduce((sum, { weights }) => sum + weights, 0)
  );
};
const uniformFound = (known: Known) => found(known, 'uniform');
const mixedFound = (known: Known) => found(known, 'mixed');
const fits = (desk: Desk) => sizeHere(desk) <= BUDGET;

export const budget: Lesson = {
  id: 'budget',
  on: 'v1/resnet8/emoji10',
  steps: [
    {
      id: 'chip',
      kind: 'text',
      sets: `w=8/${FITS}`,
      text: ({ desk }) => words.chip(BUDGET, sizeOf(desk, uniformAt(desk.architecture, 8))),
    },
    {
      id: 'uniform',
      kind: 'predict',
      text: ({ desk }) => words.uniform(bitsThatFit(desk), sizeOf(desk, uniformOf(desk))),
      question: ({ desk }) => words.uniformAsk(bitsThatFit(desk), floatAccuracy(desk)),
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'uniformIs',
      kind: 'reveal',
      of: 'uniform',
      sets: `w=4/${FITS}`,
      measure: ({ desk }) => accuracyOf(desk, uniformOf(desk)),
      text: (known) =>
        words.uniformWhy(
          floatAccuracy(known.desk) - uniformFound(known),
          BUDGET - sizeOf(known.desk, uniformOf(known.desk)),
        ),
    },
    {
      id: 'mixed',
      kind: 'predict',
      text: ({ desk }) => words.mixed(sizeOf(desk, mixOf(desk))),
      question: () => words.mixedAsk,
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'mixedIs',
      kind: 'reveal',
      of: 'mixed',
      sets: `w=${MIX}/${FITS}`,
      measure: ({ desk }) => accuracyOf(desk, mixOf(desk)),
      text: (known) => {
        const { desk } = known;
        const gain = mixedFound(known) - uniformFound(known);
        return words.mixedWhy(gain, sizeOf(desk, uniformOf(desk)), sizeOf(desk, mixOf(desk)));
      },
    },
    {
      id: 'fewest',
      kind: 'choice',
      text: () => '',
      question: () => words.fewest,
      choices: ASKED.map((layer) => ({ value: layer, label: () => layer })),
      right: ({ desk }) => ASKED.filter((layer) => desk.policy[layer]?.weights === fewest(desk)),
      because: ({ desk }) => words.fewestWhy('3b', shareOf(desk, '3b')),
    },
    {
      id: 'hold',
      kind: 'do',
      sets: `w=4/${FITS}`,
      text: () => words.hold,
      task: () => words.holdTask,
      controls: [{ role: 'switch', name: () => faders.hold('').trim(), tab: 'tune' }],
      until: ({ desk }) => desk.budget?.mode === 'hold',
    },
    {
      id: 'pay',
      kind: 'do',
      sets: `w=4/fits=43.6KB-hold`,
      text: () => words.pay,
      task: () => words.payTask(TO_RAISE),
      controls: [fader(TO_RAISE)],
      until: ({ desk }) => desk.policy[TO_RAISE]?.weights === 8 && fits(desk),
    },
    {
      id: 'beat',
      kind: 'check',
      sets: `w=4/${FITS}`,
      text: () => words.beatHint,
      task: (known) => words.beatTask(BUDGET, uniformFound(known)),
      controls: [fader(TO_RAISE)],
      until: (known) =>
        fits(known.desk) &&
        !samePolicy(known.desk.policy, mixOf(known.desk)) &&
        (accuracyHere(known.desk)?.value ?? 0) > Math.max(1, uniformFound(known)),
    },
  ],
  summary: ({ desk }) => words.summary(fits(desk) ? (accuracyHere(desk)?.value ?? 0) : 0, BUDGET),
};
