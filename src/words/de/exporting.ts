// German: the dialog that exports the network: what the files state, and a row for each format.
import type { exporting as english } from '../en/exporting';
import { count, fixed, percent, sizeInWords } from '../numbers';

interface Interval {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

interface Loss {
  readonly of: 'weights' | 'activations';
  readonly layers: readonly string[];
  readonly decibels?: number;
}

const named = (layers: readonly string[]) =>
  layers.length > 3 ? `${count(layers.length)} Schichten` : layers.join(', ');

export const exporting: typeof english = {
  title: 'Exportieren',
  stated: (images: string, config: string, quantizer: string, bytes: number) =>
    ` auf ${images}: ${config}, ${quantizer}. Modellgröße ${sizeInWords(bytes)} (${count(bytes)} Byte).`,
  accuracy: ({ value, lower, upper, n }: Interval, whole: boolean) =>
    `Jede Datei nennt diese Bitbreiten, den Quantisierer, seine Bereiche und die gemessene Genauigkeit: ${percent(value)} % (${percent(lower)} bis ${percent(upper)}) von ${whole ? '' : 'bisher '}${count(n)} Testbildern${whole ? '' : '; die Dateien werden aktualisiert, wenn alle gemessen sind'}.`,
  unmeasured:
    'Diese Konfiguration ist noch nicht gemessen, und das steht auch in den Dateien. Sie werden aktualisiert, sobald sie es ist.',
  writing: 'Wird geschrieben …',
  bytes: (n: number) => `${count(n)} Byte`,
  statesNothing: 'Nennt noch keine Genauigkeit; eine Aktualisierung folgt.',
  states: (n: number) => `Nennt die Genauigkeit auf ${count(n)} Bildern; eine Aktualisierung folgt.`,
  loss: ({ of, layers, decibels }: Loss) =>
    of === 'weights'
      ? `Gewichte von ${named(layers)}: noch einmal auf 8 Bit pro Kanal gerundet, weil dieses Format sie nicht unverändert speichern kann${decibels === undefined ? '' : ` (Signal-Rausch-Verhältnis mindestens ${fixed(decibels, 0)} dB)`}.`
      : `Aktivierungen, die ${named(layers)} ${layers.length === 1 ? 'liest' : 'lesen'}: in dieser Datei 8 Bit, über ihren gemessenen Bereich.`,
  loader: 'Python-Lader (load.py)',
  copy: 'Kopieren',
  copied: 'Kopiert.',
  ready: 'Alle Dateien sind fertig.',
  notLoaded: 'Das Netz ist noch nicht geladen.',
};
