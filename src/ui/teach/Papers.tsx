// "Slides and handouts": files to show, to print and to grade with, made here from the lessons and the expected numbers.
import { type ReactNode, useId, useState } from 'react';
import { withCode } from '../../store/state/code';
import { AGENDAS, type AgendaId } from '../../store/teach/agendas';
import { fetchExpected } from '../../store/teach/expected';
import { teach as words } from '../../words/en/teach';
import { locale } from '../../words/words';
import { saveFile } from '../parts/saveFile';
import type { PaperKind } from './papers';
import styles from './Teach.module.css';

const KINDS = ['slides', 'handout', 'key'] as const satisfies readonly PaperKind[];

/** `link` is the one that people open. */
export function Papers({ link }: { readonly link: string }): ReactNode {
  const id = useId();
  const [agenda, setAgenda] = useState<AgendaId>('short');
  const [told, setTold] = useState('');
  function make(kind: PaperKind): void {
    setTold('');
    withCode(
      () => import('./papers'),
      ({ paperHtml }) =>
        void fetchExpected()
          .then((expected) => paperHtml(kind, agenda, expected, link))
          .then(
            (html) => {
              saveFile(
                new Blob([html], { type: 'text/html' }),
                words.papers.fileName(kind, agenda, locale().slice(0, 2)),
              );
              setTold(words.papers.saved);
            },
            (error: Error) => setTold(words.noNumbers(error.message)),
          ),
    );
  }
  return (
    <section aria-label={words.papers.title}>
      <h3>{words.papers.title}</h3>
      <p className="note">{words.papers.about}</p>
      <div className={styles.choices}>
        <span>
          <label htmlFor={id}>{words.plan}</label>
          <select id={id} value={agenda} onChange={(event) => setAgenda(event.target.value as AgendaId)}>
            {(Object.keys(AGENDAS) as AgendaId[]).map((one) => (
              <option key={one} value={one}>
                {words.agendas[one].title}
              </option>
            ))}
          </select>
        </span>
      </div>
      <div className="buttons">
        {KINDS.map((kind) => (
          <button key={kind} type="button" onClick={() => make(kind)}>
            {words.papers.kinds[kind]}
          </button>
        ))}
        <span className="note" role="status">
          {told}
        </span>
      </div>
    </section>
  );
}
