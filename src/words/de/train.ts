// German: training: its form, its progress and what became of it.
import type { train as english } from '../en/train';
import { count, fixed, percent, signed, upTo } from '../numbers';
import { units } from './units';

interface Step {
  readonly state: 'running' | 'pausing' | 'paused';
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly accuracy: number;
}

interface Comparison {
  readonly before: { readonly value: number };
  readonly after: { readonly value: number; readonly n: number };
  readonly difference: { readonly difference: number; readonly lower: number; readonly upper: number };
  readonly verdict: string;
}

const points = (share: number) => signed(share * 100, 1);
const STATES = { running: '', pausing: 'wird pausiert, ', paused: 'pausiert, ' } as const;

export const train: typeof english = {
  options: 'Trainingsoptionen',
  start: 'Training starten',
  pause: 'Pausieren',
  pausing: 'Wird pausiert …',
  resume: 'Fortsetzen',
  stop: 'Anhalten',
  restorePretrained: 'Vortrainierte Gewichte wiederherstellen',
  restoreFile: 'Gewichte aus der Datei wiederherstellen',
  steps: 'Trainingsschritte',
  preparing: 'Wird vorbereitet …',
  searchFirst: (search: string) => `Eine Suche (${search}) läuft und geht vor; pausiere sie, um jetzt zu trainieren.`,
  step: ({ state, step, steps, loss, accuracy }: Step, distills: boolean): string => {
    const where = `${STATES[state]}Schritt ${count(step)} von ${count(steps)}`;
    if (Number.isNaN(loss)) return where;
    return `${where} · Kreuzentropie ${fixed(loss, 3)} · ${distills ? 'Übereinstimmung' : 'Genauigkeit'} ${percent(accuracy)} %`;
  },
  epoch: (done: number, of: number) => `Epoche ${count(Math.min(of, Math.floor(done) + 1))} von ${count(of)}`,
  speed: (imagesPerSecond: number) => `${count(imagesPerSecond)} Bilder/s`,
  composed: (why: string) => `Trainiert mit zusammengesetzten Operationen, also langsamer: ${why}`,
  left: (seconds: number) => `noch ${units.duration(seconds)}`,
  comparing: 'Vergleich mit den vorigen Gewichten …',
  moved: (config: string) =>
    `Die Regler wurden seit Beginn des Trainings bewegt; es läuft weiter für: ${config}. Um für die Bitbreiten an den Reglern zu trainieren, halte es an und starte es neu.`,
  showTrained: 'Bitbreiten im Training zeigen',
  notResumable: (reason: string) =>
    `Dieser Lauf kann bei einem späteren Besuch nicht fortgesetzt werden: ${reason}. Lass ihn zu Ende laufen, bevor du die Seite schließt.`,
  weights: {
    initial: 'Gewichte: zufällig, noch nicht trainiert',
    shipped: 'Gewichte: vortrainiert',
    own: 'Gewichte: aus der Datei',
    trained: 'Gewichte: hier trainiert',
  },
  distillation:
    'Destillation: Das quantisierte Netz lernt die Ausgaben des Float-Netzes; Labels werden nicht benutzt. Eine höhere Temperatur gibt dessen unwahrscheinlicheren Klassen mehr Gewicht.',
  fromImproved: 'Das Training beginnt mit der verbesserten Rundung.',
  useRecipe: 'Empfohlene Optionen verwenden',
  curves: {
    name: 'Trainingskurven',
    loading: 'Die Kurven werden geladen …',
    accuracy: 'Genauigkeit über den Trainingsschritten.',
    loss: 'Kreuzentropie über den Trainingsschritten.',
  },
  curvesEmpty: 'Hier werden Kreuzentropie und Genauigkeit gezeichnet, während ein Netz trainiert.',
  axes: { steps: 'Trainingsschritte', loss: 'Kreuzentropie (Nat)', accuracy: 'Genauigkeit (%)' },
  curve: {
    at: (step: number) => `Schritt ${count(step)}`,
    training: 'Training',
    validation: (latest: number | undefined) => `Validierung${latest === undefined ? '' : ` ${percent(latest)}`}`,
  },
  title: {
    diverged: 'Das Training ist divergiert',
    chance: 'Das Training ist auf Zufallsniveau zusammengebrochen',
    worseFresh: 'Die neuen Gewichte sind schlechter als die alten',
    worse: 'Das Training hat das Netz verschlechtert',
    stopped: 'Angehalten',
    finished: 'Fertig',
  },
  verdict: (title: string, text: string) => `${title}: ${text}`,
  afterSteps: (steps: number, stopped: boolean) =>
    `${stopped ? 'angehalten ' : ''}nach ${count(steps)} ${steps === 1 ? 'Schritt' : 'Schritten'}`,
  incomparable: (course: string) =>
    `${course}. Es gibt keine Validierungsbilder, auf denen die Gewichte verglichen werden könnten.`,
  compared: (
    { before, after, difference, verdict }: Comparison,
    config: string | undefined,
    course: string,
  ): string => {
    const on = `${config === undefined ? 'in Float' : `bei „${config}“`}, auf denselben ${count(after.n)} Validierungsbildern`;
    const sure = `${points(difference.difference)} Punkte, ${points(difference.lower)} bis ${points(difference.upper)}`;
    const unclear = verdict === 'same' ? ': kein signifikanter Unterschied' : '';
    return `${percent(before.value)} → ${percent(after.value)} % ${on} (${sure})${unclear}, ${course}.`;
  },
  reason: {
    rate: (rate: number) =>
      `Eine Lernrate von ${upTo(rate, 6)} ist wahrscheinlich zu hoch; versuche ${upTo(Number((rate / 10).toPrecision(2)), 6)}.`,
    fromScratch: 'Es begann mit zufälligen Gewichten: Trainiere länger.',
    other: (rate: number) => `Versuche mehr Epochen oder eine Lernrate unter ${upTo(rate, 6)}.`,
  },
  elsewhere: 'Ein anderer Tab hat dieses Netz inzwischen trainiert; dessen Gewichte sind aufbewahrt, siehe unten.',
  oldInUse: 'Die alten Gewichte sind in Gebrauch.',
  useTrained: 'Trainierte Gewichte verwenden',
  trainedInUse: 'Die trainierten Gewichte sind in Gebrauch.',
  useOld: 'Zurück zu den alten Gewichten',
  otherTab:
    'Auch ein anderer Tab trainiert dieses Netz. Beide Ergebnisse werden aufbewahrt: Der nächste Besuch öffnet das, das später fertig wird; das andere steht unten in der Liste.',
  interrupted: (network: string, step: number, steps: number, by: 'page' | 'engine') =>
    `Das Training von ${network} war bei Schritt ${count(step)} von ${count(steps)}, als ${by === 'page' ? 'die Seite geschlossen wurde' : 'die Engine stehen blieb'}. Es kann von dort fortgesetzt werden, mit demselben Ergebnis.`,
  resumeRun: 'Training fortsetzen',
  discard: 'Verwerfen',
  aside: 'Früher trainiert und in diesem Browser aufbewahrt (die letzten drei, die nicht in Gebrauch sind):',
  asideList: 'Aufbewahrte Gewichte',
  unnamed: (fingerprint: string) => `Gewichte ${fingerprint}`,
  asideAccuracy: (when: string, accuracy: number, n: number) =>
    `${when}: ${percent(accuracy)} % von ${count(n)} Validierungsbildern`,
  use: 'Verwenden',
};
