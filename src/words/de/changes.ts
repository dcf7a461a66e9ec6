// German: the images whose prediction changed.
import type { changes as english } from '../en/changes';
import { count, fixed } from '../numbers';

const kinds = { lost: 'verloren', gained: 'gewonnen', changed: 'so oder so falsch' } as const;

export const changes: typeof english = {
  choice: 'Gekippte Bilder',
  filter: {
    all: (n?: number) => (n === undefined ? 'gekippt' : `${count(n)} gekippt`),
    lost: (n?: number) => (n === undefined ? 'verloren' : `${count(n)} verloren`),
    gained: (n?: number) => (n === undefined ? 'gewonnen' : `${count(n)} gewonnen`),
  },
  before: (name: string) => `${name} →`,
  after: (name: string, isTrue: boolean) => `${name} ${isTrue ? '✓' : '✗'}`,
  same: 'unverändert',
  none: { lost: 'Kein Bild geht verloren.', gained: 'Kein Bild wird gewonnen.' },
  of: (n: number) => `von ${count(n)} Testbildern`,
  unmeasured: (index: number) => `Bild ${index}: noch nicht gemessen`,
  unchanged: (index: number, predicted: string) => `Bild ${index}: ${predicted}, im Float-Netz und jetzt`,
  predicted: (name: string, isTrue: boolean, margin: number) =>
    `${name} ${isTrue ? '✓' : '✗'} (Vorsprung ${fixed(margin * 100, 0)} %)`,
  flip: (label: string, kind: keyof typeof kinds, float: string, now: string) =>
    `${label}, ${kinds[kind]}: Float ${float}, jetzt ${now}`,
  caption: (isFloat: boolean) =>
    `Vorhersage ${isFloat ? 'des Float-Netzes' : 'derselben Gewichte unquantisiert'} → aktuelle Vorhersage, nach Vorsprung`,
  artwork: 'Zeichnungen: Emojitwo und andere',
  spectrograms:
    'Jedes Bild ist ein erzeugter Klang: Die Zeit läuft nach unten, jede Spalte ist ein Cepstralkoeffizient.',
  seeActivations: 'Aktivierungen zeigen',
  more: (left: number) => `Mehr zeigen (noch ${count(left)})`,
  soon: 'Hier erscheinen Bilder, sobald die Engine sie gelesen hat.',
  nothing: { images: 'Ohne Bilder wird nichts gemessen.', weights: 'Ohne Gewichte wird nichts gemessen.' },
};
