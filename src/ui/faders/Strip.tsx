// One channel strip: name, fader or two, small steps for pointers that cannot drag, a button that skips the layer's branch,
// and the layer's memory as a meter.
import { memo, type ReactNode } from 'react';
import { branchOf } from '../../graph/branches';
import type { RoundedPart } from '../../policy/edits';
import { layerBytes } from '../../store/measure/costs';
import { nudgeLayer, selectLayer, toggleSkip } from '../../store/policy/actions';
import { faders } from '../../words/en/faders';
import { sizeInWords } from '../../words/numbers';
import { classes } from '../parts/classes';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { Fader } from './Fader';
import { LockMark } from './LockMark';
import styles from './Strip.module.css';

interface StepsProps {
  readonly layer: string;
  readonly tensor: RoundedPart;
}

/** Minus and plus: one stop without dragging. */
export function Steps({ layer, tensor }: StepsProps): ReactNode {
  const button = (by: 1 | -1, sign: string, words: string) => (
    <button
      type="button"
      tabIndex={-1}
      aria-label={words}
      data-tip={words}
      onClick={() => nudgeLayer(layer, tensor, by)}
    >
      {sign}
    </button>
  );
  return (
    <span className={styles.steps}>
      {button(-1, '−', faders.fewer(layer, faders.tensors[tensor]))}
      {button(1, '+', faders.more(layer, faders.tensors[tensor]))}
    </span>
  );
}

/** Skips the branch that a layer is on, or takes it back; nothing where no other way leads around the layer. */
export function SkipButton({ layer, text = faders.skipKey }: { layer: string; text?: string }): ReactNode {
  const branch = useDesk((desk) => branchOf(desk.architecture, layer));
  const skipped = useDesk((desk) => desk.policy[layer]?.weights === 0);
  if (branch === undefined) return null;
  const layers = branch.layers.join(', ');
  return (
    <button
      type="button"
      className={styles.skip}
      tabIndex={-1}
      aria-label={faders.skipLayer(layer)}
      aria-pressed={skipped}
      {...tip(skipped ? faders.unskipTip(layers) : faders.skipTip(layers))}
      onClick={() => toggleSkip(layer)}
    >
      {text}
    </button>
  );
}

interface StripProps {
  readonly layer: string;
  /** The layer's name, as short as the strip. */
  readonly name: string;
  readonly tensors: readonly RoundedPart[];
  /** Bytes that fill the meter: the largest layer as the network stands. */
  readonly fullBytes: number;
  readonly inviting: boolean;
}

/** The strip of one layer. */
export const Strip = memo(function Strip({ layer, name, tensors, fullBytes, inviting }: StripProps): ReactNode {
  const selected = useDesk((desk) => desk.selection.includes(layer));
  const bytes = useDesk((desk) => layerBytes(desk, layer));
  const skipped = useDesk((desk) => desk.policy[layer]?.weights === 0);
  return (
    <div
      className={classes(
        styles.strip,
        tensors.length > 1 && styles.double,
        selected && styles.selected,
        skipped && styles.skipped,
      )}
    >
      <button
        type="button"
        className={styles.name}
        tabIndex={-1}
        aria-pressed={selected}
        {...tip(faders.selectTip(layer))}
        onClick={(event) => selectLayer(layer, event.shiftKey || event.metaKey || event.ctrlKey)}
      >
        <LockMark layer={layer} />
        {name === layer ? (
          layer
        ) : (
          <>
            <span aria-hidden="true">{name}</span>
            <span className="unseen">{layer}</span>
          </>
        )}
      </button>
      <div className={styles.faders}>
        {tensors.map((tensor, i) => (
          <Fader key={tensor} layer={layer} tensor={tensor} inviting={inviting && i === 0} />
        ))}
        {inviting && <span className={styles.invitation}>{faders.dragMe}</span>}
      </div>
      <div className={styles.controls}>
        {tensors.map((tensor) => (
          <Steps key={tensor} layer={layer} tensor={tensor} />
        ))}
        {tensors.includes('weights') && <SkipButton layer={layer} />}
      </div>
      <span className={styles.meter} aria-hidden="true">
        <i style={{ inlineSize: `${Math.max(2, Math.min(100, (bytes / fullBytes) * 100))}%` }} />
      </span>
      <span className={styles.size} {...tip(faders.sizeTip)}>
        {sizeInWords(bytes)}
      </span>
    </div>
  );
});
