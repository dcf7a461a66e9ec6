// German: pinned configs and their comparison.
import type { pins as english } from '../en/pins';
import { count, fixed, percent, signed } from '../numbers';

export const pins: typeof english = {
  title: 'Pins',
  pin: 'Anheften',
  pinned: (name: string) => `Angeheftet als ${name}`,
  isPinned: (name: string) => `Angeheftet als ${name}.`,
  pinThis: 'Diese Bitbreiten anheften',
  key: 'P',
  help: 'Hefte die Bitbreiten an den Reglern an, ändere sie und vergleiche.',
  differs: (steps: string) => `jetzt ${steps}`,
  differsMuch: (layers: number) => `jetzt ${count(layers)} Schichten anders`,
  load: (name: string) => `${name} laden`,
  remove: (name: string) => `${name} entfernen`,
  now: 'Jetzt',
  measured: (accuracy: number, size: string) => `${percent(accuracy)} %, ${size}`,
  notMeasured: (size: string) => `${size}, noch nicht gemessen: zum Messen laden`,
  verdict: (points: number, lower: number, upper: number) =>
    lower > 0 || upper < 0
      ? `${fixed(Math.abs(points), 1)} Punkte ${points > 0 ? 'darüber' : 'darunter'}`
      : 'Genauigkeit im Rahmen des Zufalls',
  interval: (lower: number, upper: number, n: number) =>
    `gepaarte Differenz ${signed(lower, 1)} bis ${signed(upper, 1)} Punkte, n = ${count(n)} Testbilder`,
  smaller: (size: string, difference: number) =>
    difference === 0 ? 'gleich groß' : `${size} ${difference < 0 ? 'kleiner' : 'größer'}`,
  against: (first: string, second: string, verdict: string, size: string) =>
    `${second} gegenüber ${first}: ${verdict}, ${size}`,
  differ: 'Worin sie sich unterscheiden',
  bothRight: 'beide richtig',
  only: (name: string) => `nur ${name} richtig`,
  bothWrong: 'beide falsch',
  disagreements: (n: number) =>
    n === 1 ? '1 Bild wird verschieden gesehen' : `${count(n)} Bilder werden verschieden gesehen`,
  truth: 'Klasse',
  float: 'Float',
};
