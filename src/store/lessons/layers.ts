// "Not all layers are equal": a small layer that costs much, a large one that saves much, and how to tell.
import { layersOf } from '../../graph/network';
import type { BitPolicy } from '../../graph/policy';
import { KB } from '../../graph/size';
import { lessonLayers as words } from '../../words/en/lessonLayers';
import { page } from '../../words/en/page';
import { costsOf, uniformAt } from '../measure/costs';
import type { Desk } from '../state/desk';
import { accuracyAt, accuracyHere, accuracyOf, fader, floatAccuracy, found, sizeHere, sizeOf } from './facts';
import type { Known, Lesson } from './lesson';

const SMALL = 'stem';
const LARGE = '3b';
/** KB that the last task allows, and points that it may cost. */
const MOST = 60;
const NEAR = 3;

/** 8 bits everywhere, but 2 in one layer. */
function lowered(desk: Desk, layer: string): BitPolicy {
  const eight = uniformAt(desk.architecture, 8);
  return { ...eight, [layer]: { ...eight[layer], weights: 2 } };
}
const layerSize = (desk: Desk, layer: string) =>
  (costsOf(desk.architecture, uniformAt(desk.architecture, 8), desk.scheme).layers.get(layer) ?? 0) / KB;
const sizeAtEight = (desk: Desk) => sizeOf(desk, uniformAt(desk.architecture, 8));
const before = (desk: Desk) => accuracyAt(desk, 8)?.value ?? floatAccuracy(desk);
const saved = (desk: Desk, layer: string) => sizeAtEight(desk) - sizeOf(desk, lowered(desk, layer));
const lostBy = (known: Known, step: string) => before(known.desk) - found(known, step);
const smallLost = (known: Known) => lostBy(known, 'small');
const largeLost = (known: Known) => lostBy(known, 'large');
const smallPer = (known: Known) => smallLost(known) / saved(known.desk, SMALL);
const largePer = (known: Known) => largeLost(known) / saved(known.desk, LARGE);
const least = (desk: Desk) => Math.floor(before(desk) - NEAR);

export const layers: Lesson = {
  id: 'layers',
  on: 'v1/resnet8/emoji10',
  steps: [
    {
      id: 'rack',
      kind: 'text',
      sets: 'w=8',
      text: ({ desk }) => words.rack(layersOf(desk.architecture).length, SMALL, layerSize(desk, SMALL), LARGE),
    },
    {
      id: 'share',
      kind: 'predict',
      text: () => '',
      question: ({ desk }) => words.share(LARGE, sizeAtEight(desk)),
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'shareIs',
      kind: 'reveal',
      of: 'share',
      measure: ({ desk }) => ({ value: (100 * layerSize(desk, LARGE)) / sizeAtEight(desk) }),
      text: () => words.shareWhy(LARGE),
    },
    {
      id: 'small',
      kind: 'predict',
      text: ({ desk }) => words.small(SMALL, layerSize(desk, SMALL)),
      question: ({ desk }) => words.smallAsk(SMALL, before(desk)),
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'smallIs',
      kind: 'reveal',
      of: 'small',
      sets: 'w=2888888888',
      measure: ({ desk }) => accuracyOf(desk, lowered(desk, SMALL)),
      text: (known) => words.smallWhy(SMALL, smallLost(known), saved(known.desk, SMALL)),
    },
    {
      id: 'large',
      kind: 'predict',
      text: ({ desk }) => words.large(LARGE, SMALL, layerSize(desk, LARGE) / layerSize(desk, SMALL)),
      question: () => words.largeAsk(LARGE),
      scale: { unit: 'percent', min: 0, max: 100, step: 1 },
    },
    {
      id: 'largeIs',
      kind: 'reveal',
      of: 'large',
      sets: 'w=8888888288',
      measure: ({ desk }) => accuracyOf(desk, lowered(desk, LARGE)),
      text: (known) => words.largeWhy(SMALL, LARGE, smallLost(known), largeLost(known), saved(known.desk, LARGE)),
    },
    {
      id: 'which',
      kind: 'choice',
      text: () => '',
      question: () => words.which,
      choices: [SMALL, LARGE].map((layer) => ({ value: layer, label: () => layer })),
      right: (known) => [largePer(known) < smallPer(known) ? LARGE : SMALL],
      because: (known) => words.whichWhy(SMALL, LARGE, smallPer(known), largePer(known)),
    },
    {
      id: 'map',
      kind: 'do',
      text: () => words.map,
      task: () => words.mapTask,
      controls: [{ role: 'tab', name: () => page.view.sensitivity, tab: 'plot' }],
      until: ({ desk }) => desk.wideView === 'sensitivity',
    },
    {
      id: 'turn',
      kind: 'check',
      sets: 'w=8',
      text: () => words.hint,
      task: ({ desk }) => words.task(MOST, least(desk)),
      controls: [fader(LARGE)],
      until: ({ desk }) => sizeHere(desk) <= MOST && (accuracyHere(desk)?.value ?? 0) >= least(desk),
    },
  ],
  summary: (known) => words.summary(SMALL, LARGE, largePer(known) < smallPer(known)),
};
