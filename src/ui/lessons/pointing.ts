// Finds the control that a step speaks of by its role and accessible name, marks it, and leads to it.
import { useEffect } from 'react';
import { flushSync } from 'react-dom';
import type { Control } from '../../store/lessons/lesson';
import { showTab } from '../../store/state/view';
import { SIDE } from '../parts/goTo';
import { focusPanel } from '../parts/Tabs';

const SELECTORS: Readonly<Record<Control['role'], string>> = {
  slider: 'input[type=range], [role=slider]',
  button: 'button:not([role])',
  tab: '[role=tab]',
  switch: '[role=switch]',
  radio: 'input[type=radio]',
  spinbutton: 'input[type=number]',
};

function nameOf(element: Element): string {
  const labels = (element as HTMLInputElement).labels;
  const text = element.getAttribute('aria-label') ?? (labels?.length ? labels[0].textContent : element.textContent);
  return (text ?? '').trim();
}

const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });

/** The first of these controls that the page shows. */
export function findControl(controls: readonly Control[]): HTMLElement | undefined {
  for (const { role, name } of controls) {
    const wanted = name();
    const all = [...document.querySelectorAll<HTMLElement>(SELECTORS[role])].filter(
      (element) => isShown(element) && element.closest('[data-lesson]') === null,
    );
    const found =
      all.find((element) => nameOf(element) === wanted) ?? all.find((element) => nameOf(element).startsWith(wanted));
    if (found) return found;
  }
  return undefined;
}

/** What is marked for a control: what is drawn of it, where it lies invisibly over that. */
function drawnOf(control: HTMLElement): HTMLElement {
  if (!control.matches('input[type=range], input[type=radio]')) return control;
  return control.closest<HTMLElement>('[data-fader], label') ?? control.parentElement ?? control;
}

const POINTED = 'data-pointed';
/** Milliseconds between looks for a control, which may be drawn later or anew. */
const PACE = 300;

/** Marks the first of these controls that is shown, as long as the component is. */
export function usePointed(controls: readonly Control[]): void {
  useEffect(() => {
    if (controls.length === 0) return;
    let marked: HTMLElement | undefined;
    const look = () => {
      const control = findControl(controls);
      const drawn = control && drawnOf(control);
      if (drawn !== marked) marked?.removeAttribute(POINTED);
      marked = drawn;
      drawn?.setAttribute(POINTED, '');
    };
    look();
    const timer = setInterval(look, PACE);
    return () => {
      clearInterval(timer);
      marked?.removeAttribute(POINTED);
    };
  }, [controls]);
}

/** Moves the focus to the first of these controls that is shown, or else to the panel that the first one is on. */
export function leadTo(controls: readonly Control[]): void {
  const go = (control: HTMLElement) => {
    control.scrollIntoView({ block: 'center' });
    control.focus();
  };
  const found = findControl(controls);
  if (found) {
    go(found);
    return;
  }
  const { tab } = controls[0];
  flushSync(() => showTab(tab));
  // Its code may come later; until then the focus is on its panel.
  let looks = 0;
  focusPanel(SIDE, tab);
  const timer = setInterval(() => {
    const control = findControl(controls);
    if (control) go(control);
    if (control || ++looks > 20) clearInterval(timer);
  }, PACE / 3);
}
