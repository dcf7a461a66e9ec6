// The end of a lesson: what to take away, how good the guesses were, and what comes next.
import type { ReactNode } from 'react';
import type { Lesson, PredictStep } from '../../store/lessons/lesson';
import { startLesson } from '../../store/lessons/player';
import { LESSON_IDS, type LessonProgress } from '../../store/state/lessons';
import { lessons as words } from '../../words/en/lessons';
import { useDesk } from '../parts/useDesk';
import styles from './Player.module.css';

/** Region of the end. */
export function End({ lesson, progress }: { readonly lesson: Lesson; readonly progress: LessonProgress }): ReactNode {
  const desk = useDesk((state) => state);
  const { outcomes } = progress;
  const guesses = lesson.steps.filter((step): step is PredictStep => step.kind === 'predict');
  const next = LESSON_IDS[LESSON_IDS.indexOf(lesson.id) + 1];
  return (
    <>
      <p>{lesson.summary({ desk, outcomes })}</p>
      <h5>{words.guesses}</h5>
      <ul className={styles.guesses}>
        {guesses.map(({ id, scale }) => {
          const { guess, measured } = outcomes[id] ?? {};
          return (
            typeof guess === 'number' &&
            measured && <li key={id}>{words.guessRow(scale.unit, guess, measured.value)}</li>
          );
        })}
      </ul>
      <div className="buttons">
        {next && (
          <button type="button" className="primary" onClick={() => startLesson(next)}>
            {words.next(words.titles[next])}
          </button>
        )}
        <button type="button" onClick={() => startLesson(lesson.id, true)}>
          {words.verbs.again}
        </button>
      </div>
    </>
  );
}
