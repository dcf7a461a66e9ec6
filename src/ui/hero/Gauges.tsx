// The two gauges of the result: accuracy with its interval beside float, and size beside the budget. They say what the words
// beside them say, so that assistive technology leaves them out.
import type { CSSProperties, ReactNode } from 'react';
import styles from './Gauges.module.css';

/** Half the width of the accuracy gauge, in [0, 1], unless an interval needs more. */
const REACH = 0.03;

interface AccuracyGaugeProps {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly float: number | undefined;
  /** True where the interval is an estimate's error. */
  readonly estimated: boolean;
}

const at = (name: string, share: number) => ({ [`--${name}`]: `${(share * 100).toFixed(2)}%` });

/** Dot: accuracy; bar: its interval; tick: float. All in [0, 1]. */
export function AccuracyGauge({ value, lower, upper, float, estimated }: AccuracyGaugeProps): ReactNode {
  const center = float ?? value;
  const from = Math.min(center - REACH, lower - REACH / 6);
  const to = Math.max(center + REACH, upper + REACH / 6);
  const x = (accuracy: number) => (accuracy - from) / (to - from);
  const style = { ...at('value', x(value)), ...at('lower', x(lower)), ...at('upper', x(upper)) } as CSSProperties;
  return (
    <span className={styles.accuracy} style={style} aria-hidden="true">
      <i className={estimated ? styles.guess : styles.interval} />
      <i className={styles.dot} />
      {float !== undefined && <i className={styles.tick} style={at('value', x(float)) as CSSProperties} />}
    </span>
  );
}

interface SizeGaugeProps {
  readonly bytes: number;
  readonly budget: number | undefined;
  /** Size of the float network in bytes: the full width where there is no budget. */
  readonly float: number;
}

/** Bar: size, beyond the budget in another color; tick: budget. */
export function SizeGauge({ bytes, budget, float }: SizeGaugeProps): ReactNode {
  const full = budget === undefined ? float : Math.max(bytes, budget) * 1.12;
  const style = { ...at('value', bytes / full), ...at('budget', (budget ?? full) / full) } as CSSProperties;
  return (
    <span className={styles.size} style={style} aria-hidden="true">
      <i className={styles.bar} />
      {budget !== undefined && bytes > budget && <i className={styles.over} />}
      {budget !== undefined && <i className={styles.limit} />}
    </span>
  );
}
