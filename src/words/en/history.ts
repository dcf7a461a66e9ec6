// Undo steps in words; steps.ts has the words of their list.
import { sizeInWords } from '../numbers';
import { words } from '../words';

export const history = words('history', {
  title: 'History',
  tip: 'All steps, also those of branches left behind',
  undone: (what: string) => `Undone: ${what}.`,
  redone: (what: string) => `Redone: ${what}.`,
  /** What a change was. */
  nothing: 'nothing changed',
  network: (label: string) => `network ${label}`,
  images: (label: string) => `images ${label}`,
  weights: 'other weights',
  quantizer: (label: string) => `quantizer ${label}`,
  rounding: 'rounding',
  activations: (steps: string) => `activations ${steps}`,
  training: 'training options',
  pinned: (pins: readonly string[]) => `pinned ${pins.join(', ')}`,
  unpinned: (pins: readonly string[]) => `removed pin ${pins.join(', ')}`,
  budget: (bytes: number, held: boolean) => `${held ? 'held ' : ''}budget ${sizeInWords(bytes)}`,
  noBudget: 'no budget',
  locked: (layers: readonly string[]) => `locked ${layers.join(', ')}`,
  unlocked: (layers: readonly string[]) => `unlocked ${layers.join(', ')}`,
  search: 'search settings',
  board: (id: string) => `board ${id}`,
  noBoard: 'no board',
  boardBudgets: 'budgets of the board',
  table: (name: string) => `costs of ${name}`,
  noTable: 'no table of costs',
  tableBudgets: 'budgets of the table',
  measuredAs: (who: string) => `accuracy by ${who}`,
  payer: 'what is trimmed first',
});
