// German: parts that all panels share.
import type { parts as english } from '../en/parts';

export const parts: typeof english = {
  close: 'Schließen',
  loading: 'Wird geladen …',
  reload: 'Seite neu laden',
  tryAgain: 'Erneut versuchen',
  broken: (panel: string, reason: string) => `„${panel}“ kann nicht angezeigt werden: ${reason}`,
  codeMissing: (reason: string) => `Der Code dafür konnte nicht geladen werden (${reason}). Prüfe die Verbindung.`,
  copyByHand: 'Der Browser hat der Seite das Kopieren nicht erlaubt: Drücke jetzt Strg+C oder ⌘C.',
  copyReport: 'Bericht kopieren',
  reportCopied: 'Bericht kopiert. Er enthält keine Gewichte und keine Bilder.',
  report: 'Bericht',
  hideReport: 'Bericht ausblenden',
  logScale: (title: string) => `${title} (logarithmische Skala)`,
  layerAxis: 'Schicht, vom Eingang zum Ausgang',
  axis: (title: string, from: string, to: string) => `${title}, ${from} bis ${to}`,
  chart: (says: string, across: string, up: string) => `${says} Waagerecht: ${across}. Senkrecht: ${up}.`,
  menuValue: (label: string, value: string) => `${label}: ${value}`,
};
