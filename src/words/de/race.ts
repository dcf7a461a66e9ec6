// German: the wide view "Race".
import type { race as english } from '../en/race';
import { count, fixed, signed } from '../numbers';

interface Interval {
  readonly mean: number;
  readonly upper: number;
}

const known = ({ mean, upper }: Interval, scale: number, digits: number, write = fixed) =>
  Number.isFinite(upper)
    ? `${write(scale * mean, digits)} ±${fixed(scale * (upper - mean), digits)}`
    : write(scale * mean, digits);

const UNITS = { images: 'Bildern', configs: 'Konfigurationen', min: 'Minuten', s: 'Sekunden' };
const seedsOf = (seeds: readonly number[]) => `${seeds.length === 1 ? 'Startwert' : 'Startwerte'} ${seeds.join(', ')}`;

export const race: typeof english = {
  title: 'Wettlauf',
  close: 'Schließen',
  precomputed: (program: string) => `vorberechnet von ${program}`,
  limit: 'Grenze',
  times: (limit: string) => limit.replace(/^([\d.]+)x$/, '$1×'),
  budget: (n: number, unit: keyof typeof UNITS) => `${count(n)} ${UNITS[unit]}`,
  about: (budget: string, network: string, dataset: string, limit: string, finish: string, n: number) =>
    `Jede Suche darf ${network} auf ${dataset} mit ${budget} ${limit} kleiner machen. Alle Ergebnisse werden gleich abgeschlossen (${finish}) und auf ${count(n)} Testbildern getestet.`,
  verdicts: {
    above: (budget: string, reference: string, methods: string) => `Mit ${budget} über ${reference}: ${methods}`,
    open: (budget: string, reference: string, methods: string) =>
      `Mit ${budget} nicht zu unterscheiden von ${reference}: ${methods}`,
    below: (budget: string, reference: string, methods: string) => `Mit ${budget} unter ${reference}: ${methods}`,
  },
  causes: 'Gründe stehen in docs/searches.md.',
  play: 'Abspielen',
  pause: 'Pause',
  spentBy: 'Bilder, die jede verbraucht haben darf',
  at: (images: number, most: number) => `${count(images)} von ${count(most)} Bildern`,
  now: (images: number) => `${count(images)} Bilder`,
  says: (curves: readonly string[]) =>
    `Beste bisherige Genauigkeit über der Zahl verbrauchter Bilder. ${curves.join('; ')}.`,
  curve: (method: string, accuracy: number | undefined) =>
    `${method}: ${accuracy === undefined ? 'nichts gemessen' : `${fixed(accuracy, 1)} %`}`,
  images: 'verbrauchte Bilder (vorwärts und rückwärts)',
  best: 'beste Validierungsgenauigkeit (%)',
  replayed: (n: number, seeds: readonly number[]) =>
    `Linien und „Beste“: Mittel über ${seedsOf(seeds)}, auf je ${count(n)} Validierungsbildern, vor dem Abschluss.`,
  noReplay: 'Die Wege dieser Läufe wurden nicht aufgehoben.',
  caption: 'Endstand',
  method: 'Suche',
  spent: 'Bilder',
  soFar: 'Beste (%)',
  nothing: 'noch nichts',
  accuracy: 'Test (%)',
  against: (reference: string) => `Gegen ${reference}`,
  rank: 'Rang',
  reference: 'Vergleich',
  comparedWith: 'Verglichen mit',
  share: (accuracy: Interval) => known(accuracy, 100, 2),
  points: (difference: Interval) => known(difference, 100, 2, signed),
  place: (rank: Interval) => known(rank, 1, 1),
  percent: (value: number) => fixed(value, 1),
  intervals: (seeds: readonly number[]) =>
    seeds.length > 1
      ? `Mittel über ${seedsOf(seeds)}; ± ist das 95-%-Intervall über sie. Ein Unterschied, dessen Intervall 0 einschließt, ist keiner.`
      : `Nur ${seedsOf(seeds)}: Das gibt kein Intervall und unterscheidet nichts.`,
};
