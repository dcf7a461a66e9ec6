// The room measures for a search of whoever leads: the switch in the form of the search, and who has measured how many.
import type { ReactNode } from 'react';
import { withCode } from '../../store/state/code';
import type { Desk } from '../../store/state/desk';
import { said } from '../../words/en/declared';
import { room as words } from '../../words/en/room';
import { classes } from '../parts/classes';
import optionsStyles from '../parts/options.module.css';
import { useDesk } from '../parts/useDesk';

const load = () => import('../../store/room/crew');

/** The label of the option that lets the chosen method ask for several configs at a time, where it asks for one. */
function oneAtATime({ searchForm: { method, options }, searchMethods }: Desk): string | undefined {
  const batch = method === 'mtgp' ? searchMethods.find(({ id }) => id === method)?.options.batch : undefined;
  return batch && Number(options.mtgp?.batch ?? batch.initial) === 1 ? batch.label : undefined;
}

/** On the page that leads a room; nothing elsewhere. */
export function RoomMeasures(): ReactNode {
  const crew = useDesk(({ room }) => (room?.leads ? room.crew : undefined));
  const single = useDesk(oneAtATime);
  if (crew === undefined) return null;
  const { asks, helpers } = crew;
  return (
    <>
      <div className={optionsStyles.options}>
        <label className={classes(optionsStyles.check, optionsStyles.wholeRow)}>
          <input
            type="checkbox"
            checked={asks}
            onChange={(event) => {
              const { checked } = event.target;
              withCode(load, ({ letRoomMeasure }) => letRoomMeasure(checked));
            }}
          />
          <span>{words.measure}</span>
        </label>
      </div>
      {asks && <p className="note">{single === undefined ? words.helpers(helpers) : words.oneAtATime(said(single))}</p>}
    </>
  );
}

/** Who has measured how many configs of the running or the last search. */
export function RoomShares(): ReactNode {
  const shares = useDesk(({ room }) => room?.crew.shares);
  const differing = useDesk(({ room }) => room?.crew.differing);
  return (
    <>
      {shares !== undefined && shares.length > 0 && <p className="note">{words.shares(shares)}</p>}
      {differing?.map((name) => (
        <p key={name} className="note">
          {words.differs(name)}
        </p>
      ))}
    </>
  );
}
