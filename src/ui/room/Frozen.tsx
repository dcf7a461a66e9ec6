// While whoever leads a room wants everybody to look up: the words over the page, which takes no input meanwhile.
import { type ReactNode, useEffect } from 'react';
import { room as words } from '../../words/en/room';
import { useDesk } from '../parts/useDesk';
import styles from './Frozen.module.css';

/** Nothing while people may go on, and on the page that leads. */
export function Frozen(): ReactNode {
  const frozen = useDesk(({ room }) => room?.frozen === true && !room.leads);
  useEffect(() => {
    const main = document.getElementById('desk');
    if (main) main.inert = frozen;
  }, [frozen]);
  return (
    frozen && (
      <div className={styles.frozen} role="alert">
        {words.frozen}
      </div>
    )
  );
}
