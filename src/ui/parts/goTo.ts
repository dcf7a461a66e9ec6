// Ways to a panel: a tab on narrow screens, a place further down the page on wide ones.
import type { PhoneTab } from '../../store/state/desk';
import { showPanel } from '../../store/state/view';

/** Brings a panel into view and moves the focus to it. */
export function goTo(panel: PhoneTab): void {
  showPanel(panel);
  const target = document.getElementById(panel);
  if (target === null) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  target.scrollIntoView({ behavior: still ? 'auto' : 'smooth', block: 'start' });
  target.focus({ preventScroll: true });
}
