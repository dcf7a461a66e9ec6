// The card of the open lesson: one step at a time. It covers nothing of the page but what a guess is about.
import { type ReactNode, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { isMet, type Lesson, type Step } from '../../store/lessons/lesson';
import { goBack, goOn, leaveLesson, openLesson, resetStep } from '../../store/lessons/player';
import { lessons as registry } from '../../store/lessons/registry';
import { desk } from '../../store/state/desk';
import { LESSON_IDS, type LessonProgress } from '../../store/state/lessons';
import { lessons as words } from '../../words/en/lessons';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { Choice } from './Choice';
import { End } from './End';
import styles from './Player.module.css';
import { Predict } from './Predict';
import { leadTo, usePointed } from './pointing';
import { Reveal } from './Reveal';
import { useVeil, veilOf } from './veil';

const NONE: readonly never[] = [];

/** Marks and covers what the step is about; the controls that it speaks of. */
export function useLessonOnPage(lesson: Lesson, progress: LessonProgress) {
  const step = lesson.steps[progress.at];
  const isTask = step?.kind === 'do' || step?.kind === 'check';
  const controls = isTask && !isMet(step, progress.outcomes) ? step.controls : NONE;
  usePointed(controls);
  useVeil(veilOf(lesson, progress));
  return controls;
}

interface ContinueProps {
  readonly met: boolean;
  /** True at the last step. */
  readonly last: boolean;
  readonly describedBy?: string;
  onClick?(): void;
}

/** Moves the focus to the heading of the step. */
export function focusStep(): void {
  document.querySelector<HTMLElement>('[data-lesson] h4')?.focus({ preventScroll: true });
}

/** The button that goes on; it takes the focus when what the step asks for is done. */
export function Continue({ met, last, describedBy, onClick = goOn }: ContinueProps): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const wasMet = useRef(met);
  useEffect(() => {
    if (met && !wasMet.current) button.current?.focus();
    wasMet.current = met;
  }, [met]);
  return (
    <button
      ref={button}
      type="button"
      className="primary"
      disabled={!met}
      aria-describedby={describedBy}
      onClick={onClick}
    >
      {last ? words.finish : words.goOn}
    </button>
  );
}

interface StepViewProps {
  readonly lesson: Lesson;
  readonly progress: LessonProgress;
  readonly step: Step;
}

/** What the step says and asks. */
function StepBody({ step, progress, status }: Omit<StepViewProps, 'lesson'> & { readonly status: string }): ReactNode {
  const known = useDesk((state) => state);
  const shown = { desk: known, outcomes: progress.outcomes };
  const met = isMet(step, progress.outcomes);
  const text = step.kind === 'reveal' && !met ? '' : step.text(shown);
  const said = text !== '' && <p>{text}</p>;
  if (step.kind === 'reveal') return <Reveal step={step} shown={shown} status={status} after={said} />;
  return (
    <>
      {said}
      {step.kind === 'predict' && <Predict key={step.id} step={step} shown={shown} />}
      {step.kind === 'choice' && <Choice key={step.id} step={step} shown={shown} status={status} />}
      {(step.kind === 'do' || step.kind === 'check') && (
        <>
          <p className={styles.task}>{step.task(shown)}</p>
          <p id={status} role="status" className={styles.done}>
            {met && words.done}
          </p>
        </>
      )}
    </>
  );
}

function StepView({ lesson, progress, step }: StepViewProps): ReactNode {
  const status = useId();
  const controls = useLessonOnPage(lesson, progress);
  const met = isMet(step, progress.outcomes);
  const last = progress.at === lesson.steps.length - 1;
  const asks = step.kind === 'predict' && !met;
  const hasStatus = step.kind !== 'text' && step.kind !== 'predict';
  return (
    <>
      <StepBody step={step} progress={progress} status={status} />
      <div className="buttons">
        {!asks && <Continue met={met} last={last} {...(hasStatus && { describedBy: status })} />}
        {controls.length > 0 && (
          <button type="button" onClick={() => leadTo(controls)}>
            {words.takeMe}
          </button>
        )}
        {progress.at > 0 && (
          <button type="button" onClick={goBack}>
            {words.back}
          </button>
        )}
      </div>
    </>
  );
}

interface PlayerProps {
  /** True where the user has just opened it, so that the focus follows. */
  readonly focused: boolean;
  onLeave(): void;
}

/** Region "Lesson: …". */
export function Player({ focused, onLeave }: PlayerProps): ReactNode {
  const id = useDesk((state) => state.lesson);
  const progress = useDesk((state) => (state.lesson === null ? undefined : state.lessons[state.lesson]));
  const here = useMemo(() => openLesson({ ...desk.getState(), lesson: id }), [id, progress]);
  const heading = useRef<HTMLHeadingElement>(null);
  const [place, setPlace] = useState('');
  const now = here && `${here.lesson.id} ${here.progress.at}`;
  useLayoutEffect(() => {
    if (now === undefined || now === place) return;
    setPlace(now);
    // Where the page opens with a lesson, the focus stays at its top.
    if (place === '' && !focused) return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest('[data-lesson]')?.scrollIntoView({ block: 'start' });
  }, [now, place, focused]);
  if (here === undefined) return <p className="empty">{words.loading}</p>;
  const { lesson, step } = here;
  const { at } = here.progress;
  const steps = lesson.steps.length;
  const title = words.titles[lesson.id];
  const hasDesk = lesson.steps.slice(0, at + 1).some(({ sets }) => sets !== undefined);
  return (
    <section aria-label={words.lesson(title)} className={styles.player} data-lesson>
      <p className="note">
        {words.number(LESSON_IDS.indexOf(lesson.id) + 1, LESSON_IDS.length, registry[lesson.id].minutes)}
      </p>
      <h3>{title}</h3>
      <progress aria-label={words.progress} value={at} max={steps} />
      <h4 ref={heading} tabIndex={-1}>
        {step ? `${words.step(at + 1, steps)}: ${words.kinds[step.kind]}` : words.end}
      </h4>
      {step ? (
        <StepView lesson={lesson} progress={here.progress} step={step} />
      ) : (
        <End lesson={lesson} progress={here.progress} />
      )}
      <div className={styles.ways}>
        {step && hasDesk && (
          <button type="button" onClick={resetStep}>
            {words.reset}
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            if (leaveLesson()) onLeave();
          }}
          {...tip(words.leaveTip)}
        >
          {words.leave}
        </button>
      </div>
    </section>
  );
}
