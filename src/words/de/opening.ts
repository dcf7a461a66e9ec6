// German: files that are opened.
import type { opening as english } from '../en/opening';
import { count } from '../numbers';
import { fewerImages } from './hero';

const layersOf = (n: number) => (n === 1 ? '1 Schicht' : `${count(n)} Schichten`);

export const opening: typeof english = {
  unread: (file: string, why: string) => `${file} konnte nicht gelesen werden: ${why}`,
  configOn: (file: string, layers: number, withQuantizer: boolean) =>
    `Die Bitbreiten aus „${file}“ sind an den Reglern eingestellt: ${layersOf(layers)}${withQuantizer ? ', dazu der Quantisierer' : ''}.`,
  configUnfit: (file: string, why: string) =>
    `„${file}“ passt nicht zu diesem Netz: ${why} Die Bitbreiten bleiben, wie sie sind.`,
  files: (names: readonly string[]) =>
    names.length > 3 ? `${names.slice(0, 2).join(', ')} und ${count(names.length - 2)} weitere` : names.join(', '),
  noEngine: {
    what: 'Die Datei wurde nicht gelesen: Die Engine läuft nicht.',
    why: 'Die Engine liest Dateien und probiert die Netze darin aus.',
    next: 'Starte die Engine neu und öffne die Datei noch einmal.',
  },
  noSample: (why: string) => ({
    what: why,
    why: 'Beispiele werden erst von dieser Seite geladen, wenn man sie öffnet.',
    next: 'Versuche es mit einer Verbindung noch einmal, oder öffne eine eigene Datei.',
  }),
  engineGone: 'Die Engine läuft nicht. Starte sie neu und versuche es noch einmal.',
  // Without articles, since they stand in a sentence of another file.
  brings: {
    policy: 'Bitbreiten',
    scheme: 'Quantisierer',
    ranges: 'Bereiche der Aktivierungen',
    normalization: 'Vorverarbeitung',
  },
  unnamed: 'Netz',
  recipe: (files: string, format: string, producer: string | undefined) =>
    `Aus ${files}: ${format}${producer ? `, ${producer}` : ''}.`,
  opened: (network: string, layers: number, measured = 0, leftOut = 0) =>
    `${network} ist geöffnet: ${layersOf(layers)}.${leftOut > 0 ? ` ${fewerImages(measured, measured + leftOut)}` : ''}`,
  removed: (network: string) => `${network} ist aus diesem Browser entfernt.`,
  notRemoved: (network: string, why: string) => `${network} konnte nicht entfernt werden: ${why}`,
};
