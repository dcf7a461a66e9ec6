// German: the layer at hand: its weights or its activations, and the quantizers compared.
import type { layer as english } from '../en/layer';
import { units } from '../en/units';
import { count, fixed, percent, plusMinus, signed } from '../numbers';

/** Nominative and accusative. */
const levels = (n: number) => `${count(n)} ${n === 1 ? 'Quantisierungsstufe' : 'Quantisierungsstufen'}`;
const lines = (n: number) => `${n === 1 ? 'Linie: die' : 'Linien: die'} ${levels(n)}`;

export const layer: typeof english = {
  note: 'der zuletzt berührten Schicht',
  choice: 'Von der Schicht zeigen',
  view: { weights: 'Gewichte', activations: 'Aktivierungen' },
  skipped: (name: string) =>
    `${name} ist mit dem Zweig ausgelassen: Das Netz wird ohne ihn gespeichert und läuft ohne ihn. Um die Schicht zurückzuholen, bewege ihren Regler, oder drücke dort S.`,
  weightsSoon: 'Was machen die Bit mit den Gewichten? Gezeichnet, sobald die Engine bereit ist.',
  activationsSoon: 'Was sieht die Schicht in einem Bild? Gezeichnet, sobald die Engine bereit ist.',
  weights: (n: number) => `${count(n)} Gewichte`,
  barScale: 'Skala der Balken',
  scale: { linear: 'linear', log: 'logarithmisch' },
  axis: (log: boolean) =>
    `Wert der Gewichte (ohne Einheit) · Höhe: Zahl der Gewichte${log ? ', logarithmische Skala' : ''}`,
  range: (bits: number) => `Bereich bei ${units.bitsInWords(bits)}`,
  exact: 'kein Fehler',
  sqnr: (decibels: number) => `SQNR ${fixed(decibels, 1)} dB`,
  mse: (mse: string) => `MSE ${mse}`,
  clipped: (share: number) => {
    if (share === 0) return 'Kein Gewicht ist abgeschnitten';
    return `${share < 0.0005 ? `Weniger als ${fixed(0.1, 1)}` : percent(share)}\u00a0% der Gewichte sind abgeschnitten: Sie liegen jenseits der äußersten Quantisierungsstufe ihrer Gruppe`;
  },
  sentence: (text: string) => `${text}.`,
  levels: {
    float: 'Float-Gewichte haben keine Quantisierungsstufen: Jeder Wert bleibt, wie er ist.',
    tensor: (n: number) => `${lines(n)} der ganzen Schicht.`,
    channel: (n: number, channel: number, channels: number) =>
      `${lines(n)} von Ausgangskanal ${channel}, der das größte Gewicht hat; jeder Kanal hat eigene (Kanäle: ${count(channels)}).`,
    block: (n: number, channel: number, blocks: number, size: number) =>
      `${lines(n)} des Blocks von Ausgangskanal ${channel} mit dem größten Gewicht; jeder Block hat eigene (Blöcke: ${count(blocks)}, Größe: bis ${count(size)}).`,
  },
  histogram: {
    about: (name: string, n: number, peak: string, bits: number) =>
      `Schicht ${name}, ${count(n)} Gewichte bis ±${peak}, ${units.bitsInWords(bits)}`,
    float: (about: string) => `${about}: keine Quantisierungsstufen, kein Fehler.`,
    says: (about: string, n: number, from: string, to: string, clipped: string, errors: string) =>
      `${about}: ${levels(n)} von ${from} bis ${to}; ${clipped}; ${errors}.`,
  },
  staircase: {
    says: (quantizer: string, bits: number, what: string) =>
      `Treppenkurve: ${quantizer}, ${units.bitsInWords(bits)}. ${what}`,
    values: (peak: string, values: number) =>
      `Aus Gewichten von −${peak} bis ${peak} ${values === 1 ? 'wird 1 Wert' : `werden ${count(values)} Werte`}.`,
    float: 'Float: Werte bleiben, wie sie sind.',
    out: (peak: string) => `aus ±${peak}`,
    in: (peak: string) => `ein ±${peak}`,
    at: (bits: number) => `bei ${units.bitsInWords(bits)}`,
    staysFloat: '(diese Schicht bleibt Float)',
    about: (summary: string) => `. ${summary}`,
    reference: (reference: string) => `${reference}.`,
  },
  comparison: {
    summary: (network: string, images: string | undefined, bits: number) =>
      `Quantisierer im Vergleich: ${network}${images === undefined ? '' : ` auf ${images}`}, Gewichte mit ${count(bits)} Bit, ohne Nachtraining`,
    quantizer: 'Quantisierer der Gewichte',
    bits: 'Bit',
    size: 'Modellgröße',
    accuracy: 'Genauigkeit',
    difference: 'Punkte gegen Float',
    action: 'Verwenden',
    float: 'Nicht quantisiert',
    scheme: (quantizer: string, granularity: string, leastError: boolean) =>
      `${quantizer}, ${granularity}${leastError ? ', Bereich mit kleinstem Fehler' : ''}`,
    granularity: {
      tensor: 'pro Tensor',
      channel: 'pro Kanal',
      block: (size: number) => `pro Block von ${count(size)}`,
    },
    known: (known: { value: number; lower: number; upper: number }) =>
      `${percent(known.value)}\u00a0% ${plusMinus({ ...known, n: 0 })}`,
    here: (n: number) => `hier, n = ${count(n)}`,
    points: (share: number) => signed(share * 100, 1),
    use: 'Verwenden',
    useScheme: (scheme: string) => `Verwenden: ${scheme}`,
    inUse: 'In Gebrauch',
    stop: (left: number) => `Anhalten, noch ${count(left)}`,
    measure: 'Auf diesem Gerät messen',
  },
  unnamed: (index: number) => `Klasse ${index}`,
  testImage: 'Testbild',
  imageBefore: 'Voriges Bild',
  imageAfter: 'Nächstes Bild',
  orPick: ', oder wähle eines unter „Was sich geändert hat“',
  key: {
    float: 'Float: breite Balken',
    quantized: 'quantisiert: schmale Balken',
    change: 'darunter: die Änderung, mit eigener Skala',
  },
  floatAndQuantized: 'Float und quantisiert',
  changeFromFloat: 'Änderung gegenüber Float',
  sameScales: 'gleiche Skalen für alle Kanäle dieser Schicht',
  channels: 'Kanäle',
  order: { given: 'der Reihe nach', changed: 'am stärksten geändert' },
  channelsBefore: 'Vorige Kanäle',
  channelsAfter: 'Nächste Kanäle',
  channelsOf: (from: number, to: number, of: number) => `Kanäle ${count(from)}–${count(to)} von ${count(of)}`,
  float: 'Float',
  quantized: 'quantisiert',
  change: 'Änderung',
  both: (float: string, quantized: string) => `Float ${float}, quantisiert ${quantized}`,
  shape: (h: number, w: number, c: number) => (h * w === 1 ? `${count(c)} Werte` : `${count(c)} Karten zu ${h}×${w}`),
  zeros: (float: number, quantized: number) => `Nullen ${percent(float)} % → ${percent(quantized)} %`,
  channel: (channel: number, sqnr: string, mse: string) => `Kanal ${count(channel)}: ${sqnr}, ${mse}`,
  after: { 'batch norm': 'Batch-Norm', relu: 'ReLU', relu6: 'ReLU6' },
  scope: (name: string, after: readonly string[], weights: number, activations: number) =>
    `Ausgabe von ${name} für ein Bild${after.length === 0 ? '' : `, nach ${after.join(' und ')}`}. Quantisiert wie auf den Reglern: diese Schicht (Gewichte ${units.bitsInWords(weights)}, Eingaben ${units.bitsInWords(activations)}) und alle Schichten davor.`,
  activationsSay: (
    name: string,
    image: number,
    label: string,
    shape: string,
    from: string,
    to: string,
    reach: string,
    rest: readonly string[],
  ) =>
    `Schicht ${name}, Testbild ${image} (${label}): ${shape} von ${from} bis ${to}, durch Quantisierung um höchstens ${reach} geändert; ${rest.join(', ')}.`,
};
