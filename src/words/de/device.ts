// German: the board that a config is meant for.
import type { device as english } from '../en/device';
import { count, fixed, percent, sizeInWords, upTo } from '../numbers';

const digits = (value: number) => fixed(value, value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);
const milliseconds = (ms: number) => `${fixed(ms, ms < 10 ? 1 : 0)} ms`;

export const device: typeof english = {
  choose: 'Board wählen',
  title: 'Board',
  board: 'Board und Laufzeitumgebung',
  none: 'Kein Board',
  unknown: (id: string) =>
    `Die Liste hat kein Board „${id}“, wie es der Link verlangt. Es ist keines gewählt: Wähle eines unter der Modellgröße.`,
  hint: 'Die Größen sind die der exportierten .tflite-Datei.',
  flash: 'Flash',
  ram: 'RAM',
  latency: 'Latenz',
  size: (bytes: number) => sizeInWords(bytes),
  time: (ms: number) => `~${milliseconds(ms)}`,
  ofSize: (bytes: number) => `von ${sizeInWords(bytes)}`,
  ofTime: (ms: number) => `von ${milliseconds(ms)}`,
  overSize: (bytes: number) => `über ${sizeInWords(bytes)}`,
  overTime: (ms: number) => `über ${milliseconds(ms)}`,
  between: (low: number, high: number) => `${milliseconds(low)} bis ${milliseconds(high)}`,
  noTime: 'nicht bekannt',
  energy: 'Energie',
  tabled: { ms: (ms: number) => `${digits(ms)} ms`, mJ: (mJ: number) => `${digits(mJ)} mJ` },
  ofTabled: (most: number, unit: string) => `von ${upTo(most, 2)} ${unit}`,
  overTabled: (most: number, unit: string) => `über ${upTo(most, 2)} ${unit}`,
  tabledTip: (name: string) => `Die Summe über die Schichten, nach der Tabelle ${name}.`,
  notTabled: (layers: readonly string[]) =>
    `Die Tabelle hat diese Bitbreiten nicht (Gewichte/Aktivierungen): ${layers.slice(0, 4).join(', ')}${layers.length > 4 ? ', …' : ''}`,
  missing: (n: number) => (n === 1 ? '1 Schicht fehlt' : `${n} Schichten fehlen`),
  flashTip: (bytes: number) =>
    `${count(bytes)} Byte: die exportierte .tflite-Datei. Der Code der Laufzeitumgebung kommt dazu.`,
  ramTip: (bytes: number, kernels: 'reference' | 'dsp' | 'mve') =>
    `${count(bytes)} Byte: Tensoren und Zwischenspeicher, wenn am meisten belegt ist, wie TFLM sie mit ${kernels === 'reference' ? 'seinen Referenz-Kernels' : 'CMSIS-NN'} plant. Seine eigenen Tabellen kommen dazu.`,
  latencyTip: 'Geschätzt aus veröffentlichten Zeiten anderer Netze auf diesem Board mit dieser Laufzeitumgebung.',
  noTimeTip: 'Für dieses Board hat niemand Zeiten von int8-Netzen veröffentlicht.',
  flashField: (most: number | undefined) =>
    most === undefined ? 'Flash (KB, 0: beliebig)' : `Flash (KB, von ${count(most)})`,
  ramField: (most: number | undefined) =>
    most === undefined ? 'RAM (KB, 0: beliebig)' : `RAM (KB, von ${count(most)})`,
  latencyField: 'Latenz (ms, 0: beliebig)',
  core: (core: string, clockMHz: number | undefined) =>
    clockMHz === undefined ? core : `${core} mit ${fixed(clockMHz, 0)} MHz`,
  computesAny: 'Jede Schicht wird für ihre Bitbreiten gebaut.',
  computes: (widths: readonly number[]) =>
    `Rechnet mit Gewichten von ${widths.join(' oder ')} Bit und Aktivierungen von 8 Bit. Andere Breiten sparen höchstens Flash: Bis 4 Bit werden als INT4 gespeichert, alle anderen als INT8.`,
  slower: 'Schichten in INT4 sind langsamer: Ihre Gewichte werden für jedes Bild entpackt.',
  unmeasured: 'INT4 spart Flash, keine Zeit: Dafür hat hier niemand Zeiten veröffentlicht. Es kann mehr RAM belegen.',
  source: (programs: string, source: string) => `Zeiten: ${programs}, ${source}.`,
  ownCosts: 'Eigene Kosten',
  ownCostsHint:
    'Eine Tabelle, was jede Schicht mit jeder Bitbreite kostet, auf deiner Hardware gemessen: layer, weights, activations, ms, mJ. Sie bleibt in diesem Tab.',
  loadTable: 'Tabelle laden (CSV, JSON)',
  tableToFill: 'Tabelle zum Ausfüllen (CSV)',
  exampleTable: 'Beispiel: ResNet-18 auf einer T4, aus HAWQ-V3 (CSV)',
  table: (name: string, rows: number) => `${name}, ${count(rows)} Zeilen`,
  removeTable: 'Tabelle entfernen',
  energyField: 'Energie (mJ, 0: beliebig)',
  arithmetic: 'Genauigkeit, wie sie berechnet',
  as: { page: 'Seite', tflm: 'TFLM', litert: 'LiteRT' },
  arithmeticHint:
    'TFLM rundet wie Mikrocontroller, LiteRT wie Telefone und Browser: nur ganze Zahlen, aus der Datei, die exportiert wird.',
  measuredAs: (name: string) => `Wie ${name} rechnet`,
  measured: (low: number, high: number, n: number) => `${percent(low)} bis ${percent(high)} · ${count(n)} Testbilder`,
  pending: (name: string) => `nach der Seite; ${name} folgt`,
  failed: (name: string, why: string) => `Nicht wie ${name} gemessen: ${why}`,
  stored: (type: string) => `als ${type}`,
};
