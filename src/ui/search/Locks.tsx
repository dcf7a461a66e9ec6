// The layers that the next search leaves as they are: their names and widths, and the way to lock and to unlock them.
import type { ReactNode } from 'react';
import { lockableLayers, lockedLayers, lockSelected, toggleLocks, unlockAll } from '../../store/search/form';
import { units } from '../../words/en/units';
import { useDesk } from '../parts/useDesk';
import styles from './Locks.module.css';

/** One button a locked layer, with its widths on the faders; all are unlocked with one click. */
export function Locks(): ReactNode {
  const policy = useDesk((desk) => desk.policy);
  const locked = useDesk(lockedLayers);
  const lockable = useDesk((desk) => lockableLayers(desk).length);
  return (
    <fieldset className={styles.locks}>
      <legend>Locked layers{locked.length > 0 && ': weight / activation bits'}</legend>
      {locked.length === 0 && (
        <p className="note">
          None: the search may change every layer. Select layers on the desk to lock them, or press L on a fader.
        </p>
      )}
      {locked.map((id) => {
        const { weights, activations } = policy[id];
        const words = `${id}: weights ${units.bitsInWords(weights)}, activations ${units.bitsInWords(activations)}`;
        return (
          <button key={id} type="button" aria-label={`Unlock ${words}`} onClick={() => toggleLocks([id])}>
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
          Lock the {lockable} selected
        </button>
      )}
      {locked.length > 0 && (
        <button type="button" onClick={unlockAll}>
          Unlock all
        </button>
      )}
    </fieldset>
  );
}
