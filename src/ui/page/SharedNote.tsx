// What the link has hidden or fixed, in a thin line that undoes it, so that nobody is trapped.
import type { ReactNode } from 'react';
import { announce } from '../../store/state/announce';
import { type Hideable, hiddenHere } from '../../store/state/shared';
import { freeSeed, showEverything } from '../../store/state/view';
import { sharing as words } from '../../words/en/sharing';
import { partInWords } from '../parts/hideable';
import { useDesk } from '../parts/useDesk';
import styles from './SharedNote.module.css';

/** The button goes with what it undoes, and gives the focus to the desk. */
function undo(act: () => void, said: string): void {
  act();
  announce(said);
  const main = document.getElementById('desk');
  main?.setAttribute('tabindex', '-1');
  main?.focus({ preventScroll: true });
}

/** Region "What this link has set". */
export default function SharedNote(): ReactNode {
  const hidden = useDesk((desk) => hiddenHere(desk).join());
  const seed = useDesk((desk) => desk.fixedSeed);
  if (hidden === '' && seed === null) return null;
  return (
    <section aria-label={words.note} className={styles.shared}>
      {hidden !== '' && (
        <p>
          {words.hides((hidden.split(',') as Hideable[]).map(partInWords))}{' '}
          <button type="button" onClick={() => undo(showEverything, words.everythingShown)}>
            {words.showEverything}
          </button>
        </p>
      )}
      {seed !== null && (
        <p>
          {words.fixes(seed)}{' '}
          <button type="button" onClick={() => undo(freeSeed, words.seedFree)}>
            {words.freeSeed}
          </button>
        </p>
      )}
    </section>
  );
}
