// German: the plot of accuracy against cost, and its table.
import type { plot as english } from '../en/plot';
import { count, fixed, prefixed, sizeInWords, upTo } from '../numbers';

/** A number of images and the split that they are of. */
const test = (n: number) => `n = ${count(n)} Testbilder`;
const validation = (n: number) => `n = ${count(n)} Validierungsbilder`;

export const plot: typeof english = {
  cost: {
    ...{ memory: 'Größe', bitOps: 'BitOps', averageBits: 'Mittlere Bitbreite' },
    ...{ flash: 'Flash', ram: 'RAM', latency: 'Latenz', estimate: 'Latenz, geschätzt', energy: 'Energie' },
  },
  axis: {
    memory: (large: boolean) => `Modellgröße (${large ? 'MB' : 'KB'}, logarithmische Skala)`,
    bitOps: () => 'Bit-Operationen pro Bild (logarithmische Skala)',
    averageBits: () => 'Bit pro Gewicht (logarithmische Skala)',
    flash: (large: boolean) => `Flash (${large ? 'MB' : 'KB'}, logarithmische Skala)`,
    ram: (large: boolean) => `RAM (${large ? 'MB' : 'KB'}, logarithmische Skala)`,
    latency: () => 'Latenz nach der Tabelle (ms, logarithmische Skala)',
    estimate: () => 'geschätzte Latenz (ms, logarithmische Skala)',
    energy: () => 'Energie nach der Tabelle (mJ, logarithmische Skala)',
  },
  size: 'Modellgröße (KB)',
  title: {
    memory: 'Genauigkeit gegen Modellgröße',
    bitOps: 'Genauigkeit gegen Bit-Operationen',
    averageBits: 'Genauigkeit gegen mittlere Bitbreite',
    flash: 'Genauigkeit gegen Flash',
    ram: 'Genauigkeit gegen RAM',
    latency: 'Genauigkeit gegen Latenz',
    estimate: 'Genauigkeit gegen geschätzte Latenz',
    energy: 'Genauigkeit gegen Energie',
  },
  costs: {
    memory: (bytes: number) => sizeInWords(bytes),
    bitOps: (ops: number) => `${prefixed(ops)} Bit-Operationen pro Bild`,
    averageBits: (bits: number) => `${upTo(bits, 2)} Bit pro Gewicht`,
    flash: (bytes: number) => `${sizeInWords(bytes)} Flash`,
    ram: (bytes: number) => `${sizeInWords(bytes)} RAM`,
    latency: (ms: number) => `${upTo(ms, 3)} ms`,
    estimate: (ms: number) => `~${upTo(ms, ms < 10 ? 1 : 0)} ms, geschätzt`,
    energy: (mJ: number) => `${upTo(mJ, 3)} mJ`,
  },
  costChoice: 'Kosten',
  rangeChoice: 'Bereich der Genauigkeit',
  range: { top: 'Oben', all: 'Alles', zoom: 'Ausschnitt' },
  table: 'Tabelle',
  tableTitle: 'Gemessene Konfigurationen',
  note: (faint: boolean) => (faint ? 'auf Testbildern; blass: Validierungsbilder' : 'Konfigurationen auf Testbildern'),
  noteByPage: 'wie die Seite rundet, nicht wie das Ergebnis',
  predictedMark: 'vorhergesagt',
  front: 'Pareto-Front',
  you: 'DU',
  youByPage: 'DU, wie die Seite rundet',
  cheaper: (n: number) => `← ${count(n)} weitere`,
  float: (accuracy: number, size: string, beyond: boolean) =>
    `Float ${fixed(accuracy, 1)} % · ${size}${beyond ? ' →' : ''}`,
  floatBefore: (accuracy: number) => `Float vor dem Training ${fixed(accuracy, 1)} %`,
  unrounded: (accuracy: number, beyond: boolean) =>
    `diese Gewichte in Float ${fixed(accuracy, 1)} %${beyond ? ' →' : ''}`,
  uniform: (bits: number, estimated: boolean) => `${estimated ? '~' : ''}einheitlich ${bits}`,
  control: ', Kontrolle',
  shared: ', mit geteilten Gewichten',
  picked: 'gewählte Konfiguration',
  accuracy: (y: number, lower: number, upper: number) => `${fixed(y, 1)} % (${fixed(lower, 1)} bis ${fixed(upper, 1)})`,
  estimate: (y: number) => `~${fixed(y, 1)} %`,
  estimateError: (y: number, error: number) => `~${fixed(y, 1)} % (typischerweise ±${fixed(error, 1)})`,
  source: {
    estimated: () => 'geschätzt, nicht gemessen',
    shipped: (n: number) => `vorberechnet, ${test(n)}`,
    measured: (n: number) => `gemessen, ${test(n)}`,
    searched: (n: number) => `von der Suche gemessen, ${validation(n)}`,
  },
  predicted: (method: string) => `vorhergesagt von ${method}, nicht gemessen`,
  load: 'Laden',
  loadConfig: (name: string) => `${name} laden`,
  clickLoads: 'Klick: laden · Umschalt-Klick: anheften',
  keysLoad: 'Eingabe: laden · P: anheften · Esc: verlassen',
  pinned: (name: string) => `angeheftet als ${name}`,
  summary: (what: string, measured: number, searched: number, precomputed: number, cost: string, accuracy: string) =>
    `Diagramm: ${what}. Konfigurationen: ${count(measured)} hier gemessen, ${count(searched)} von Suchen, ${count(precomputed)} vorberechnet. Waagerecht: ${cost}. Senkrecht: ${accuracy}.`,
  ends: (from: string, to: string) => `${from} bis ${to}`,
  broken: (from: number, breakAt: number, to: number) => `${from} bis ${to} %; unter ${breakAt} % gestaucht`,
  percents: (from: number, to: number) => `${from} bis ${to} %`,
  keys: 'Die Pfeiltasten gehen die Konfigurationen nach Kosten durch, Eingabe lädt eine, P heftet sie an, Esc verlässt das Diagramm. Plus und Minus zoomen, Umschalt und eine Pfeiltaste verschieben, 0 zeigt wieder alles.',
  pointInWords: (at: number, of: number, ...parts: readonly string[]) =>
    `${parts.join(', ')}. Konfiguration ${at} von ${of}.`,
  skipped: (layers: number) => `${layers} ausgelassen`,
  exportPlot: 'Diagramm exportieren',
  exports: { png: 'Bild (PNG)', svg: 'Zeichnung (SVG)', csv: 'Konfigurationen (CSV)' },
  notExported: 'Das Diagramm konnte nicht exportiert werden.',
  budget: {
    name: 'Größenbudget',
    fits: (bytes: number) => `passt in ${upTo(bytes / 1024, 1)} KB`,
    value: (bytes: number, left: number) =>
      `${sizeInWords(bytes)}, ${left < 0 ? `${sizeInWords(-left)} darüber` : `${sizeInWords(left)} frei`}`,
    over: 'über dem Budget',
    remove: 'Budget entfernen',
    tip: (bytes: number, device: string) =>
      `Budget auf ${sizeInWords(bytes)} setzen, den Programmspeicher von ${device}. Auch die Laufzeitumgebung braucht etwas davon.`,
    tipPlain: (bytes: number) => `Budget auf ${sizeInWords(bytes)} setzen`,
  },
  config: 'Konfiguration',
  profile: 'Profil',
  filter: 'Filter',
  found: (shown: number, all: number) => `${count(shown)} von ${count(all)}`,
  accuracyColumn: 'Genauigkeit (95-%-Intervall)',
  weightBits: (widths: string) => `Gewichte ${widths}`,
  activationBits: (widths: string) => `Aktivierungen ${widths}`,
  youAre: (label: string) => `du: ${label}`,
  empty: 'Noch ist keine Konfiguration gemessen. Die erste folgt, sobald die Engine bereit ist.',
};
