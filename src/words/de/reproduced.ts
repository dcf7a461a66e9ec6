// German: the wide view "Reproduced".
import type { reproduced as english } from '../en/reproduced';
import { count, fixed, significant } from '../numbers';

export const reproduced: typeof english = {
  title: 'Nachgerechnet',
  open: 'Veröffentlichte Programme noch einmal lösen',
  close: 'Schließen',
  about:
    'Zwei Arbeiten haben die Tabellen veröffentlicht, aus denen ihre ganzzahligen Programme Bitbreiten wählen: LIMPQ für ResNet-50, Gewichte und Aktivierungen mit 2 bis 6 Bit bei 12,2x, und HAWQ-V3 für ResNet-18 mit 4 oder 8 Bit. Diese Seite löst sie in deinem Browser und vergleicht die Breiten mit den veröffentlichten und die Summe mit der eines anderen Lösers.',
  start: 'Lösen',
  again: 'Noch einmal lösen',
  stop: 'Anhalten',
  caption: 'Veröffentlichte Programme',
  program: 'Programm',
  widths: 'Gefundene veröffentlichte Breiten',
  sum: 'Kleinste Summe',
  effort: 'Aufwand',
  limpq: { script: 'LIMPQ, ResNet-50', true: 'LIMPQ, ResNet-50, wahre Positionen' },
  limpqNote: {
    script: 'Ausgabepositionen gezählt wie im veröffentlichten Skript',
    true: 'das Skript zählt 28,5 x 28,5 Positionen, wo es 28 x 28 sind',
  },
  hawq: {
    size: 'HAWQ-V3, ResNet-18, Größe',
    bitOps: 'HAWQ-V3, ResNet-18, Bitoperationen',
    latency: 'HAWQ-V3, ResNet-18, Zeit auf einer T4',
  },
  fraction: (share: string) => `Grenze ${share} des Wegs von überall 4 zu überall 8 Bit`,
  same: (same: number, of: number) => `${count(same)} von ${count(of)}`,
  notPublished: 'keine veröffentlicht',
  known: (sum: number) => `anderer Löser: ${fixed(sum, 6)}`,
  proved: (nodes: number) => `beweisbar optimal, ${count(nodes)} Knoten`,
  unproved: (nodes: number) => `nicht bewiesen, ${count(nodes)} Knoten`,
  seconds: (seconds: number) => `${significant(seconds, 2)} s`,
  bits: (weights: string) => `Gewichte ${weights}`,
  activations: (activations: string) => `Aktivierungen ${activations}`,
  running: (done: number, of: number) => `Löse ${count(done + 1)} von ${count(of)}…`,
  done: (done: number, of: number) =>
    done < of ? `${count(done)} von ${count(of)} gelöst.` : 'Alle Programme sind gelöst.',
  failed: (why: string) => `Fehlgeschlagen: ${why}`,
  more: 'Genauigkeiten veröffentlichter Tabellen neben unseren: docs/reproduced.md.',
};
