// The float weights of a layer as bars, with the range and the levels of its bits over them. The drawing stretches with
// the panel; texts are HTML, so that they do not.
import type { ReactNode } from 'react';
import type { WeightInspection } from '../../engine/protocol/inspecting';
import { layer as words } from '../../words/en/layer';
import { count } from '../../words/numbers';
import { classes } from '../parts/classes';
import {
  type BarScale,
  barHeight,
  barsPath,
  countTicks,
  MOST_LINES,
  percentAt,
  pictureInWords,
  spanOf,
  valueTicks,
} from './histogramData';
import styles from './WeightHistogram.module.css';

interface WeightHistogramProps {
  readonly inspection: WeightInspection;
  readonly scale: BarScale;
}

/** Drops texts of ticks that would touch the one below. */
function apart(ticks: readonly number[], most: number, scale: BarScale): number[] {
  let last = -1;
  return ticks.filter((n) => {
    const height = barHeight(n, most, scale);
    if (height - last < 0.12) return false;
    last = height;
    return true;
  });
}

function Range({ inspection, span }: { inspection: WeightInspection; span: number }): ReactNode {
  const { levels = [] } = inspection.report.pictured ?? {};
  if (levels.length === 0) return null;
  const [from, to] = [percentAt(levels[0], span), percentAt(levels[levels.length - 1], span)];
  return (
    <>
      <i className={styles.reach} style={{ insetInlineStart: `${from}%`, inlineSize: `${to - from}%` }} />
      <span
        className={styles.reachText}
        style={{ insetInlineStart: `${Math.max(30, Math.min(70, (from + to) / 2))}%` }}
      >
        {words.range(inspection.bits)}
      </span>
    </>
  );
}

/** A figure, told in one sentence to those who do not see it. */
export function WeightHistogram({ inspection, scale }: WeightHistogramProps): ReactNode {
  const { report } = inspection;
  const span = spanOf(report);
  const levels = report.pictured?.levels ?? [];
  const dense = levels.length > MOST_LINES;
  const lines = levels.map((level) => `M${percentAt(level, span).toFixed(3)},0V${dense ? 5 : 100}`).join('');
  const most = Math.max(...report.bins);
  return (
    <figure aria-label={pictureInWords(inspection)}>
      <div className={styles.drawing} aria-hidden="true">
        <Range inspection={inspection} span={span} />
        {apart(countTicks(most, scale), most, scale).map((n) => (
          <span key={n} className={styles.count} style={{ insetBlockEnd: `${100 * barHeight(n, most, scale)}%` }}>
            {count(n)}
          </span>
        ))}
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path className={styles.bars} d={barsPath(report, scale)} />
          <path className={classes(styles.levels, dense && styles.dense)} d={lines} />
        </svg>
        {valueTicks(span).map(({ value, text }) => (
          <span key={value} className={styles.value} style={{ insetInlineStart: `${percentAt(value, span)}%` }}>
            {text}
          </span>
        ))}
      </div>
      <p className={classes('note', styles.axis)} aria-hidden="true">
        {words.axis(scale === 'log')}
      </p>
    </figure>
  );
}
