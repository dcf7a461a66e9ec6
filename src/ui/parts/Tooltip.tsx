// Words beside what the pointer is on or has the focus: one popover for the whole page. Whatever has `tip(…)` among its
// attributes has such words; to assistive technology they are its description.
import { type ReactNode, useEffect, useRef } from 'react';
import { anchor } from './anchor';
import anchoredStyles from './anchored.module.css';
import { classes } from './classes';
import styles from './Tooltip.module.css';

/** Milliseconds that a mouse rests before the words come. */
const DELAY = 350;

/** Attributes of an element that has a tooltip; none without text. */
export function tip(text: string | undefined | false): { 'data-tip'?: string; 'aria-description'?: string } {
  return text ? { 'data-tip': text, 'aria-description': text } : {};
}

const ownerOf = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;

/** The popover of all tooltips. Escape, a press and scrolling close it. */
export function Tooltip(): ReactNode {
  const popover = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = popover.current;
    if (element === null) return;
    let owner: HTMLElement | null = null;
    let timer = 0;
    const hide = () => {
      clearTimeout(timer);
      owner?.style.removeProperty('anchor-name');
      owner = null;
      if (element.matches(':popover-open')) element.hidePopover();
    };
    const show = (of: HTMLElement) => {
      // What it has opened lies where its words would.
      if (!of.isConnected || of.ariaExpanded === 'true') return;
      owner = of;
      element.textContent = of.dataset.tip ?? '';
      // Shown again, it is on top of a dialog that was opened meanwhile.
      if (element.matches(':popover-open')) element.hidePopover();
      element.showPopover();
      anchor(element, of);
    };
    const onOver = ({ target, pointerType }: PointerEvent) => {
      const of = ownerOf(target);
      if (of === owner && of !== null) return;
      hide();
      if (of !== null && pointerType !== 'touch') timer = window.setTimeout(show, DELAY, of);
    };
    const onFocus = ({ target }: FocusEvent) => {
      const of = ownerOf(target);
      hide();
      // Later: a popover that closes now gives the focus back while it may not be shown beside another.
      if (of === target && of?.matches(':focus-visible')) timer = window.setTimeout(show, 0, of);
    };
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') hide();
    };
    // Only what carries its owner away: panels scroll by themselves, too.
    const onScroll = ({ target }: Event) => {
      if (owner !== null && (target as Node).contains(owner)) hide();
    };
    const listeners = { pointerover: onOver, focusin: onFocus, focusout: hide, keydown: onKey, pointerdown: hide };
    const all = Object.entries(listeners) as [keyof typeof listeners, EventListener][];
    for (const [name, listener] of all) document.addEventListener(name, listener, true);
    addEventListener('scroll', onScroll, { capture: true, passive: true });
    return () => {
      hide();
      for (const [name, listener] of all) document.removeEventListener(name, listener, true);
      removeEventListener('scroll', onScroll, { capture: true });
    };
  }, []);
  return (
    <div
      ref={popover}
      id="tooltip"
      popover="manual"
      role="tooltip"
      className={classes(anchoredStyles.anchored, styles.tooltip)}
    />
  );
}
