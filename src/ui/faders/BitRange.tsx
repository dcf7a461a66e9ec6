// The accessible heart of every fader: a native range over the stops, with its name, value text and keys. Its looks are
// drawn by what surrounds it.
import type { KeyboardEvent, ReactNode } from 'react';
import type { BitWidth } from '../../graph/policy';
import { bitsAt, type RoundedPart, STOPS, stopOf } from '../../policy/edits';
import { nearestInRange, widthRangeOf } from '../../policy/widths';
import { inspectLayer, nudgeLayer, selectLayer, setLayerBits, typeBits } from '../../store/policy/actions';
import { names } from '../../words/en/names';
import { classes } from '../parts/classes';
import { useDesk } from '../parts/useDesk';
import faderStyles from './Fader.module.css';

const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 2,
  PageDown: -2,
};

interface BitRangeProps {
  readonly layer: string;
  readonly tensor: RoundedPart;
  readonly bits: BitWidth;
  /** The value in words, e.g. "4 bits, 1.1 KB". */
  readonly text: string;
  readonly vertical: boolean;
}

/** The range input named `<layer> weight bits` or `<layer> activation bits`; its value is the stop, 0 (1 bit) to 7 (float). */
export function BitRange({ layer, tensor, bits, text, vertical }: BitRangeProps): ReactNode {
  const scheme = useDesk((desk) => desk.scheme);
  const range = widthRangeOf(scheme, tensor);
  // Assistive technology moves the range itself, a stop at a time: a stop that is not there is stepped over.
  function moveTo(stop: number): void {
    const wished = bitsAt(stop, tensor);
    if (nearestInRange(wished, range) === bits && wished !== bits)
      nudgeLayer(layer, tensor, stop > stopOf(bits) ? 1 : -1);
    else setLayerBits(layer, tensor, wished);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step !== undefined) nudgeLayer(layer, tensor, step);
    else if (event.key === 'Home') setLayerBits(layer, tensor, range[0]);
    else if (event.key === 'End') setLayerBits(layer, tensor, 32);
    else if (event.key === ' ') selectLayer(layer, event.shiftKey);
    else if (!typeBits(layer, tensor, event.key)) return;
    event.preventDefault();
  }
  return (
    <input
      type="range"
      className={classes(faderStyles.range, vertical && faderStyles.upright)}
      aria-label={tensor === 'weights' ? names.weightBits(layer) : names.activationBits(layer)}
      aria-orientation={vertical ? 'vertical' : 'horizontal'}
      aria-valuetext={text}
      min={stopOf(range[0])}
      max={STOPS.length - 1}
      step={bits === 7 ? 0.5 : 1}
      value={stopOf(bits)}
      onChange={(event) => moveTo(Number(event.target.value))}
      onKeyDown={onKeyDown}
      onFocus={() => inspectLayer(layer)}
    />
  );
}
