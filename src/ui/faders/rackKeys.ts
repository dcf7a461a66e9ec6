// Keys on the rack; the key card shows them from the catalogue (`learn.rackKeys`). The rack is one tab stop; the arrow keys along
// it go from strip to strip, those across it move the cap.
import type { KeyboardEvent } from 'react';
import type { RoundedPart } from '../../policy/edits';
import { widthRangeOf } from '../../policy/widths';
import { nudgeLayer, setLayerBits, toggleMute, toggleSkip, toggleSolo, typeBits } from '../../store/policy/actions';
import { toggleLocks } from '../../store/policy/locked';
import { pin } from '../../store/policy/pins';
import { selectLayer, selectLayers, selectLike } from '../../store/policy/selection';
import { desk } from '../../store/state/desk';

interface Place {
  readonly layer: string;
  readonly tensor: RoundedPart;
  /** Upright faders stand beside each other, others below each other. */
  readonly upright: boolean;
}

const ACROSS: Readonly<Record<'upright' | 'flat', Readonly<Record<string, number>>>> = {
  upright: { ArrowUp: 1, ArrowDown: -1, PageUp: 2, PageDown: -2 },
  flat: { ArrowRight: 1, ArrowLeft: -1, PageUp: 2, PageDown: -2 },
};
const ALONG = { upright: { ArrowRight: 1, ArrowLeft: -1 }, flat: { ArrowDown: 1, ArrowUp: -1 } } as const;

/** The layers that a key acts on: the selection where the layer belongs to it. */
function together(layer: string): readonly string[] {
  const { selection } = desk.getState();
  return selection.includes(layer) ? selection : [layer];
}

/** Moves the focus along the rack; undefined at its end. */
function neighbor(from: HTMLElement, by: number): HTMLElement | undefined {
  const all = [...(from.closest('[data-rack]')?.querySelectorAll<HTMLElement>('input[type=range]') ?? [])];
  return all[all.indexOf(from) + by];
}

/** Goes to the next strip by the arrow keys; false for other keys. With Shift, both strips are selected. */
export function walk(event: KeyboardEvent<HTMLElement>, upright: boolean, layer?: string): boolean {
  const by = (ALONG[upright ? 'upright' : 'flat'] as Readonly<Record<string, number>>)[event.key];
  if (by === undefined) return false;
  const next = neighbor(event.currentTarget, by);
  next?.focus();
  next?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const to = next?.closest<HTMLElement>('[data-fader]')?.dataset.fader;
  if (event.shiftKey && layer !== undefined && to !== undefined) selectLayers([layer, to], true);
  event.preventDefault();
  return true;
}

/** Obeys a key on a fader. */
export function onFaderKey(event: KeyboardEvent<HTMLElement>, { layer, tensor, upright }: Place): void {
  if (event.altKey || (event.key === 'Escape' && desk.getState().gestureStart !== null)) return;
  if (event.metaKey || event.ctrlKey) {
    if (event.key !== 'a') return;
    selectLike('all');
  } else if (walk(event, upright, layer)) return;
  else if (!act(event, layer, tensor, upright)) return;
  event.preventDefault();
}

function act(event: KeyboardEvent<HTMLElement>, layer: string, tensor: RoundedPart, upright: boolean): boolean {
  const step = ACROSS[upright ? 'upright' : 'flat'][event.key];
  if (step !== undefined) {
    nudgeLayer(layer, tensor, step);
    return true;
  }
  switch (event.key.length === 1 ? event.key.toLowerCase() : event.key) {
    case 'Home':
      setLayerBits(layer, tensor, widthRangeOf(desk.getState().scheme, tensor)[0]);
      return true;
    case 'End':
      return typeBits(layer, tensor, 'f');
    case 's':
      toggleSolo(layer);
      return true;
    case 'm':
      toggleMute(together(layer));
      return true;
    case 'x':
      return toggleSkip(layer);
    case 'l':
      toggleLocks(together(layer));
      return true;
    case 'p':
      pin();
      return true;
    case ' ':
      selectLayer(layer, event.shiftKey);
      return true;
    case 'Escape':
      if (desk.getState().selection.length === 0) return false;
      selectLayers([]);
      return true;
    default:
      return typeBits(layer, tensor, event.key);
  }
}
