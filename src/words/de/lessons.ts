// German: the player of the lessons and the list of them. The texts of the lessons are licensed under CC BY 4.0
// (docs/lessons.md).
import type { Proportion } from '../../math/statistics';
import type { AnyUnit, lessons as english } from '../en/lessons';
import { count, fixed, upTo } from '../numbers';

/** Units of guesses and measurements, each with a value in words. */
const units: Readonly<Record<AnyUnit, (value: number) => string>> = {
  percent: (value) => `${fixed(value, 1)} %`,
  kilobytes: (value) => `${fixed(value, 1)} KB`,
  lost: (value) => `${fixed(value, 1)} Punkte`,
  configs: (value) => (value === 1 ? '1 Konfiguration' : `${count(value)} Konfigurationen`),
  values: (value) => (value === 1 ? '1 Wert' : `${count(value)} Werte`),
};

const said = (unit: AnyUnit, value: number) =>
  unit === 'percent' && Number.isInteger(value) ? `${count(value)} %` : units[unit](value);
/** What a difference between two values of a unit is in: percents differ by points. */
const apart = (unit: AnyUnit, by: number) => {
  const amount = Math.abs(by);
  return unit === 'percent' || unit === 'lost' ? `${upTo(amount, 1)} Punkte` : units[unit](amount);
};

export const lessons: typeof english = {
  title: 'Lektionen',
  about:
    'Sechs kurze Lektionen auf dieser Seite. Du schätzt, und dann wird das Netz in deinem Browser gemessen. Was jetzt auf dem Pult liegt, kommt zurück, wenn du eine Lektion verlässt.',
  list: 'Liste der Lektionen',
  titles: {
    bit: 'Was ist ein Bit?',
    layers: 'Nicht alle Schichten sind gleich',
    budget: 'Mit einem Budget haushalten',
    search: 'Die Maschine suchen lassen',
    training: 'Dafür trainieren oder besser runden',
    smallest: 'Wie klein geht es?',
  },
  minutes: (minutes: number) => `${count(minutes)} min`,
  start: (title: string) => `Beginnen: ${title}`,
  resume: (title: string) => `Fortsetzen: ${title}`,
  again: (title: string) => `Neu beginnen: ${title}`,
  verbs: { start: 'Beginnen', resume: 'Fortsetzen', again: 'Neu beginnen' },
  finished: 'abgeschlossen',
  begun: (at: number, of: number) => `Schritt ${count(at)} von ${count(of)}`,
  before: (title: string) => `Vor der Lektion „${title}“`,
  license: 'Die Texte der Lektionen stehen unter der Lizenz',
  licenseName: 'CC BY 4.0',

  lesson: (title: string) => `Lektion: ${title}`,
  number: (at: number, of: number, minutes: number) => `Lektion ${count(at)} von ${count(of)} · ${count(minutes)} min`,
  step: (at: number, of: number) => `Schritt ${count(at)} von ${count(of)}`,
  kinds: {
    text: 'Lesen',
    do: 'Ausprobieren',
    check: 'Prüfen',
    choice: 'Prüfen',
    predict: 'Vorhersagen',
    reveal: 'Auflösen',
  },
  end: 'Schluss',
  progress: 'Erledigte Schritte',
  goOn: 'Weiter',
  finish: 'Abschließen',
  back: 'Zurück',
  leave: 'Lektion verlassen',
  leaveTip: 'Stellt wieder her, was vor der Lektion auf dem Pult lag',
  reset: 'Pult neu einrichten',
  next: (title: string) => `Als Nächstes: ${title}`,
  takeMe: 'Dorthin bringen',
  done: 'Erledigt.',
  toLesson: 'Zurück zur Lektion',
  loading: 'Die Lektion wird geladen …',

  covered: 'Die Antwort erscheint nach deinem Tipp',
  guess: 'Dein Tipp',
  guessIn: {
    percent: 'Dein Tipp in Prozent',
    kilobytes: 'Dein Tipp in KB',
    values: 'Dein Tipp: wie viele Werte',
    lost: 'Dein Tipp: wie viele Punkte Verlust',
    configs: 'Dein Tipp: wie viele Konfigurationen',
  },
  lock: 'Tipp festlegen',
  locked: (unit: AnyUnit, guess: number) => `Dein Tipp steht fest: ${said(unit, guess)}.`,
  value: said,
  waiting: (n: number, of: number) =>
    n > 0 ? `Messung läuft: ${count(n)} von ${count(of)} Testbildern` : 'Messung läuft in deinem Browser …',
  youSaid: (unit: AnyUnit, guess: number) => `Dein Tipp: ${said(unit, guess)}`,
  measured: (unit: AnyUnit, value: number) => `Gemessen: ${units[unit](value)}`,
  computed: (unit: AnyUnit, value: number) => `Berechnet: ${units[unit](value)}`,
  images: (n: number, unit: AnyUnit, { lower, upper }: Pick<Proportion, 'lower' | 'upper'>) =>
    `n = ${count(n)} Testbilder; mit 95 % Konfidenz zwischen ${units[unit](lower)} und ${units[unit](upper)}`,
  exact: 'Genau gezählt, ohne Zufall',
  off: (unit: AnyUnit, by: number, within: boolean, exact: boolean) => {
    if (within) return exact ? 'Genau richtig.' : 'Dein Tipp liegt im Intervall: genau getroffen.';
    return `Dein Tipp liegt daneben: ${apart(unit, by)} zu ${by > 0 ? 'hoch' : 'niedrig'}.`;
  },

  answers: 'Antworten',
  answer: 'Antwort prüfen',
  right: 'Richtig.',
  wrong: 'Das ist es nicht. Sieh auf das Pult, und wähle noch einmal.',

  guesses: 'Deine Tipps',
  guessRow: (unit: AnyUnit, guess: number, value: number) =>
    `Dein Tipp: ${said(unit, guess)}; richtig: ${units[unit](value)}`,
};
