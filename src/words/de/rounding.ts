// German: the card that improves rounding.
import type { rounding as english } from '../en/rounding';
import { count, fixed, percent, signed } from '../numbers';
import { units } from './units';

interface Difference {
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
}

const points = (share: number) => signed(share * 100, 1);
const imagesUsed = (images: number, synthesized: boolean) =>
  `${count(images)} ${synthesized ? 'aus der Batch-Norm-Statistik erzeugten Bildern' : 'Trainingsbildern ohne Labels'}`;

export const rounding: typeof english = {
  nothing: 'Jede Schicht ist in Float oder ausgelassen: Es gibt nichts zu runden. Gib erst einer Schicht 2 bis 8 Bit.',
  notLoaded: 'Das Netz ist noch nicht geladen.',
  learn: 'Rundung lernen (langsamer)',
  learnTip: 'Lernt durch Gradientenabstieg, Block für Block, welche Codes aufgerundet werden (AdaRound)',
  cancel: 'Abbrechen',
  back: (learned: boolean) => (learned ? 'Gelernte Rundung rückgängig machen' : 'Zurück zum nächsten Wert'),
  measuring: 'Die jetzige Genauigkeit wird gemessen',
  looking: (images: number, synthesized: boolean) =>
    synthesized ? `${count(images)} Bilder werden erzeugt` : `${count(images)} Trainingsbilder werden gelesen`,
  layers: (done: number, total: number) => `Codes für ${count(done)} von ${count(total)} Schichten gewählt`,
  steps: (done: number, total: number) => `Lernen: Schritt ${count(done)} von höchstens ${count(total)}`,
  seconds: (seconds: number) => units.duration(seconds),
  change: (before: number, after: number) => `${percent(before)} → ${percent(after)} %`,
  difference: ({ difference, lower, upper }: Difference, n: number) =>
    `${points(difference)} Punkte (95 %: ${points(lower)} bis ${points(upper)}), n = ${count(n)} Testbilder`,
  chance: 'Im Rahmen des Zufalls: Runden zum nächsten Wert verliert bei diesen Bitbreiten ohnehin wenig.',
  waiting: 'Die Genauigkeit danach wird gemessen.',
  of: (config: string) => `Konfiguration: ${config}.`,
  how: (images: number, seconds: number, synthesized: boolean, learned: boolean) =>
    `${learned ? 'Rundung gelernt' : 'Quantisierungsstufen und Codes gewählt'} auf ${imagesUsed(images, synthesized)}, in ${fixed(seconds, 1)} s.`,
  already: (images: number, synthesized: boolean, learned: boolean) =>
    `Die Rundung ist ${learned ? 'gelernt' : 'verbessert'}: auf ${imagesUsed(images, synthesized)}.`,
  preparing: (done: number, total: number) =>
    `Im Hintergrund: Codes für andere Bitbreiten, ${count(done)} von ${total > 0 ? count(total) : '…'}. Danach müssen beim Ziehen keine mehr gewählt werden.`,
  announced: (difference: number, after: number, n: number) =>
    `Rundung verbessert: ${percent(after)} Prozent von ${count(n)} Testbildern, ${points(difference)} Punkte.`,
  unchanged: 'Die Rundung ist wie zuvor.',
  failed: (why: string) => `Die Rundung konnte nicht verbessert werden und ist wie zuvor: ${why}`,
};
