// Where popovers stand: beside the element that they belong to, by CSS anchors where the browser has them, else by numbers.
import { type RefObject, type ToggleEvent, useEffect, useRef, useState } from 'react';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels between an element and its popover, and between a popover and the edge of the window. */
const GAP = 6;
const EDGE = 8;

/**
 * Where a popover stands without CSS anchors, in pixels of the window: below the anchor and centered on it, above it where
 * there is no room below, and always within the window.
 */
export function placeBeside(
  anchor: Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>,
  { width, height }: Size,
  window: Size,
): { left: number; top: number } {
  const within = (value: number, size: number, room: number) => Math.max(EDGE, Math.min(value, room - size - EDGE));
  const below = anchor.bottom + GAP;
  const above = anchor.top - GAP - height;
  const top = below + height + EDGE <= window.height || above < EDGE ? below : above;
  return {
    left: within((anchor.left + anchor.right - width) / 2, width, window.width),
    top: within(top, height, window.height),
  };
}

/** Puts a popover that is shown beside its anchor. */
export function anchor(popover: HTMLElement, to: HTMLElement): void {
  // The class `anchored` does the rest.
  if (CSS.supports('position-area', 'block-end')) {
    const name = `--of-${popover.id.replace(/[^\w-]/g, '')}`;
    to.style.setProperty('anchor-name', name);
    popover.style.setProperty('position-anchor', name);
    return;
  }
  const { left, top } = placeBeside(
    to.getBoundingClientRect(),
    { width: popover.offsetWidth, height: popover.offsetHeight },
    { width: innerWidth, height: innerHeight },
  );
  popover.style.setProperty('position-area', 'none');
  Object.assign(popover.style, { inset: `${top}px auto auto ${left}px`, margin: '0' });
}

/** What a button and its popover need: their refs, whether it is open, and from when on it can take the focus. */
export function useAnchored<P extends HTMLElement>(): {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly popover: RefObject<P | null>;
  readonly open: boolean;
  readonly shown: boolean;
  /** Handlers of the popover. */
  readonly toggles: { onBeforeToggle(event: ToggleEvent<P>): void; onToggle(event: ToggleEvent<P>): void };
} {
  const button = useRef<HTMLButtonElement>(null);
  const popover = useRef<P>(null);
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!shown) return;
    const follow = () => {
      if (popover.current && button.current) anchor(popover.current, button.current);
    };
    follow();
    addEventListener('scroll', follow, { capture: true, passive: true });
    addEventListener('resize', follow);
    return () => {
      removeEventListener('scroll', follow, { capture: true });
      removeEventListener('resize', follow);
    };
  }, [shown]);
  const toggles = {
    // What is in it is there before it is shown, and until it is hidden: else it could not give the focus back.
    onBeforeToggle: ({ newState }: ToggleEvent<P>) => {
      if (newState === 'open') setOpen(true);
    },
    onToggle: ({ newState }: ToggleEvent<P>) => {
      setOpen(newState === 'open');
      setShown(newState === 'open');
    },
  };
  return { button, popover, open, shown, toggles };
}
