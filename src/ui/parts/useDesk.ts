// Hooks that tie components to the desk and to the device.
import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { type Desk, desk } from '../../store/state/desk';

/** A value of the desk; the component renders again when it changes. Select narrowly. */
export function useDesk<T>(selector: (desk: Desk) => T): T {
  return useStore(desk, selector);
}

/** True while a media query matches. */
export function useMedia(query: string): boolean {
  const matches = () => matchMedia(query).matches;
  const follow = (changed: () => void) => {
    const list = matchMedia(query);
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  };
  // The same where the page is drawn as text.
  return useSyncExternalStore(follow, matches, matches);
}

/** True on narrow screens, where faders become rows and panels become tabs. */
export function usePhone(): boolean {
  return useMedia('(max-width: 767px)');
}
