// Pointer gestures on the rack: drag one fader, sweep across many as on a graphic equalizer, move a selection together
// (with Shift all to the same width), double-click back to 8 bits; drag over heads, or gaps, to select. A finger drags a cap
// only, and sets a stop by a tap: elsewhere it scrolls, as the browser does. The keyboard is the faders' own matter.
import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react';
import type { BitPolicy } from '../../graph/policy';
import {
  bitsAtPosition,
  FLOAT_POSITION,
  movedTogether,
  type RoundedPart,
  STOPS,
  stopOf,
  swept,
  withBits,
} from '../../policy/edits';
import { widthRangeOf } from '../../policy/widths';
import {
  beginGesture,
  cancelGesture,
  endGesture,
  previewPolicy,
  refusesLocked,
  setLayerBits,
} from '../../store/policy/actions';
import { selectLayer, selectLayers } from '../../store/policy/selection';
import { desk } from '../../store/state/desk';

/** Pixels above the place of float: half a cap. */
const HALF_CAP = 11;
const DOUBLE_CLICK = 350;
/** Pixels that a press may slip before it is a drag. */
const SLIP = 4;
const FINGER_SLIP = 10;

interface Stroke {
  readonly kind: 'stroke';
  readonly tensor: RoundedPart;
  readonly layer: string;
  readonly base: BitPolicy;
  readonly layers: readonly string[];
  readonly rects: readonly DOMRect[];
  readonly together: boolean;
  /** The sweep so far, before others pay for it. */
  wanted: BitPolicy;
  last: readonly [index: number, stop: number];
  moved: boolean;
}

interface Marquee {
  readonly kind: 'marquee';
  readonly from: number;
  readonly before: readonly string[];
  readonly strips: readonly { readonly layer: string; readonly left: number; readonly right: number }[];
  /** The head that was pressed, and whether it is added to the selection. */
  readonly head: string | undefined;
  readonly add: boolean;
  moved: boolean;
}

/** Place in bits, from 0 at the floor, of a height on a fader that is linear in bits. */
export function positionAt(rect: Pick<DOMRect, 'bottom' | 'height'>, y: number): number {
  return ((rect.bottom - y) / (rect.height - HALF_CAP)) * FLOAT_POSITION;
}

function stopAtPointer(rect: DOMRect, y: number, tensor: RoundedPart): number {
  const range = widthRangeOf(desk.getState().scheme, tensor);
  const bits = bitsAtPosition(positionAt(rect, y), range);
  return stopOf(tensor === 'activations' && bits === 1 ? 2 : bits);
}

function nearest(rects: readonly DOMRect[], x: number): number {
  let best = 0;
  const distance = (i: number) => Math.abs(x - (rects[i].left + rects[i].right) / 2);
  for (let i = 1; i < rects.length; i++) if (distance(i) < distance(best)) best = i;
  return best;
}

const adds = (event: PointerEvent) => event.shiftKey || event.metaKey || event.ctrlKey;

/** Handlers for the element that contains the strips (`data-strip`, `data-head`, `data-fader`, `data-tensor`, `data-cap`). */
export function useGestures() {
  const gesture = useRef<Stroke | Marquee | null>(null);
  const lastDown = useRef({ time: 0, layer: '' });
  /** A finger on a track, which may become a tap; the browser takes it away where it scrolls. */
  const tap = useRef<{ x: number; y: number } | null>(null);

  useEffect(() => {
    const revert = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || gesture.current?.kind !== 'stroke') return;
      gesture.current = null;
      cancelGesture();
    };
    addEventListener('keydown', revert);
    return () => removeEventListener('keydown', revert);
  }, []);

  function onPointerDown(event: PointerEvent<HTMLElement>): void {
    const target = event.target as Element;
    const fader = target.closest<HTMLElement>('[data-fader]');
    tap.current = null;
    if (event.button !== 0 || gesture.current !== null) return;
    if (fader === null) {
      if (event.pointerType === 'mouse' && (target.closest('[data-head]') || !target.closest('button')))
        beginMarquee(event);
      return;
    }
    if (event.pointerType === 'touch' && target.closest('[data-cap]') === null) {
      tap.current = { x: event.clientX, y: event.clientY };
      return;
    }
    const layer = fader.dataset.fader as string;
    const tensor = fader.dataset.tensor as RoundedPart;
    fader.querySelector('input')?.focus({ preventScroll: true });
    const { policy, selection } = desk.getState();
    const together = selection.length > 1 && selection.includes(layer);
    if (adds(event) && !together) {
      selectLayer(layer, true);
      return;
    }
    const again = lastDown.current.layer === layer && event.timeStamp - lastDown.current.time < DOUBLE_CLICK;
    lastDown.current = { time: event.timeStamp, layer };
    if (again) {
      setLayerBits(layer, tensor, 8);
      return;
    }
    if (!together) selectLayer(layer);
    if (refusesLocked(layer)) return;
    const faders = [...event.currentTarget.querySelectorAll<HTMLElement>(`[data-fader][data-tensor=${tensor}]`)];
    const rects = faders.map((element) => element.getBoundingClientRect());
    const index = faders.indexOf(fader);
    const layers = faders.map((element) => element.dataset.fader as string);
    const at = [index, stopAtPointer(rects[index], event.clientY, tensor)] as const;
    const stroke: Stroke = {
      ...{ kind: 'stroke', tensor, layer, base: policy, layers, rects, together, wanted: policy, last: at },
      moved: false,
    };
    gesture.current = stroke;
    event.currentTarget.setPointerCapture(event.pointerId);
    beginGesture();
    // A selection is pressed to be moved, or to be left for this layer or without it.
    if (!together) draw(stroke, at, false);
  }

  function draw(now: Stroke, at: readonly [number, number], same: boolean): void {
    const { tensor, base, layer } = now;
    const { selection } = desk.getState();
    if (now.together) {
      const bits = STOPS[at[1]];
      now.wanted = same
        ? withBits(base, tensor, new Map(selection.filter((id) => base[id]?.[tensor] !== 0).map((id) => [id, bits])))
        : movedTogether(base, tensor, layer, bits, selection);
    } else now.wanted = swept(now.wanted, tensor, now.layers, now.last, at);
    previewPolicy(now.wanted);
    now.last = at;
  }

  function onPointerMove(event: PointerEvent<HTMLElement>): void {
    const now = gesture.current;
    if (now?.kind === 'marquee') moveMarquee(now, event);
    if (now?.kind !== 'stroke') return;
    const index = now.together ? now.layers.indexOf(now.layer) : nearest(now.rects, event.clientX);
    const at = [index, stopAtPointer(now.rects[index], event.clientY, now.tensor)] as const;
    if (at[0] === now.last[0] && at[1] === now.last[1]) return;
    now.moved = true;
    draw(now, at, event.shiftKey);
  }

  function beginMarquee(event: PointerEvent<HTMLElement>): void {
    const strips = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-strip]')].map((element) => {
      const { left, right } = element.getBoundingClientRect();
      return { layer: element.dataset.strip as string, left, right };
    });
    const head = (event.target as Element).closest<HTMLElement>('[data-head]')?.dataset.head;
    const { selection } = desk.getState();
    const before = adds(event) ? selection : [];
    gesture.current = { kind: 'marquee', from: event.clientX, before, strips, head, add: adds(event), moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
  }

  function moveMarquee(now: Marquee, event: PointerEvent<HTMLElement>): void {
    if (!now.moved && Math.abs(event.clientX - now.from) <= SLIP) return;
    now.moved = true;
    const [from, to] = [now.from, event.clientX].sort((a, b) => a - b);
    const within = now.strips.filter(({ left, right }) => right >= from && left <= to).map(({ layer }) => layer);
    selectLayers([...new Set([...now.before, ...within])]);
  }

  function onTap(event: PointerEvent<HTMLElement>): void {
    const down = tap.current;
    tap.current = null;
    const fader = (event.target as Element).closest<HTMLElement>('[data-fader]');
    if (down === null || fader === null) return;
    if (Math.hypot(event.clientX - down.x, event.clientY - down.y) > FINGER_SLIP) return;
    const { fader: layer, tensor } = fader.dataset as { fader: string; tensor: RoundedPart };
    if (!desk.getState().selection.includes(layer)) selectLayer(layer);
    const position = positionAt(fader.getBoundingClientRect(), event.clientY);
    setLayerBits(layer, tensor, bitsAtPosition(position, widthRangeOf(desk.getState().scheme, tensor)));
  }

  function end(released: boolean): void {
    const now = gesture.current;
    gesture.current = null;
    if (now?.kind === 'marquee') {
      if (released && !now.moved && now.head !== undefined) selectLayer(now.head, now.add);
      else if (released && !now.moved && !now.add) selectLayers([]);
    } else if (now !== null) {
      endGesture();
      if (now.together && !now.moved) selectLayer(now.layer);
    }
  }

  function onPointerUp(event: PointerEvent<HTMLElement>): void {
    if (tap.current !== null) onTap(event);
    else end(true);
  }

  function onPointerCancel(): void {
    tap.current = null;
    end(false);
  }

  // The native range must not drag by itself; its value follows the policy.
  function onMouseDown(event: MouseEvent<HTMLElement>): void {
    if ((event.target as Element).closest('[data-fader]')) event.preventDefault();
  }

  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onMouseDown };
}
