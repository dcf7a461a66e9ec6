// A fader on a narrow screen: a card with a row of stops to tap. The native range lies invisibly over the row for
// keyboards and screen readers, with the same name and value text as the upright fader.
import { Fragment, memo, type ReactNode } from 'react';
import type { BitWidth } from '../../graph/policy';
import { type RoundedPart, STOPS } from '../../policy/edits';
import { isInRange, widthRangeOf } from '../../policy/widths';
import { layersById } from '../../store/measure/costs';
import { tableHere } from '../../store/measure/selectors';
import { setLayerBits, toggleMute, toggleSolo } from '../../store/policy/actions';
import { lockedLayers, toggleLocks } from '../../store/policy/locked';
import { selectLayer, tapLayer, toggleSelectMore } from '../../store/policy/selection';
import { desk } from '../../store/state/desk';
import { faders } from '../../words/en/faders';
import { units } from '../../words/en/units';
import { sizeInWords } from '../../words/numbers';
import { bitsColors } from '../parts/bitRamp';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import { BitRange } from './BitRange';
import { onCap, tensorBytes, useBitsText } from './Fader';
import { harmTicks } from './harmTicks';
import styles from './LayerRow.module.css';
import { LockMark } from './LockMark';
import { SkipButton, stateWord, storedWord } from './Strip';

function Stops({ layer, tensor, inviting }: { layer: string; tensor: RoundedPart; inviting: boolean }): ReactNode {
  const bits = useDesk((desk) => desk.policy[layer]?.[tensor] ?? 8);
  const found = useDesk(tableHere);
  const scheme = useDesk((desk) => desk.scheme);
  const text = useBitsText(layer, tensor);
  const ticks = found ? harmTicks(found.table, layer, tensor) : [];
  const pins = useDesk((desk) => desk.pins);
  const pinned = pins.map(({ name, policy }) => ({ name, bits: policy[layer]?.[tensor] }));
  const shown: readonly BitWidth[] = bits === 7 ? [1, 2, 3, 4, 5, 6, 7, 8, 32] : STOPS;
  return (
    <div className={classes(styles.stops, inviting && styles.inviting)} data-fader={layer} data-tensor={tensor}>
      <BitRange layer={layer} tensor={tensor} bits={bits} text={text} vertical={false} />
      {shown.slice(tensor === 'weights' ? 0 : 1).map((width) => {
        const tick = ticks.find((one) => one.bits === width);
        return (
          <button
            key={width}
            type="button"
            tabIndex={-1}
            aria-hidden="true"
            disabled={!isInRange(width, widthRangeOf(scheme, tensor))}
            className={classes(width === bits && styles.chosen)}
            style={width === bits ? bitsColors(width) : undefined}
            onClick={() => {
              if (!desk.getState().selection.includes(layer)) selectLayer(layer);
              setLayerBits(layer, tensor, width);
            }}
          >
            {onCap(width)}
            {pinned.some((pin) => pin.bits === width) && (
              <sup>{pinned.flatMap((pin) => (pin.bits === width ? pin.name : [])).join('')}</sup>
            )}
            {tick && <i style={{ inlineSize: `${Math.max(8, tick.share * 84)}%` }} />}
          </button>
        );
      })}
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
  const size = useDesk((desk) => tensorBytes(desk, layer, tensors[0]));
  const state = useDesk((desk) => stateWord(desk, layer));
  const stored = useDesk((desk) => storedWord(desk, layer));
  const locked = useDesk((desk) => lockedLayers(desk).includes(layer));
  const alone = useDesk((desk) => desk.selection.length === 1);
  const more = useDesk((desk) => desk.selectsMore);
  return (
    <li className={classes(styles.row, selected && styles.selected)}>
      <div className={styles.head}>
        <button type="button" className={styles.name} aria-pressed={selected} onClick={() => tapLayer(layer)}>
          <LockMark layer={layer} />
          {layer}
        </button>
        <span className="note">{[cost && units.layer(cost), stored].filter(Boolean).join(', ')}</span>
        {state && <b className={styles.state}>{faders.states[state]}</b>}
        <span className={styles.size}>{sizeInWords(size)}</span>
      </div>
      {inviting && <span className={styles.invitation}>{faders.tapTwo}</span>}
      {tensors.map((tensor, i) => (
        <Fragment key={tensor}>
          {tensors.length > 1 && <span className="note">{faders.modes[tensor]}</span>}
          <Stops layer={layer} tensor={tensor} inviting={inviting && i === 0} />
        </Fragment>
      ))}
      {selected && (
        <div className={styles.actions}>
          <button type="button" onClick={() => toggleSolo(layer)}>
            {state === 'solo' ? faders.unsolo : faders.solo}
          </button>
          <button type="button" onClick={() => toggleMute([layer])}>
            {state === 'mute' ? faders.unmute : faders.mute}
          </button>
          <SkipButton layer={layer} />
          <button type="button" aria-pressed={locked} onClick={() => toggleLocks([layer])}>
            {locked ? faders.unlockAll : faders.lockAll}
          </button>
          {alone && (
            <button type="button" aria-pressed={more} onClick={toggleSelectMore}>
              {faders.selectMore}
            </button>
          )}
        </div>
      )}
    </li>
  );
});
