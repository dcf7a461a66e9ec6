// German: undo steps in words; steps.ts has the words of their list.
import type { history as english } from '../en/history';
import { sizeInWords } from '../numbers';

export const history: typeof english = {
  title: 'Verlauf',
  tip: 'Alle Schritte, auch die verlassener Zweige',
  undone: (what: string) => `Rückgängig: ${what}.`,
  redone: (what: string) => `Wiederholt: ${what}.`,
  nothing: 'nichts geändert',
  network: (label: string) => `Netz ${label}`,
  images: (label: string) => `Bilder ${label}`,
  weights: 'andere Gewichte',
  quantizer: (label: string) => `Quantisierer ${label}`,
  rounding: 'Rundung',
  activations: (steps: string) => `Aktivierungen ${steps}`,
  training: 'Trainingsoptionen',
  pinned: (pins: readonly string[]) => `angeheftet: ${pins.join(', ')}`,
  unpinned: (pins: readonly string[]) => `Pin entfernt: ${pins.join(', ')}`,
  budget: (bytes: number, held: boolean) => `${held ? 'gehaltenes ' : ''}Budget ${sizeInWords(bytes)}`,
  noBudget: 'kein Budget',
  locked: (layers: readonly string[]) => `gesperrt: ${layers.join(', ')}`,
  unlocked: (layers: readonly string[]) => `entsperrt: ${layers.join(', ')}`,
  search: 'Sucheinstellungen',
  board: (id: string) => `Board ${id}`,
  noBoard: 'kein Board',
  boardBudgets: 'Budgets des Boards',
  table: (name: string) => `Kosten aus ${name}`,
  noTable: 'keine Kostentabelle',
  tableBudgets: 'Budgets der Tabelle',
  measuredAs: (who: string) => `Genauigkeit nach ${who}`,
  payer: 'was zuerst gekürzt wird',
};
