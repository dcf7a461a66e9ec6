// The accessible heart of every fader: a native range over the stops, with its name, value text and keys. Its looks are
// drawn by what surrounds it.
import type { ReactNode } from 'react';
import type { BitWidth } from '../../graph/policy';
import { bitsAt, type RoundedPart, STOPS, stopOf } from '../../policy/edits';
import { nearestInRange, widthRangeOf } from '../../policy/widths';
import { inspectedLayer } from '../../store/measure/selectors';
import { nudgeLayer, setLayerBits } from '../../store/policy/actions';
import { lockedLayers } from '../../store/policy/locked';
import { inspectLayer } from '../../store/policy/selection';
import { faders } from '../../words/en/faders';
import { names } from '../../words/en/names';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import faderStyles from './Fader.module.css';
import { onFaderKey } from './rackKeys';

interface BitRangeProps {
  readonly layer: string;
  readonly tensor: RoundedPart;
  readonly bits: BitWidth;
  /** The value in words, e.g. "4 bits, 1.1 KB". */
  readonly text: string;
  readonly vertical: boolean;
  /** True if the width follows from the network. */
  readonly fixed?: boolean;
}

/**
 * The range input named `<layer> weight bits` or `<layer> activation bits`; its value is the stop, 0 (1 bit) to 7 (float).
 * Only the layer that is looked at is a tab stop: the rack is one.
 */
export function BitRange({ layer, tensor, bits, text, vertical, fixed = false }: BitRangeProps): ReactNode {
  const scheme = useDesk((desk) => desk.scheme);
  const range = widthRangeOf(scheme, tensor);
  const isTabStop = useDesk(
    (desk) => inspectedLayer(desk) === layer && (tensor === 'weights' || desk.tensorMode === 'activations'),
  );
  const locked = useDesk((desk) => lockedLayers(desk).includes(layer));
  // Assistive technology moves the range itself, a stop at a time: a stop that is not there is stepped over.
  function moveTo(stop: number): void {
    const wished = bitsAt(stop, tensor);
    if (nearestInRange(wished, range) === bits && wished !== bits)
      nudgeLayer(layer, tensor, stop > stopOf(bits) ? 1 : -1);
    else setLayerBits(layer, tensor, wished);
  }
  return (
    <input
      type="range"
      className={classes(faderStyles.range, vertical && faderStyles.upright)}
      aria-label={tensor === 'weights' ? names.weightBits(layer) : names.activationBits(layer)}
      aria-orientation={vertical ? 'vertical' : 'horizontal'}
      aria-valuetext={locked ? faders.locked(text) : text}
      tabIndex={isTabStop ? 0 : -1}
      disabled={fixed}
      min={fixed ? 0 : stopOf(range[0])}
      max={STOPS.length - 1}
      step={bits === 7 ? 0.5 : 1}
      value={stopOf(bits)}
      onChange={(event) => moveTo(Number(event.target.value))}
      onKeyDown={(event) => onFaderKey(event, { layer, tensor, upright: vertical })}
      onFocus={() => inspectLayer(layer)}
    />
  );
}
