// German: the wide view "Speed".
import type { speed as english } from '../en/speed';
import { count, significant } from '../numbers';

export const speed: typeof english = {
  open: 'Geschwindigkeit dieses Rechners messen',
  title: 'Tempo',
  close: 'Schließen',
  about:
    'Misst, wie viele Bilder pro Sekunde dieser Browser auswertet und trainiert: 32x32 Pixel, in Float, mit zufälligen Gewichten. Das dauert bis zu einer halben Minute. Andere Tabs und ein fast leerer Akku bremsen.',
  start: 'Messen',
  again: 'Noch einmal messen',
  stop: 'Anhalten',
  caption: 'Bilder pro Sekunde',
  network: 'Netz',
  evaluation: 'Auswertung',
  training: 'Training',
  rate: (imagesPerSecond: number) => (imagesPerSecond < 100 ? significant(imagesPerSecond, 2) : count(imagesPerSecond)),
  batch: (images: number) => `Batches zu ${count(images)}`,
  waits: 'nicht gemessen',
  running: (done: number, of: number) => `Messung ${count(done + 1)} von ${count(of)} läuft …`,
  done: (done: number, of: number) => (done < of ? `${count(done)} von ${count(of)} gemessen.` : 'Alles ist gemessen.'),
  row: 'Zeile für die Gerätetabelle',
  copy: 'Kopieren',
  copied: 'Kopiert.',
  rowHint: 'Für docs/performance.md oder ein Issue auf GitHub.',
  failed: (why: string) => `Die Messung ist fehlgeschlagen: ${why}`,
};
