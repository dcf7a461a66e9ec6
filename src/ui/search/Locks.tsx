// The layers that the next search leaves as they are: their names and widths, and the way to lock and to unlock them.
import type { ReactNode } from 'react';
import { lockableLayers, lockedLayers, lockSelected, toggleLocks, unlockAll } from '../../store/policy/locked';
import { search } from '../../words/en/search';
import { units } from '../../words/en/units';
import { useDesk } from '../parts/useDesk';
import styles from './Locks.module.css';

/** One button per locked layer, with its widths on the faders; all are unlocked with one click. */
export function Locks(): ReactNode {
  const policy = useDesk((desk) => desk.policy);
  const locked = useDesk(lockedLayers);
  const lockable = useDesk((desk) => lockableLayers(desk).length);
  return (
    <fieldset className={styles.locks}>
      <legend>{locked.length > 0 ? search.locks.titleWithBits : search.locks.title}</legend>
      {locked.length === 0 && <p className="note">{search.locks.none}</p>}
      {locked.map((id) => {
        const { weights, activations } = policy[id];
        return (
          <button
            key={id}
            type="button"
            aria-label={search.locks.unlock(id, weights, activations)}
            onClick={() => toggleLocks([id])}
          >
            {id}{' '}
            <b>
              {units.bitsShort(weights)} / {units.bitsShort(activations)}
            </b>{' '}
            <span aria-hidden="true">×</span>
          </button>
        );
      })}
      {lockable > 0 && (
        <button type="button" onClick={lockSelected}>
          {search.locks.lockSelected(lockable)}
        </button>
      )}
      {locked.length > 0 && (
        <button type="button" onClick={unlockAll}>
          {search.locks.unlockAll}
        </button>
      )}
    </fieldset>
  );
}
