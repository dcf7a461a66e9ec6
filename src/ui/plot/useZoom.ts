// Zoom and pan by pointer: a brushed area fills the plot, the wheel and two fingers zoom, Shift and a drag pan.
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { usePhone } from '../parts/useDesk';
import type { PlotGeometry, PlotRanges } from './plotScales';
import { bounded, moved, type Place, windowOf } from './zoom';

/** Pixels from which a press is a drag, and that an area brushed has at least. */
const DRAG = 6;
/** Zoom per pixel of a wheel, and of two fingers on a touchpad, which are a wheel with Ctrl. */
const WHEEL = { wheel: 0.0015, pinch: 0.01 } as const;

const between = ([a, b]: readonly Place[]): Place => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
const apart = ([a, b]: readonly Place[]) => Math.hypot(a.x - b.x, a.y - b.y);

/** Where a pointer is on the element that it is on. */
export function placeIn({ currentTarget, clientX, clientY }: PointerPlace): Place {
  const { left, top } = currentTarget.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

interface PointerPlace {
  readonly currentTarget: Element;
  readonly clientX: number;
  readonly clientY: number;
}

/** The plot that pointers move over, what it shows unzoomed, and all that there is. */
export interface Zoomable {
  readonly plot: PlotGeometry;
  readonly home: PlotRanges;
  readonly all: PlotRanges;
  onZoom(shown: PlotRanges | null): void;
}

interface ZoomGestures {
  /** Two corners of the area being brushed. */
  readonly brush: readonly [Place, Place] | undefined;
  onPointer(event: PointerEvent<HTMLElement>): void;
  /** Whether the press that ends was a drag, and so no click. */
  wasDrag(): boolean;
  /** Gives up the drag in progress; false without one. */
  cancel(): boolean;
}

/** Gestures on a layer over the plot. */
export function useZoom(layer: RefObject<HTMLElement | null>, { plot, home, all, onZoom }: Zoomable): ZoomGestures {
  const phone = usePhone();
  const [brush, setBrush] = useState<readonly [Place, Place]>();
  const pressed = useRef(new Map<number, Place>());
  const start = useRef<{ readonly plot: PlotGeometry; readonly at: readonly Place[]; readonly pans: boolean }>(
    undefined,
  );
  const dragged = useRef(false);
  const show = (wanted: PlotRanges) => onZoom(bounded(wanted, home, all));

  useEffect(() => {
    const on = layer.current;
    const onWheel = (event: WheelEvent) => {
      // On phones the page scrolls.
      if (phone && !event.ctrlKey) return;
      event.preventDefault();
      const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      const factor = Math.exp(-event.deltaY * (event.ctrlKey ? WHEEL.pinch : WHEEL.wheel));
      onZoom(bounded(moved(plot, at, at, factor), home, all));
    };
    on?.addEventListener('wheel', onWheel, { passive: false });
    return () => on?.removeEventListener('wheel', onWheel);
  }, [layer, phone, plot, home, all, onZoom]);

  function end(): void {
    start.current = undefined;
    setBrush(undefined);
  }
  function onDown(event: PointerEvent<HTMLElement>): void {
    if (event.button !== 0 || pressed.current.size === 2) return;
    dragged.current = false;
    pressed.current.set(event.pointerId, placeIn(event));
    const at = [...pressed.current.values()];
    // One finger scrolls the page and taps.
    if (event.pointerType !== 'touch' || at.length === 2) start.current = { plot, at, pans: event.shiftKey };
  }
  function onMove(event: PointerEvent<HTMLElement>): void {
    if (!pressed.current.has(event.pointerId)) return;
    const to = placeIn(event);
    pressed.current.set(event.pointerId, to);
    if (start.current === undefined) return;
    const { plot: before, at, pans } = start.current;
    const now = [...pressed.current.values()];
    if (!dragged.current && at.length === 1 && apart([at[0], to]) < DRAG) return;
    dragged.current = true;
    event.currentTarget.setPointerCapture(event.pointerId);
    if (at.length === 2) show(moved(before, between(at), between(now), apart(now) / Math.max(1, apart(at))));
    else if (pans) show(moved(before, at[0], to));
    else setBrush([at[0], to]);
  }
  function onPointer(event: PointerEvent<HTMLElement>): void {
    if (event.type === 'pointerdown') onDown(event);
    else if (event.type === 'pointermove') onMove(event);
    else {
      if (!pressed.current.delete(event.pointerId)) return;
      if (event.type === 'pointerup' && brush && start.current) {
        const [a, b] = brush;
        if (Math.abs(a.x - b.x) >= DRAG && Math.abs(a.y - b.y) >= DRAG) show(windowOf(start.current.plot, a, b));
      }
      end();
    }
  }
  return {
    ...{ brush, onPointer },
    wasDrag: () => dragged.current,
    cancel() {
      if (start.current === undefined || !dragged.current) return false;
      end();
      return true;
    },
  };
}
