// Arrow keys in a table of buttons, which is one tab stop: each button states its `data-row` and `data-column`.
import type { KeyboardEvent } from 'react';

/** Moves the focus to the neighboring button, if there is one. */
export function moveInTable(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
  if (step === undefined || cell === null) return;
  const [row, column] = [Number(cell.dataset.row) + step[0], Number(cell.dataset.column) + step[1]];
  const next = event.currentTarget.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`);
  if (next === null) return;
  event.preventDefault();
  next.focus();
}
