// The keys of menus: arrows, Home, End and first letters move in one, Tab leaves it; Escape is the popover's own.
import type { KeyboardEvent } from 'react';

/** Moves the focus among the items of an open menu. */
export function walkMenu(event: KeyboardEvent<HTMLElement>, popover: HTMLElement | null): void {
  if (event.key === 'Tab') popover?.hidePopover();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')];
  const at = items.indexOf(event.target as HTMLElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const letter = event.key.length === 1 && event.key !== ' ' ? event.key.toLowerCase() : undefined;
  const next =
    step !== undefined
      ? items[(at + step + items.length) % items.length]
      : event.key === 'Home'
        ? items[0]
        : event.key === 'End'
          ? items[items.length - 1]
          : [...items.slice(at + 1), ...items.slice(0, at + 1)].find(
              ({ textContent }) => letter !== undefined && textContent?.toLowerCase().startsWith(letter),
            );
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Opens a menu by an arrow key on its button. */
export function openByArrow(event: KeyboardEvent<HTMLElement>, popover: HTMLElement | null): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  event.preventDefault();
  popover?.showPopover();
}
