// German: searches, their runs and what they found.
import type { search as english } from '../en/search';
import { count, percent, plusMinus, sizeInWords, upTo } from '../numbers';
import { units } from './units';

interface Known {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

const configs = (n: number) => `${count(n)} ${n === 1 ? 'Konfiguration' : 'Konfigurationen'}`;
const inPercent = (known: Known) => `${percent(known.value)} % ${plusMinus(known)}`;

export const search: typeof english = {
  note: 'Suchen wählen auf Validierungsbildern aus; die endgültige Pareto-Front wird auf Testbildern gemessen.',
  method: 'Verfahren',
  methodsSoon: 'Die Verfahren erscheinen hier, sobald die Engine läuft.',
  optionsOf: (method: string) => `Optionen von ${method}`,
  start: 'Suche starten',
  queued: 'Beginnt, wenn der jetzige Lauf endet.',
  failedWith: (run: string, why: string) => `${run} ist mit diesen Einstellungen fehlgeschlagen. ${why}`,
  further: 'Weitere Einstellungen',
  budgetIn: 'Budget in',
  budget: (unit: string) => `Budget (${unit})`,
  budgetKind: { evaluations: 'gemessene Konfigurationen', images: 'gesehene Bilder', minutes: 'Minuten' },
  configs,
  images: (n: number) => `${count(n)} ${n === 1 ? 'Bild' : 'Bilder'}`,
  time: (seconds: number) => `~${units.duration(seconds)} beim hier gemessenen Tempo`,
  budgetAtMost: (parts: readonly string[]) => `höchstens ${parts.join(', ')}`,
  imagesUnknown: 'Zahl der Bilder unbekannt, bis die ersten gemessen sind',
  timeUnknown: 'Dauer unbekannt, bis die ersten gemessen sind',
  training: 'Training des Verfahrens eingeschlossen',
  limitOn: 'Grenze für',
  limitKind: {
    memory: 'Modellgröße (KB)',
    compression: 'Kompression der Gewichte (×)',
    bitOps: 'BitOps pro Bild (Millionen)',
    loss: 'Verlust an Genauigkeit (Punkte)',
    none: 'nichts',
  },
  limitField: {
    memory: 'Größe, höchstens (KB)',
    compression: 'Kompression der Gewichte, mindestens (×)',
    bitOps: 'BitOps pro Bild, höchstens (Millionen)',
    loss: 'Verlust, höchstens (Punkte)',
  },
  withinBoard: (budgets: readonly string[]) => `Auch innerhalb der Budgets des Boards: ${budgets.join(', ')}.`,
  boardBudget: {
    flash: (bytes: number) => `${sizeInWords(bytes)} Flash`,
    ram: (bytes: number) => `${sizeInWords(bytes)} RAM`,
    latency: (microseconds: number) => `${upTo(microseconds / 1000, 1)} ms`,
    energy: (microjoules: number) => `${upTo(microjoules / 1000, 1)} mJ`,
  },
  limitBound: (kind: string, bound: number) =>
    `mit diesen Bitbreiten ${kind === 'compression' ? 'höchstens' : 'mindestens'} ${upTo(bound, 2)}`,
  differs: 'Immer noch anders als im Artikel:',
  weightBits: 'Erlaubte Gewichtsbits',
  skip: 'auslassen',
  skipTip: 'Lässt ganze Zweige von Residualblöcken aus',
  activationBits: 'Aktivierungsbits',
  activations: {
    eight: '8 Bit',
    float: 'Float',
    asWeights: 'wie die Gewichte',
    pairs: 'Paare von DNAS: 1/4, 2/4, 3/3, 4/4, 8/8',
    searched: 'werden auch gesucht',
  },
  tied: 'Schichten mit gemeinsamer Breite',
  ties: { none: 'keine', shortcuts: 'Abkürzung und erste Schicht ihres Blocks', blocks: 'alle Schichten eines Blocks' },
  useMine: 'Von mir gemessene Konfigurationen einbeziehen',
  summary: {
    bits: (widths: string) => `Gewichtsbits ${widths}`,
    images: (n: number) => `${count(n)} Bilder pro Messung`,
    steps: (n: number) => `${count(n)} ${n === 1 ? 'Schritt' : 'Schritte'} Feinabstimmung pro Konfiguration`,
    locked: (n: number) => `${count(n)} gesperrt`,
    ties: { shortcuts: 'Abkürzungen gekoppelt', blocks: 'eine Breite pro Block' },
  },
  locks: {
    title: 'Gesperrte Schichten',
    titleWithBits: 'Gesperrte Schichten: Gewichtsbits / Aktivierungsbits',
    none: 'Keine: Die Suche darf jede Schicht ändern. Um Schichten zu sperren, wähle sie auf dem Pult aus oder drücke L auf einem Regler.',
    unlock: (layer: string, weights: number, activations: number) =>
      `${layer} entsperren: Gewichte ${units.bitsInWords(weights)}, Aktivierungen ${units.bitsInWords(activations)}`,
    lockSelected: (n: number) => `Auswahl sperren (${count(n)})`,
    unlockAll: 'Alle entsperren',
  },
  runs: 'Läufe',
  empty:
    'Noch ist keine Suche gelaufen. Wähle ein Verfahren und drücke „Suche starten“: Seine Konfigurationen erscheinen eine nach der anderen im Diagramm, und die Regler gehören weiter dir.',
  discarded: (run: string) => `„${run}“ ist verworfen.`,
  undo: 'Rückgängig',
  compareTip: 'Im Diagramm zeigen und vergleichen',
  compareRun: (run: string) => `${run} vergleichen`,
  runName: 'Name des Laufs',
  otherWeights: 'für andere Gewichte',
  otherNetwork: (network: string, images: string) => `für ${network} auf ${images}`,
  pausing: 'wird pausiert (die laufende Messung geht noch zu Ende)',
  because: (why: string) => `(${why})`,
  elsewhere: 'läuft in einem anderen Tab',
  elsewhereHint: '(kann hier fortgesetzt werden, wenn er dort pausiert oder jener Tab geschlossen wird)',
  budgetOf: (run: string) => `Budget von ${run}`,
  frontOf: (run: string) => `Pareto-Front von ${run} auf Testbildern`,
  frontWaits: 'die Pareto-Front wird nach der jetzigen Suche gemessen',
  phase: (phase: string, done?: number) =>
    done === undefined ? phase : `${phase}: ${count(Math.floor(done * 100))} %`,
  left: (seconds: number) => `noch ~${units.duration(seconds)}`,
  stalled: (n: number) => `Seit ${configs(n)} keine Verbesserung`,
  used: (used: number) => `${count(Math.floor(Math.min(1, used) * 100))} %`,
  progress: (used: string, budget: string, evaluations: number, images: number, seconds: number) =>
    `${used} von ${budget} · ${count(evaluations)} gemessen · ${count(images)} ${images === 1 ? 'Bild' : 'Bilder'} · ${units.duration(seconds)}`,
  nothing: {
    notBegun: 'noch nicht begonnen',
    neverBegan: 'nie begonnen',
    shared: (n: number, over: boolean) =>
      `${count(n)} mit geteilten Gewichten gemessen, ${over ? '' : 'noch '}keine mit eigenen Gewichten`,
    layers: (n: number, over: boolean) =>
      `einzelne Schichten ${count(n)}-mal gemessen, ${over ? '' : 'noch '}keine Konfiguration innerhalb der Grenze`,
    training: 'im Training, noch keine Konfiguration gemessen',
    trained: 'trainiert, keine Konfiguration gemessen',
    measured: (over: boolean) => (over ? 'nichts gemessen' : 'noch nichts gemessen'),
  },
  found: (picked: boolean, bytes?: number) =>
    `${picked ? 'Gewählt' : 'Beste'}${bytes === undefined ? '' : `: ${sizeInWords(bytes)}`}`,
  test: (known: Known) => `Test ${inPercent(known)} (n = ${count(known.n)})`,
  validation: (known: Known) => `Validierung ${inPercent(known)} (n = ${count(known.n)})`,
  notValidated: 'nach dem, was das Verfahren gelernt hat, nicht auf Validierungsbildern gemessen',
  load: 'Laden',
  inside: 'Innenansicht',
  pause: 'Pausieren',
  resume: (used?: string) => (used === undefined ? 'Fortsetzen' : `Fortsetzen (${used})`),
  resumeTip: 'Möglich, wenn sein Netz, seine Gewichte und seine Bilder geöffnet sind.',
  change: 'Einstellungen ändern',
  measureFront: 'Auf Testbildern messen',
  measureFrontTip: 'Misst die Pareto-Front, wie am Ende eines Laufs',
  stop: 'Anhalten',
  stopTip: 'Was der Lauf gelernt hat, ist lesbar, wenn sein Netz, seine Gewichte und seine Bilder geöffnet sind.',
  discard: 'Verwerfen',
  byHand: (n: number) => `Mit den Reglern gemessen, auf Testbildern (${count(n)})`,
  seriesLeft: (n: number) => `noch ${count(n)}`,
  measureUniform: (widths: string) => `Einheitliche messen: ${widths}`,
  byHandEmpty:
    'Noch ist nichts gemessen: Bewege einen Regler, oder miss die einheitlichen Konfigurationen als Vergleichsbasis.',
};
