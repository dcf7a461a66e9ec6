// The page around the panels.
import { words } from '../words';

export const page = words('page', {
  question: 'How few bits does each layer need?',
  tune: 'Tune',
  plot: 'Plot',
  views: { plot: 'Plot', table: 'Table', sensitivity: 'Sensitivity', compare: 'Compare', inside: 'Inside' },
  undo: 'Undo',
  redo: 'Redo',
  undoTip: 'Undo (Ctrl+Z)',
  redoTip: 'Redo (Ctrl+Shift+Z)',
  share: 'Share',
  export: 'Export',
  help: 'Help',
  helpTip: 'Keys and glossary (?)',
  setup: 'Setup',
  skipToDesk: 'Skip to the desk',
  dropHere: 'Drop a network, images or bit widths here',
});
