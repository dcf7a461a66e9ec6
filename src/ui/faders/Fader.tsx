// One upright fader: track colored by cost, cap with its bits, ghost of a hovered policy, and the native range on top.
import type { CSSProperties, ReactNode } from 'react';
import { type RoundedPart, STOPS, stopOf } from '../../policy/edits';
import { isInRange, widthRangeOf } from '../../policy/widths';
import { layerBytes, layersById } from '../../store/measure/costs';
import { tableHere } from '../../store/measure/selectors';
import { units } from '../../words/en/units';
import { sizeInWords } from '../../words/numbers';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import { BitRange } from './BitRange';
import { costOfStops, trackGradient } from './costColor';
import styles from './Fader.module.css';

interface FaderProps {
  readonly layer: string;
  readonly tensor: RoundedPart;
  /** True for the one that glows until somebody touches the desk. */
  readonly inviting: boolean;
}

/** What a fader's value is in words, e.g. "4 bits, 1.1 KB". */
export function useBitsText(layer: string, tensor: RoundedPart): string {
  const bits = useDesk((desk) => desk.policy[layer]?.[tensor] ?? 8);
  const cost = useDesk((desk) => layersById(desk.architecture).get(layer));
  const weightBytes = useDesk((desk) => layerBytes(desk, layer));
  if (cost === undefined) return units.bitsInWords(bits);
  const values = cost.inputShape.reduce((product, d) => product * d, 1);
  const bytes = tensor === 'weights' ? weightBytes : (values * bits) / 8;
  return `${units.bitsInWords(bits)}, ${sizeInWords(bytes)}`;
}

/** A fader of one layer; gestures are the rack's, keys the range's. */
export function Fader({ layer, tensor, inviting }: FaderProps): ReactNode {
  const bits = useDesk((desk) => desk.policy[layer]?.[tensor] ?? 8);
  const ghost = useDesk((desk) => desk.ghost?.[layer]?.[tensor]);
  const found = useDesk(tableHere);
  const text = useBitsText(layer, tensor);
  const costs = found ? costOfStops(found.table, layer, tensor) : [];
  const range = useDesk((desk) => widthRangeOf(desk.scheme, tensor));
  const style = { '--at': stopOf(bits) / (STOPS.length - 1) } as CSSProperties;
  return (
    <div
      className={classes(styles.fader, tensor === 'activations' && styles.activations, inviting && styles.inviting)}
      data-fader={layer}
      data-tensor={tensor}
      style={style}
    >
      <span className={styles.track} style={{ background: trackGradient(costs, 'bottom') }} />
      {STOPS.map((stop, i) =>
        isInRange(stop, range) || (stop === 1 && tensor === 'activations') ? null : (
          <span key={stop} className={styles.barred} style={{ '--at': i / (STOPS.length - 1) } as CSSProperties} />
        ),
      )}
      {ghost !== undefined && ghost !== bits && (
        <span className={styles.ghost} style={{ '--at': stopOf(ghost) / (STOPS.length - 1) } as CSSProperties} />
      )}
      <BitRange layer={layer} tensor={tensor} bits={bits} text={text} vertical />
      <span className={styles.cap} data-cap aria-hidden="true">
        {units.bitsShort(bits)}
      </span>
    </div>
  );
}
