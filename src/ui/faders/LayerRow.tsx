// A fader on a narrow screen: a card with a row of stops to tap. The native range lies invisibly over the row for
// keyboards and screen readers, with the same name and value text as the upright fader.
import { memo, type ReactNode } from 'react';
import type { BitWidth } from '../../graph/policy';
import { type RoundedPart, STOPS } from '../../policy/edits';
import { isInRange, widthRangeOf } from '../../policy/widths';
import { layersById } from '../../store/measure/costs';
import { tableHere } from '../../store/measure/selectors';
import { selectLayer, setLayerBits } from '../../store/policy/actions';
import { faders } from '../../words/en/faders';
import { units } from '../../words/en/units';
import { classes } from '../parts/classes';
import { layerInWords } from '../parts/layerWords';
import { useDesk } from '../parts/useDesk';
import { BitRange } from './BitRange';
import { costColor, costOfStops } from './costColor';
import { useBitsText } from './Fader';
import styles from './LayerRow.module.css';
import { LockMark } from './LockMark';
import { SkipButton } from './Strip';
import stripStyles from './Strip.module.css';

function Stops({ layer, tensor, inviting }: { layer: string; tensor: RoundedPart; inviting: boolean }): ReactNode {
  const bits = useDesk((desk) => desk.policy[layer]?.[tensor] ?? 8);
  const found = useDesk(tableHere);
  const scheme = useDesk((desk) => desk.scheme);
  const text = useBitsText(layer, tensor);
  const costs = found ? costOfStops(found.table, layer, tensor) : [];
  const shown: readonly BitWidth[] = bits === 7 ? [1, 2, 3, 4, 5, 6, 7, 8, 32] : STOPS;
  return (
    <div className={styles.tensor}>
      <span className={styles.value}>
        {faders.tensors[tensor]} <b>{text}</b>
      </span>
      <div className={classes(styles.stops, inviting && styles.inviting)}>
        <BitRange layer={layer} tensor={tensor} bits={bits} text={text} vertical={false} />
        {shown.slice(tensor === 'weights' ? 0 : 1).map((width) => {
          const cost = costs[(STOPS as readonly BitWidth[]).indexOf(width)];
          return (
            <button
              key={width}
              type="button"
              tabIndex={-1}
              aria-hidden="true"
              disabled={!isInRange(width, widthRangeOf(scheme, tensor))}
              className={classes(width === bits && styles.chosen)}
              style={{ borderBlockEndColor: costColor(cost) }}
              onClick={() => {
                selectLayer(layer);
                setLayerBits(layer, tensor, width);
              }}
            >
              {width === 32 ? faders.floatShort : units.bitsShort(width)}
            </button>
          );
        })}
      </div>
    </div>
  );
}

interface LayerRowProps {
  readonly layer: string;
  readonly tensors: readonly RoundedPart[];
  readonly inviting: boolean;
}

/** The card of one layer. */
export const LayerRow = memo(function LayerRow({ layer, tensors, inviting }: LayerRowProps): ReactNode {
  const selected = useDesk((desk) => desk.selection.includes(layer));
  const cost = useDesk((desk) => layersById(desk.architecture).get(layer));
  return (
    <li className={classes(styles.row, selected && styles.selected)}>
      <div className={styles.head}>
        <button
          type="button"
          className={classes(stripStyles.name, styles.name)}
          aria-pressed={selected}
          onClick={() => selectLayer(layer)}
        >
          <LockMark layer={layer} />
          {layer}
        </button>
        <span className="note">{cost && layerInWords(cost)}</span>
        {tensors.includes('weights') && <SkipButton layer={layer} text={faders.skip} />}
      </div>
      {inviting && <span className={classes(stripStyles.invitation, styles.invitation)}>{faders.tapTwo}</span>}
      {tensors.map((tensor, i) => (
        <Stops key={tensor} layer={layer} tensor={tensor} inviting={inviting && i === 0} />
      ))}
    </li>
  );
});
