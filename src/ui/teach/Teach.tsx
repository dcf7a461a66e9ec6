// The wide view "Teach", for whoever holds a workshop. Opened by `#teach`, or from the tab "Learn".
import type { ReactNode } from 'react';
import { setProjected, setTeaching } from '../../store/state/view';
import { AGENDAS, type AgendaId, agendaRows } from '../../store/teach/agendas';
import { sharing } from '../../words/en/sharing';
import { teach as words } from '../../words/en/teach';
import { count } from '../../words/numbers';
import { Panel } from '../parts/Panel';
import tableStyles from '../parts/table.module.css';
import { Links } from './Links';
import { Numbers } from './Numbers';
import { Room } from './Room';
import styles from './Teach.module.css';

function Plan(): ReactNode {
  return (
    <section aria-label={words.plan}>
      <h3>{words.plan}</h3>
      <div className={styles.tables}>
        {(Object.keys(AGENDAS) as AgendaId[]).map((id) => (
          <table key={id} className={tableStyles.points}>
            <caption>{words.agendas[id].title}</caption>
            <thead>
              <tr>
                <th scope="col">{words.minutes}</th>
                <th scope="col">{words.what}</th>
              </tr>
            </thead>
            <tbody>
              {agendaRows(id).map(({ minutes }, i) => (
                <tr key={words.agendas[id].rows[i]}>
                  <td>{count(minutes)}</td>
                  <td>{words.agendas[id].rows[i]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </section>
  );
}

export default function Teach(): ReactNode {
  return (
    <Panel
      label={words.title}
      className={styles.teach}
      tools={
        <>
          <button type="button" onClick={() => setProjected(true)}>
            {sharing.projector}
          </button>
          <button type="button" onClick={() => print()}>
            {words.print}
          </button>
          <button type="button" onClick={() => setTeaching(false)}>
            {words.close}
          </button>
        </>
      }
    >
      <p>{words.about}</p>
      <Room />
      <Plan />
      <Numbers />
      <section aria-label={words.answers}>
        <h3>{words.answers}</h3>
        <p>{words.answersAbout}</p>
      </section>
      <Links />
    </Panel>
  );
}
