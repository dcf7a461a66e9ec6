// The step of the open lesson in one bar, where the tab Learn is not shown: what is to be done, and the way on.
import { type ReactNode, useId } from 'react';
import { isMet } from '../../store/lessons/lesson';
import { goOn, openLesson } from '../../store/lessons/player';
import type { Desk } from '../../store/state/desk';
import { lessons as words } from '../../words/en/lessons';
import { goTo } from '../parts/goTo';
import { useDesk } from '../parts/useDesk';
import styles from './LessonBar.module.css';
import { Continue, focusStep, useLessonOnPage } from './Player';

type Here = NonNullable<ReturnType<typeof openLesson>>;

/** Steps are read in the tab Learn. */
function toLesson(): void {
  goTo('learn');
  focusStep();
}

function Bar({ lesson, progress }: Omit<Here, 'step'>): ReactNode {
  const status = useId();
  useLessonOnPage(lesson, progress);
  const desk = useDesk((state) => state);
  const step = lesson.steps[progress.at];
  const met = step !== undefined && isMet(step, progress.outcomes);
  const shown = { desk, outcomes: progress.outcomes };
  const isTask = step?.kind === 'do' || step?.kind === 'check';
  const place = step ? words.step(progress.at + 1, lesson.steps.length) : words.end;
  return (
    <section aria-label={words.lesson(words.titles[lesson.id])} className={styles.bar} data-lesson>
      <p>
        <b>{place}</b> {isTask ? step.task(shown) : words.titles[lesson.id]}
      </p>
      <p id={status} role="status" className="unseen">
        {isTask && met && words.done}
      </p>
      <div className="buttons">
        {isTask && (
          <Continue
            met={met}
            last={progress.at === lesson.steps.length - 1}
            describedBy={status}
            onClick={() => {
              goOn();
              toLesson();
            }}
          />
        )}
        <button type="button" onClick={toLesson}>
          {words.toLesson}
        </button>
      </div>
    </section>
  );
}

/** The bar, while a lesson is open and not shown. */
export default function LessonBar(): ReactNode {
  const hidden = useDesk((desk) => desk.lesson !== null && desk.tab !== 'learn');
  const lesson = useDesk((desk) => desk.lesson);
  const progress = useDesk((desk) => (desk.lesson === null ? undefined : desk.lessons[desk.lesson]));
  if (!hidden || progress === undefined) return null;
  const here = openLesson({ lesson, lessons: lesson === null ? {} : { [lesson]: progress } } as Pick<
    Desk,
    'lesson' | 'lessons'
  >);
  return here && <Bar lesson={here.lesson} progress={here.progress} />;
}
