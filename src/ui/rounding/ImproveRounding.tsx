// The button "Improve rounding", and its card beside it.
import { type ReactNode, useId } from 'react';
import { calibrationOf } from '../../quant/registry';
import { improve } from '../../words/en/improve';
import { useAnchored } from '../parts/anchor';
import { Card } from '../parts/Card';
import { chunk } from '../parts/chunk';
import { classes } from '../parts/classes';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './ImproveRounding.module.css';

const ImproveCard = chunk(() => import('./ImproveCard'));

/** The card starts the improvement where there is one to make, and says how it goes. */
export function ImproveRounding(): ReactNode {
  const { button, popover, open, toggles } = useAnchored<HTMLElement>();
  const running = useDesk((desk) => desk.improving !== null);
  const improved = useDesk((desk) => (calibrationOf(desk.scheme).rounding ?? 'nearest') !== 'nearest');
  const id = useId();
  return (
    <div className={styles.improve}>
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-label={improve.button(running, improved)}
        popoverTarget={id}
        {...tip(improve.tip)}
      >
        {improve.verb}
        <span className={styles.object}> {improve.object}</span>
        {(running || improved) && <span aria-hidden className={classes(styles.mark, running && styles.running)} />}
      </button>
      <Card id={id} label={improve.label} className={styles.card} popover={popover} open={open} toggles={toggles}>
        <ImproveCard />
      </Card>
    </div>
  );
}
