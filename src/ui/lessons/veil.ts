// Covers what would give an answer away until it was guessed: during a prediction the result and all measured numbers; from
// the beginning of a lesson to its last prediction of an accuracy also the plot and the predicted losses on the faders.
import { useEffect } from 'react';
import type { Lesson, PredictStep } from '../../store/lessons/lesson';
import type { LessonProgress } from '../../store/state/lessons';
import { lessons as words } from '../../words/en/lessons';
import { names } from '../../words/en/names';

const ofResult = ({ scale: { unit } }: PredictStep) => unit !== 'values' && unit !== 'configs';
const ofAccuracy = ({ scale: { unit } }: PredictStep) => unit === 'percent' || unit === 'lost';

export interface Veil {
  readonly result: boolean;
  readonly plot: boolean;
}

/** What is covered at a step. */
export function veilOf({ steps }: Lesson, { at, outcomes }: LessonProgress): Veil {
  const open = steps.filter((step) => step.kind === 'predict' && outcomes[step.id]?.guess === undefined);
  const step = open.find(({ id }) => id === steps[at]?.id) as PredictStep | undefined;
  return { result: step !== undefined && ofResult(step), plot: (open as PredictStep[]).some(ofAccuracy) };
}

const covering = () =>
  `color: var(--dim); padding: 8px; text-align: center; content: ${JSON.stringify(words.covered)};`;

/** The rules of a veil; the result is found by the name that assistive technology hears. */
function rulesOf({ result, plot }: Veil): string {
  const views = '[id^="views-panel-"]';
  const hero = `[aria-label="${names.result}"]`;
  const covered = [
    // The predicted losses are the marks on a fader that have a share of its width.
    ...(plot ? [`${views} > *`, '[data-fader] > [style*="--share"]', '[data-fader] button > i'] : []),
    ...(result ? [`${hero} > *`, '#side-panel-search > *', '#side-panel-images > *'] : []),
  ];
  return [
    ...(covered.length > 0 ? [`${covered.join(', ')} { visibility: hidden !important; }`] : []),
    // The meter of accuracy has the only accent on the rack.
    ...(plot ? ['[data-rack] { --accent: transparent; }'] : []),
    ...(plot ? [`${views}:not([hidden])::after { ${covering()} display: grid; place-items: center; }`] : []),
    ...(result ? [`${hero}::after { ${covering()} grid-area: 1 / 1 / span 2 / -1; place-self: center; }`] : []),
  ].join('\n');
}

/** Covers the page as long as the component is shown. */
export function useVeil({ result, plot }: Veil): void {
  useEffect(() => {
    // Not an element: the page's content security policy allows no style written into it.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rulesOf({ result, plot }));
    document.adoptedStyleSheets.push(sheet);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    };
  }, [result, plot]);
}
