// German: the button that finds the smallest network for a loss, and what was proved of it.
import type { lossLimit as english } from '../en/lossLimit';
import { count, signed, sizeInWords, upTo } from '../numbers';

const points = (share: number) => `${upTo(100 * share, 2)} ${Math.abs(100 * share - 1) < 1e-9 ? 'Punkt' : 'Punkte'}`;
/** A measured loss; one below zero is a gain. */
const measured = (lost: number) =>
  lost < 0 ? `gemessen: ${signed(-100 * lost, 1)}` : `gemessen: ${upTo(100 * lost, 1)}`;

export const lossLimit: typeof english = {
  region: 'Kleinste Konfiguration für einen Verlust',
  field: 'Darf höchstens verlieren (Punkte)',
  find: 'Kleinste finden',
  cancel: 'Abbrechen',
  load: 'Laden',
  hint: 'Findet Bitbreiten anhand des Fehlers jedes Ausgangs und beweist dann den Verlust an Genauigkeit auf Validierungsbildern, die bei keiner Wahl benutzt wurden.',
  waiting: 'wartet auf die Suche davor',
  limitChoice: 'Verlust an Genauigkeit (Punkte)',
  running: (used: number) => `sucht: ${count(100 * Math.min(1, used))} %`,
  failed: (why: string) => `Fehlgeschlagen: ${why}`,
  stopped: 'Angehalten, bevor etwas bewiesen war.',
  proved: (bytes: number, most: number, lost: number, n: number) =>
    `${sizeInWords(bytes)}: verliert höchstens ${points(most)} (${measured(lost)}), 95 % Konfidenz, n = ${count(n)} Validierungsbilder`,
  provedWhere: 'Bei keiner Wahl wurden diese Bilder benutzt.',
  tested: (lost: number, lower: number, upper: number, n: number) =>
    `Auf ${count(n)} Testbildern beträgt der Verlust ${upTo(100 * lost, 1)} Punkte (${upTo(100 * lower, 1)} bis ${upTo(100 * upper, 1)}).`,
  nothing: (most: number, images: number) =>
    `Für keine Konfiguration ist auf ${count(images)} Validierungsbildern bewiesen, dass sie höchstens ${points(most)} verliert.`,
  noPolicy: 'Die Suche hat keine Konfiguration gefunden, die sich prüfen ließe.',
  largest: (bytes: number, lost: number) =>
    `Die größte geprüfte Konfiguration, ${sizeInWords(bytes)}, verlor ${upTo(100 * lost, 1)} Punkte.`,
  moreImages: (n: number) => `Etwa ${count(n)} Bilder würden vermutlich reichen.`,
  otherRounding:
    'Mehr Bilder würden nicht helfen: Verbessere die Rundung, erlaube mehr Bit, nimm einen anderen Quantisierer, oder trainiere.',
  next: (bytes: number, n: number) => `${sizeInWords(bytes)} würde etwa ${count(n)} Bilder brauchen.`,
  nextNot: (bytes: number, lost: number) => `${sizeInWords(bytes)} verlor ${upTo(100 * lost, 1)} Punkte: zu viel.`,
};
