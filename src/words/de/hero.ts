// German: the result: accuracy and model size with what they are worth, and what helps where accuracy is low.
import type { Proportion } from '../../math/statistics';
import type { hero as english } from '../en/hero';
import { count, fixed, percent, plusMinus, sizeInWords } from '../numbers';

const points = (share: number) => `${percent(Math.abs(share))} Punkte`;
export const fewerImages = (measured: number, of: number) =>
  `Auf ${count(measured)} von ${count(of)} Testbildern gemessen: Bilder dieser Größe brauchen mehr Speicher.`;
const images = (n: number) => `n = ${count(n)}`;

export const hero: typeof english = {
  percent: '%',
  float: 'Float',
  floatBefore: 'Float vor dem Training',
  unrounded: 'dieselben Gewichte unquantisiert',
  sameAs: (reference: string) => `So genau wie ${reference}`,
  apart: (difference: number, reference: string) =>
    `${points(difference)} ${difference < 0 ? 'weniger' : 'mehr'} als ${reference}`,
  noFlip: (n: number) => `kein Bild verloren oder gewonnen · ${images(n)}`,
  giveOrTake: (margin: number, n: number) => `±${percent(margin)} · ${images(n)}`,
  withinChance: (n: number) => `im Rahmen des Zufalls · ${images(n)}`,
  between: (low: number, high: number, n: number) => `${percent(low)} bis ${percent(high)} · ${images(n)}`,
  fewerImages,
  measured: (accuracy: Proportion) => `${plusMinus(accuracy)}, gemessen, ${images(accuracy.n)} Testbilder`,
  precomputed: (accuracy: Proportion) => `${plusMinus(accuracy)}, vorberechnet, ${images(accuracy.n)} Testbilder`,
  precomputedTitle: 'Vorberechnet',
  precomputedOn: (n: number) => `auf ${count(n)} Testbildern`,
  estimated: 'Geschätzt',
  estimateError: (error: number) => `zwei von drei liegen innerhalb von ±${percent(error)}`,
  estimateUnknown: 'Fehler noch nicht bekannt',
  noImages: 'noch keine Bilder',
  noWeights: 'noch keine Gewichte',
  measuring: 'Wird gemessen …',
  unmeasured: 'Noch nicht gemessen',
  bytes: (n: number) => `${count(n)} Byte`,
  smaller: (times: number) => `${fixed(times, 1)}× kleiner als Float`,
  averageBits: (bits: number) => `${fixed(bits, 2)} Bit pro Gewicht`,
  fits: (budget: number, left: number) => `Passt in ${sizeInWords(budget)}: ${sizeInWords(left)} übrig`,
  over: (budget: number, by: number) => `${sizeInWords(by)} über ${sizeInWords(budget)}`,
  untrained:
    'Für diesen Datensatz gibt es keine vortrainierten Gewichte: Die Genauigkeit liegt auf Zufallsniveau, bis du trainierst.',
  goToTraining: 'Zum Training',
  atChance: (images: string) =>
    `Selbst ohne Quantisierung rät dieses Netz auf ${images} nur: Es wurde mit anderen Bildern trainiert, oder es erwartet eine andere Vorverarbeitung oder Reihenfolge der Klassen. Ziehe die Datei noch einmal hierher, um zu sehen, was probiert wurde.`,
  openImages: 'Andere Bilder öffnen',
  needsTraining: (quantizer: string) =>
    `${quantizer} braucht quantisierungsbewusstes Training; bis du trainierst, ist die Genauigkeit niedrig.`,
  trainQuantized: 'Quantisierungsbewusstes Training einrichten',
};
