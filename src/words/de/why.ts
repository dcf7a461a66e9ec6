// German: why images flipped.
import type { why as english } from '../en/why';
import { count, fixed, signed } from '../numbers';

export const why: typeof english = {
  mostly: (layers: readonly string[]) => (layers.length === 1 ? `vor allem ${layers[0]}` : layers.join(' und ')),
  many: 'viele Schichten',
  looking: 'Schichten werden gesucht …',
  title: 'Welche Schichten waren es?',
  found: (layers: string) => `Welche Schichten waren es: ${layers}.`,
  explanation: 'Immer nur eine Schicht zurück auf Float: wie weit das die Vorhersage zurückbewegt.',
  moved: (points: number) => `${signed(points, 2)} Logits`,
  alone: 'kippt es allein zurück',
  none: 'Keine einzelne Schicht bewegt die Vorhersage zurück: Die Schichten waren es gemeinsam.',
  waiting: 'Die Antwort kommt, sobald diese Bitbreiten gemessen sind.',
  failed: (message: string) => `Die Schichten konnten nicht gefunden werden: ${message}`,
  bar: (layers: string, logits: number, alone: boolean) =>
    `${layers}: ${fixed(logits, 2)} Logits${alone ? ', kippt das Bild allein zurück' : ''}`,
  skippedBranch: (layers: readonly string[]) => `${layers.join(' + ')} (ausgelassen)`,
  confusion: 'Verwechslungsmatrix',
  show: 'Anzeigen',
  change: 'Änderung gegenüber Float',
  counts: 'Anzahl',
  truth: 'Klasse',
  recall: 'Richtig',
  caption: (n: number) => `Vorhergesagte Klassen (Spalten) der Bilder jeder Klasse (Zeilen), ${count(n)} Testbilder`,
  changeCaption: (n: number) =>
    `Vorhergesagte Klassen (Spalten) der Bilder jeder Klasse (Zeilen), Änderung gegenüber Float, ${count(n)} Testbilder`,
  cell: (truth: string, predicted: string, images: string) => `${truth} als ${predicted} gesehen: ${images}`,
  images: (n: number) => (n === 1 ? '1 Bild' : `${count(n)} Bilder`),
  more: (n: number) => `${signed(n, 0)} gegenüber Float`,
};
