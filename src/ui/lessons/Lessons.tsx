// The lessons: the open one, and the list of all.
import { type ReactNode, useRef, useState } from 'react';
import { startLesson } from '../../store/lessons/player';
import { lessons as registry } from '../../store/lessons/registry';
import type { Desk } from '../../store/state/desk';
import { LESSON_IDS, type LessonId } from '../../store/state/lessons';
import { lessons as words } from '../../words/en/lessons';
import { useDesk } from '../parts/useDesk';
import styles from './Lessons.module.css';
import { Player } from './Player';

const LICENSE = 'https://creativecommons.org/licenses/by/4.0/';

/** What to do with a lesson. */
function verbOf({ lessons }: Desk, id: LessonId): 'start' | 'resume' | 'again' {
  const progress = lessons[id];
  if (progress?.finished) return 'again';
  return progress === undefined || progress.reached === 0 ? 'start' : 'resume';
}

function Row({ id, onStart }: { readonly id: LessonId; onStart(): void }): ReactNode {
  const verb = useDesk((desk) => verbOf(desk, id));
  const isOpen = useDesk((desk) => desk.lesson === id);
  const title = words.titles[id];
  return (
    <li aria-current={isOpen ? 'step' : undefined}>
      <span className={styles.mark} aria-hidden="true">
        {verb === 'again' ? '✓' : LESSON_IDS.indexOf(id) + 1}
      </span>
      <span className={styles.title}>{title}</span>
      <span className="note">{verb === 'again' ? words.finished : words.minutes(registry[id].minutes)}</span>
      {!isOpen && (
        <button
          type="button"
          aria-label={words[verb](title)}
          onClick={() => {
            onStart();
            startLesson(id);
          }}
        >
          {words.verbs[verb]}
        </button>
      )}
    </li>
  );
}

/** The open lesson over the list. */
export function Lessons(): ReactNode {
  const open = useDesk((desk) => desk.lesson !== null);
  const [focused, setFocused] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  return (
    <div className={styles.lessons}>
      {open ? (
        <Player focused={focused} onLeave={() => list.current?.querySelector('button')?.focus()} />
      ) : (
        <p>{words.about}</p>
      )}
      <ol ref={list} aria-label={words.list} className={styles.list}>
        {LESSON_IDS.map((id) => (
          <Row key={id} id={id} onStart={() => setFocused(true)} />
        ))}
      </ol>
      <p className="note">
        {words.license}{' '}
        <a href={LICENSE} target="_blank" rel="license noreferrer">
          {words.licenseName}
        </a>
        .
      </p>
    </div>
  );
}
