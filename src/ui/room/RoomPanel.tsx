// The live room in the tab "Learn": who is in it, under which name, and what whoever leads may do.
import type { ReactNode } from 'react';
import { withCode } from '../../store/state/code';
import { showWide } from '../../store/state/view';
import { room as words } from '../../words/en/room';
import { NameField } from '../challenges/NameField';
import { classes } from '../parts/classes';
import optionsStyles from '../parts/options.module.css';
import { useDesk } from '../parts/useDesk';
import styles from './RoomPanel.module.css';

const load = () => import('../../store/room/room');
const loadCrew = () => import('../../store/room/crew');

function Leading(): ReactNode {
  const frozen = useDesk((desk) => desk.room?.frozen === true);
  const challenge = useDesk((desk) => desk.challenge !== null);
  return (
    <div className="buttons">
      <button type="button" aria-pressed={frozen} onClick={() => withCode(load, ({ freeze }) => freeze(!frozen))}>
        {frozen ? words.unfreeze : words.freeze}
      </button>
      <button type="button" onClick={() => withCode(load, ({ sendDesk }) => sendDesk())}>
        {words.send}
      </button>
      {challenge && (
        <button
          type="button"
          onClick={() =>
            withCode(load, ({ rankRoom }) => {
              rankRoom();
              showWide('ranking');
            })
          }
        >
          {words.rank}
        </button>
      )}
    </div>
  );
}

/** What this computer does for the searches of whoever leads, and whether it is to. */
function Helping(): ReactNode {
  const helps = useDesk(({ room }) => room?.crew.helps === true);
  const asked = useDesk(({ room }) => room?.crew.asked === true);
  const helped = useDesk(({ room }) => room?.crew.helped ?? 0);
  return (
    <>
      <div className={optionsStyles.options}>
        <label className={classes(optionsStyles.check, optionsStyles.wholeRow)}>
          <input
            type="checkbox"
            checked={helps}
            onChange={(event) => {
              const { checked } = event.target;
              withCode(loadCrew, ({ helpRoom }) => helpRoom(checked));
            }}
          />
          <span>{words.help}</span>
        </label>
      </div>
      {(asked || helped > 0) && <p className="note">{words.helped(helped, asked)}</p>}
    </>
  );
}

/** Region "Room"; nothing outside of one. */
export function RoomPanel(): ReactNode {
  const state = useDesk((desk) => desk.room?.state);
  const people = useDesk((desk) => desk.room?.people.length ?? 0);
  const leads = useDesk((desk) => desk.room?.leads === true);
  if (state === undefined) return null;
  return (
    <section aria-label={words.title} className={styles.room}>
      <h3>{words.title}</h3>
      <p role="status">{state === 'joined' ? words.state.joined(people) : words.state[state]}</p>
      <NameField />
      <p className="note">{words.about}</p>
      {leads ? <Leading /> : <Helping />}
    </section>
  );
}
