// Pointer gestures on the rack: drag one fader, sweep across many as on a graphic equalizer, move a selection together,
// double-click back to 8 bits. A finger drags a cap only, and sets a stop by a tap: elsewhere it scrolls, as the browser
// does. The keyboard is the faders' own matter.
import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react';
import type { BitPolicy } from '../../graph/policy';
import { bitsAt, movedTogether, type RoundedPart, STOPS, swept } from '../../policy/edits';
import {
  beginGesture,
  cancelGesture,
  endGesture,
  previewPolicy,
  selectLayer,
  setLayerBits,
} from '../../store/policy/actions';
import { desk } from '../../store/state/desk';

/** Distance in pixels from a fader's end to its outermost stop: half a cap. */
export const FADER_INSET = 13;
const DOUBLE_CLICK = 350;
/** Pixels that a finger may slip in a tap. */
const SLIP = 10;

interface Stroke {
  readonly tensor: RoundedPart;
  readonly layer: string;
  readonly base: BitPolicy;
  readonly layers: readonly string[];
  readonly rects: readonly DOMRect[];
  readonly together: boolean;
  last: readonly [index: number, stop: number];
  moved: boolean;
}

function stopAtPointer(rect: DOMRect, y: number): number {
  const share = (rect.bottom - FADER_INSET - y) / (rect.height - 2 * FADER_INSET);
  return Math.max(0, Math.min(STOPS.length - 1, Math.round(share * (STOPS.length - 1))));
}

function nearest(rects: readonly DOMRect[], x: number): number {
  let best = 0;
  const distance = (i: number) => Math.abs(x - (rects[i].left + rects[i].right) / 2);
  for (let i = 1; i < rects.length; i++) if (distance(i) < distance(best)) best = i;
  return best;
}

/** Handlers for the element that contains the faders (marked with `data-fader` and `data-tensor`, their caps with `data-cap`). */
export function useSweep() {
  const stroke = useRef<Stroke | null>(null);
  const lastDown = useRef({ time: 0, layer: '' });
  /** A finger on a track, which may become a tap; the browser takes it away where it scrolls. */
  const tap = useRef<{ x: number; y: number } | null>(null);

  useEffect(() => {
    const revert = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || stroke.current === null) return;
      stroke.current = null;
      cancelGesture();
    };
    addEventListener('keydown', revert);
    return () => removeEventListener('keydown', revert);
  }, []);

  function onPointerDown(event: PointerEvent<HTMLElement>): void {
    const fader = (event.target as Element).closest<HTMLElement>('[data-fader]');
    tap.current = null;
    if (fader === null || event.button !== 0) return;
    if (event.pointerType === 'touch' && (event.target as Element).closest('[data-cap]') === null) {
      tap.current = { x: event.clientX, y: event.clientY };
      return;
    }
    const layer = fader.dataset.fader as string;
    const tensor = fader.dataset.tensor as RoundedPart;
    fader.querySelector('input')?.focus({ preventScroll: true });
    if (event.shiftKey || event.metaKey || event.ctrlKey) {
      selectLayer(layer, true);
      return;
    }
    const again = lastDown.current.layer === layer && event.timeStamp - lastDown.current.time < DOUBLE_CLICK;
    lastDown.current = { time: event.timeStamp, layer };
    if (again) {
      setLayerBits(layer, tensor, 8);
      return;
    }
    const faders = [...event.currentTarget.querySelectorAll<HTMLElement>(`[data-fader][data-tensor=${tensor}]`)];
    const { policy, selection } = desk.getState();
    const together = selection.length > 1 && selection.includes(layer);
    if (!together) selectLayer(layer);
    const rects = faders.map((element) => element.getBoundingClientRect());
    const index = faders.indexOf(fader);
    const layers = faders.map((element) => element.dataset.fader as string);
    const at = [index, stopAtPointer(rects[index], event.clientY)] as const;
    stroke.current = { tensor, layer, base: policy, layers, rects, together, last: at, moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
    beginGesture();
    draw(stroke.current, at);
  }

  function draw(now: Stroke, at: readonly [number, number]): void {
    const { policy } = desk.getState();
    if (now.together)
      previewPolicy(
        movedTogether(now.base, now.tensor, now.layer, bitsAt(at[1], now.tensor), desk.getState().selection),
      );
    else previewPolicy(swept(policy, now.tensor, now.layers, now.last, at));
    now.last = at;
  }

  function onPointerMove(event: PointerEvent<HTMLElement>): void {
    const now = stroke.current;
    if (now === null) return;
    const index = now.together ? now.layers.indexOf(now.layer) : nearest(now.rects, event.clientX);
    const at = [index, stopAtPointer(now.rects[index], event.clientY)] as const;
    if (at[0] === now.last[0] && at[1] === now.last[1]) return;
    now.moved = true;
    draw(now, at);
  }

  function onTap(event: PointerEvent<HTMLElement>): void {
    const down = tap.current;
    tap.current = null;
    const fader = (event.target as Element).closest<HTMLElement>('[data-fader]');
    if (down === null || fader === null || Math.hypot(event.clientX - down.x, event.clientY - down.y) > SLIP) return;
    const { fader: layer, tensor } = fader.dataset as { fader: string; tensor: RoundedPart };
    if (!desk.getState().selection.includes(layer)) selectLayer(layer);
    setLayerBits(layer, tensor, bitsAt(stopAtPointer(fader.getBoundingClientRect(), event.clientY), tensor));
  }

  function onPointerCancel(): void {
    tap.current = null;
    endStroke();
  }

  function onPointerUp(event: PointerEvent<HTMLElement>): void {
    if (tap.current !== null) onTap(event);
    else endStroke();
  }

  function endStroke(): void {
    const now = stroke.current;
    stroke.current = null;
    endGesture();
    if (now?.together && !now.moved) selectLayer(now.layer);
  }

  // The native range must not drag by itself; its value follows the policy.
  function onMouseDown(event: MouseEvent<HTMLElement>): void {
    if ((event.target as Element).closest('[data-fader]')) event.preventDefault();
  }

  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onMouseDown };
}
