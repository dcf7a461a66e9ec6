// The button "Rounding", and its card.
import { type ReactNode, useId } from 'react';
import { roundingCard } from '../../words/en/roundingCard';
import { useAnchored } from '../parts/anchor';
import anchoredStyles from '../parts/anchored.module.css';
import { chunk } from '../parts/chunk';
import { classes } from '../parts/classes';
import { Later } from '../parts/Later';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './Rounding.module.css';

const RoundingFields = chunk(() => import('./RoundingFields'));

/** A button, and a card with the fields over the page; Escape and a press elsewhere close it. */
export function Rounding(): ReactNode {
  const { button, popover, open, toggles } = useAnchored<HTMLElement>();
  const changed = useDesk(({ scheme }) => scheme.calibration !== undefined || scheme.range !== undefined);
  const id = useId();
  return (
    <div className={styles.rounding}>
      <button ref={button} type="button" aria-expanded={open} popoverTarget={id} {...tip(roundingCard.tip)}>
        {roundingCard.title}
        {changed && (
          <span aria-hidden className={styles.mark}>
            •
          </span>
        )}
        <span className="unseen">{changed ? roundingCard.changed : ''}</span>
      </button>
      <section
        ref={popover}
        id={id}
        popover="auto"
        className={classes(anchoredStyles.anchored, styles.card)}
        aria-label={roundingCard.title}
        {...toggles}
      >
        {open && (
          <Later name={roundingCard.title}>
            <RoundingFields />
          </Later>
        )}
      </section>
    </div>
  );
}
