// The button "Rounding", and its card.
import { type ReactNode, useId } from 'react';
import { roundingCard } from '../../words/en/roundingCard';
import { useAnchored } from '../parts/anchor';
import { Card } from '../parts/Card';
import { chunk } from '../parts/chunk';
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
      <Card id={id} label={roundingCard.title} className={styles.card} popover={popover} open={open} toggles={toggles}>
        <RoundingFields />
      </Card>
    </div>
  );
}
