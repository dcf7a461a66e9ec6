// German: the dialog that exports the network: what the files state, and a row for each format.
import type { exporting as english } from '../en/exporting';
import { count, percent, sizeInWords } from '../numbers';

interface Interval {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

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
  loader: 'Python-Lader (load.py)',
  copy: 'Kopieren',
  copied: 'Kopiert.',
  ready: 'Alle Dateien sind fertig.',
  notLoaded: 'Das Netz ist noch nicht geladen.',
};
