// Parts that all panels share: dialogs, broken panels, reports, axes.
import { words } from '../words';

export const parts = words('parts', {
  close: 'Close',
  loading: 'Loading…',
  reload: 'Reload the page',
  tryAgain: 'Try again',
  broken: (panel: string, reason: string) => `“${panel}” cannot be shown: ${reason}`,
  codeMissing: (reason: string) => `its code could not be loaded (${reason}). Check the connection.`,
  copyByHand: 'The browser did not let the page copy: press Ctrl+C or ⌘C now.',
  copyReport: 'Copy report',
  reportCopied: 'Report copied. It contains no weights and no images.',
  report: 'Report',
  hideReport: 'Hide report',
  logScale: (title: string) => `${title} (log scale)`,
  layerAxis: 'layer, input to output',
  axis: (title: string, from: string, to: string) => `${title}, ${from} to ${to}`,
  chart: (says: string, across: string, up: string) => `${says} Across: ${across}. Up: ${up}.`,
  menuValue: (label: string, value: string) => `${label}: ${value}`,
});
