// The guess beside the value: in words, and as two bars on the scale of the question.
import type { CSSProperties, ReactNode } from 'react';
import type { Known, PredictStep, RevealStep } from '../../store/lessons/lesson';
import { openLesson } from '../../store/lessons/player';
import type { Measured } from '../../store/state/lessons';
import { lessons as words } from '../../words/en/lessons';
import { placeOf, STOPS } from './guesses';
import styles from './Reveal.module.css';

interface RevealProps {
  readonly step: RevealStep;
  readonly shown: Known;
  /** Id of the live region. */
  readonly status: string;
  /** What is shown once the value is there. */
  readonly after: ReactNode;
}

/** Whether a guess is as good as can be: within the interval, or the exact value to the step of the scale. */
function isWithin({ scale }: PredictStep, guess: number, { value, lower = value, upper = value }: Measured): boolean {
  return guess >= lower - scale.step / 2 && guess <= upper + scale.step / 2;
}

/** What was guessed and measured, and the explanation. */
export function Reveal({ step, shown, status, after }: RevealProps): ReactNode {
  const asked = openLesson(shown.desk)?.lesson.steps.find(({ id }) => id === step.of) as PredictStep | undefined;
  const { guess, measured } = shown.outcomes[step.of] ?? {};
  if (asked === undefined || typeof guess !== 'number') return null;
  const { unit } = asked.scale;
  const bar = (value: number) => ({ '--share': placeOf(asked.scale, value) / STOPS }) as CSSProperties;
  const { measuring } = shown.desk;
  return (
    <>
      <p className={styles.question}>{asked.question(shown)}</p>
      <div id={status} role="status" className={styles.reveal}>
        <p>
          <b>{words.youSaid(unit, guess)}</b>
          <i className={styles.guess} style={bar(guess)} aria-hidden="true" />
        </p>
        {measured && (
          <>
            <p>
              <b>{(measured.n === undefined ? words.computed : words.measured)(unit, measured.value)}</b>
              <i className={styles.value} style={bar(measured.value)} aria-hidden="true" />
            </p>
            <p>
              {words.off(
                unit,
                guess - Number(measured.value.toFixed(1)),
                isWithin(asked, guess, measured),
                measured.n === undefined,
              )}
            </p>
            <p className="note">
              {measured.n === undefined || measured.lower === undefined || measured.upper === undefined
                ? words.exact
                : words.images(measured.n, unit, { lower: measured.lower, upper: measured.upper })}
            </p>
          </>
        )}
      </div>
      {measured === undefined && <p className="note">{words.waiting(measuring?.n ?? 0, measuring?.of ?? 0)}</p>}
      {after}
    </>
  );
}
