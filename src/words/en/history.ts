// Undo steps in words.
import { words } from '../words';

export const history = words('history', {
  undone: (what: string) => `Undone: ${what}.`,
  redone: (what: string) => `Redone: ${what}.`,
  nothing: 'nothing changed',
  network: (label: string) => `network ${label}`,
  images: (label: string) => `images ${label}`,
  weights: 'weights',
  quantizer: 'quantizer',
  bits: 'bits',
  training: 'training options',
  pins: 'pins',
  budget: 'budget',
  locks: 'locked layers',
});
