// Which shade is which width.
import type { ReactNode } from 'react';
import { units } from '../../words/en/units';
import { bitsFill } from '../parts/bitRamp';
import chartStyles from '../parts/chart.module.css';
import styles from './BitsKey.module.css';

/** The key, from few bits to many. */
export function BitsKey({ bits }: { readonly bits: readonly number[] }): ReactNode {
  return (
    <p className={chartStyles.legend} aria-hidden="true">
      {bits.map((width) => (
        <span key={width} className={chartStyles.entry}>
          <i className={styles.key} style={{ background: bitsFill(width) }} /> {units.bitsInWords(width)}
        </span>
      ))}
    </p>
  );
}
