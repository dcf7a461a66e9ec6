// German: runs of searches compared, and one run looked into.
import type { compare as english } from '../en/compare';
import { count, fixed, percent, plusMinus, signed, upTo } from '../numbers';

interface Known {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

const ofValidation = (test: boolean) => (test ? '' : ' der Validierungsbilder');

export const compare: typeof english = {
  title: 'Vergleich',
  note: 'der ausgewählten Läufe',
  choice: 'Vergleichen',
  watch: 'Einem vorberechneten Wettlauf aller Suchen zusehen',
  view: { race: 'Wettlauf', layers: 'Bit pro Schicht', uniform: 'gegen einheitlich' },
  race: {
    says: (curves: readonly string[]) =>
      `Beste bisherige Genauigkeit über der Zahl gesehener Bilder. ${curves.join('; ')}.`,
    curve: (run: string, accuracy: number | undefined) =>
      accuracy === undefined ? run : `${run}: ${fixed(accuracy, 1)} %`,
    images: 'gesehene Bilder (vorwärts und rückwärts)',
    best: 'beste bisherige Validierungsgenauigkeit (%)',
    began: (run: string, accuracy: number) => `${run} begann bei ${fixed(accuracy, 1)} %, unterhalb dieses Bereichs.`,
    run: 'Lauf',
    bestAt: (images: number) => `Beste nach ${count(images)} Bildern`,
    picked: 'Gewählte Konfiguration',
    configs: 'Konfigurationen',
    seen: 'Gesehene Bilder',
    time: 'Zeit',
    nothing: 'noch nichts',
    known: (known: Known) => `${percent(known.value)} % ${plusMinus(known)}`,
    test: (n: number) => `${count(n)} Testbilder`,
    validation: (n: number) => `${count(n)} Validierungsbilder`,
  },
  layers: {
    says: (runs: readonly string[]) =>
      `Gewichtsbits jeder Schicht, bezogen auf die größte Breite der Konfiguration, vom Eingang zum Ausgang. ${runs.join('; ')}.`,
    run: (run: string, config: string) => `${run}: ${config}`,
    axis: 'Bit / meiste Bit',
    empty: 'Noch kein Lauf hat eine Konfiguration gemessen.',
    weightBits: 'Gewichtsbits',
    yours: 'deine',
    pair: (weights: string, activations: string) => `${weights} / ${activations}`,
    difference: (bits: number) => signed(bits, 0),
  },
  uniform: {
    empty: 'Wähle einen Lauf mit gemischten Breiten, um ihn mit einheitlichen zu vergleichen.',
    says: 'Genauigkeit über Kompression: gemischte Breiten, eine Linie pro Lauf, und einheitliche Breiten.',
    compression: 'mal kleiner als Float',
    times: (times: number) => `${upTo(times, 2)}×`,
    accuracy: 'Genauigkeit (%)',
    alone: (accuracy: number, times: number, test: boolean) =>
      `${fixed(accuracy, 1)} %${ofValidation(test)} bei ${fixed(times, 1)}×; nahe dieser Größe ist nichts Einheitliches gemessen`,
    against: (accuracy: number, times: number, test: boolean, uniform: number, between: boolean) => {
      const about = between ? '~' : '';
      return `${fixed(accuracy, 1)} %${ofValidation(test)} bei ${fixed(times, 1)}×, einheitlich ${about}${fixed(uniform, 1)} %: ${about}${signed(accuracy - uniform, 1)} Punkte`;
    },
    sentence: (run: string, text: string) => `${run}: ${text}`,
    note: 'Einheitliche Genauigkeiten sind auf Testbildern gemessen oder vorberechnet und zwischen zwei Breiten interpoliert (~). Läufe, deren Front nicht auf Testbildern gemessen wurde, zeigen ihre Validierungsgenauigkeit, und die ist optimistisch.',
  },
  inside: {
    title: 'Innenansicht',
    of: (run: string) => `Innenansicht: ${run}`,
    believed: (because: string) => `Das Verfahren hielt eine andere Konfiguration für besser: ${because}`,
    soon: 'Was das Verfahren weiß, erscheint hier, während es arbeitet.',
    stopped: 'Es wurde angehalten, bevor es etwas zu zeigen gab.',
    failed: 'Es ist fehlgeschlagen, bevor es etwas zu zeigen gab.',
    front: 'Front',
    picked: 'gewählt',
    best: 'vermutlich beste',
    control: 'Kontrolle',
    size: 'Modellgröße',
    validation: (n?: number) =>
      n === undefined ? 'Validierungsgenauigkeit (%)' : `Validierungsgenauigkeit (%, n = ${count(n)})`,
    test: (n?: number) => (n === undefined ? 'Testgenauigkeit (%)' : `Testgenauigkeit (%, n = ${count(n)})`),
    unmeasured: 'nicht gemessen',
    known: (known: Known) => `${percent(known.value)} ${plusMinus(known)}`,
  },
  table: {
    show: 'Front aus dieser Tabelle',
    showTip: 'Beantwortet andere Grenzen ohne eine weitere Suche',
    about: (table: string, steps: number) =>
      `Aus der Tabelle einzelner Schichten dieses Laufs (${table}), für jede Grenze${steps > 0 ? `; Schritte der Feinabstimmung in der Vorhersage: ${count(steps)}, in der Messung hier: keine` : ''}`,
    label: (run: string) => `Front aus der Tabelle: ${run}`,
    predicted: 'Vorhergesagt',
    beyond: 'jenseits der Messungen',
    estimate: (accuracy: number) => `~${percent(accuracy)}`,
    tested: (known: Known) => `${percent(known.value)} ${plusMinus(known)} von ${count(known.n)}`,
    untested: 'vorhergesagt, nicht gemessen',
    measure: (n: number) => `Diese ${count(n)} messen`,
  },
  proxies: {
    show: 'Ersatzmaße vergleichen',
    showTip: 'Wie gut billige Ersatzmaße für den Verlust die Konfigurationen dieses Laufs ordnen',
    about: (n: number) =>
      `Rangkorrelation der Ersatzmaße mit den ${count(n)} Konfigurationen, die der Lauf gemessen hat, mit 95-%-Intervallen über Konfigurationen; 1 heißt gleiche Reihenfolge. Von einer Suche gewählte Konfigurationen sind eine verzerrte Stichprobe, zufällige nicht.`,
    label: (run: string) => `Ersatzmaße auf den Konfigurationen: ${run}`,
    proxy: 'Ersatzmaß',
    images: 'Bilder',
    loss: 'Mit der Kreuzentropie',
    errors: 'Mit der Fehlerrate',
    rank: ({ value, lower, upper }: Omit<Known, 'n'>) =>
      Number.isNaN(value) ? 'keine Ordnung' : `${fixed(value, 2)} (${fixed(lower, 2)} bis ${fixed(upper, 2)})`,
  },
};
