// German: the lesson "How small can it get?". Licensed under CC BY 4.0 (docs/lessons.md).
import type { lessonSmallest as english } from '../en/lessonSmallest';
import { count, fixed } from '../numbers';

const size = (value: number) => `${fixed(value, 1)} KB`;
const points = (value: number) => `${fixed(value, 1)} Punkte`;

export const lessonSmallest: typeof english = {
  question: (float: number, eight: number) =>
    `Bisher hattest du ein Budget und hast die beste Genauigkeit gesucht. Jetzt ist es umgekehrt: Das Netz darf gegenüber Float höchstens 1 Punkt Genauigkeit verlieren. Das ist eine falsche Antwort mehr auf hundert Bilder. In Float belegt es ${size(float)}, mit 8 Bit überall ${size(eight)}.`,
  sizeAsk: 'Wie klein kann die Datei werden?',
  luck: (margin: number, n: number) =>
    `Die Sache hat einen Haken. Eine Genauigkeit, die auf ${n > 0 ? `${count(n)} Bildern gemessen wurde, kennt man nur auf etwa ±${fixed(margin, 1)} Punkte` : 'einigen Bildern gemessen wurde, kennt man nur ungefähr'}. Wer viele Konfigurationen ausprobiert und die nimmt, die am besten aussieht, fällt auf das Glück herein. Deshalb wählt die Suche auf einigen Bildern und beweist den Verlust dann auf anderen, die bei keiner Wahl benutzt wurden.`,
  findTask:
    'Lass im Tab „Suche“ bei „Darf höchstens verlieren“ 1 Punkt stehen, und drücke „Kleinste finden“. Es dauert etwa eine Minute.',
  proved: (float: number, bytes: number, n: number) =>
    `${size(float)} in Float, jetzt ${size(bytes)}, also ${fixed(float / bytes, 1)}-mal kleiner. Dass höchstens 1 Punkt verloren geht, ist mit 95 % Konfidenz bewiesen, auf ${count(n)} Bildern, die nur für den Beweis angesehen wurden.`,
  notProved:
    'Für nichts Kleineres ließ es sich mit den vorhandenen Bildern beweisen. Das ist eine ehrliche Antwort: Nicht bewiesen heißt nicht falsch.',
  test: 'Beweise lassen sich prüfen. Die Testbilder wurden weder für die Suche noch für den Beweis benutzt.',
  testAsk: 'Wie viele Punkte verliert diese Konfiguration auf den Testbildern, gegenüber Float?',
  loadTask: 'Lade die gefundene Konfiguration mit dem Knopf unter dem Beweis, und warte, bis sie gemessen ist.',
  testWhy: (lost: number) =>
    lost <= 1
      ? `Versprochen war höchstens 1 Punkt Verlust, und es ${lost < 0 ? `wurden sogar ${points(-lost)} gewonnen` : `gingen ${points(lost)} verloren`}. Das Versprechen ist gehalten.`
      : `Versprochen war höchstens 1 Punkt Verlust, und es gingen ${points(lost)} verloren. Sieh dir das Intervall an: Bei so vielen Bildern kann das Zufall sein. Bei 5 von 100 solchen Beweisen kann es mehr als Zufall sein.`,
  within: 'Hält der Verlust auf den Testbildern das Versprechen von höchstens 1 Punkt?',
  yes: 'Ja',
  no: 'Nein',
  withinWhy: (lost: number) => `Es sind ${points(lost)}, wie oben gemessen.`,
  means: 'Das Versprechen gilt „mit 95 % Konfidenz“. Was heißt das?',
  meansRight: 'Von 100 solchen Beweisen wären höchstens etwa 5 falsch',
  meansWrong: '95 % der Bilder sind richtig',
  meansOther: 'Das Netz behält 95 % seiner Genauigkeit',
  meansWhy:
    'Glück lässt sich nicht ausschließen, aber sein Anteil lässt sich begrenzen. Mit mehr Bildern lassen sich kleinere Verluste beweisen.',
  summary: (bytes: number, float: number) =>
    bytes > 0 && bytes < float
      ? `Die Datei ist von ${size(float)} auf ${size(bytes)} geschrumpft, mit einem Verlust, der versprochen, bewiesen und geprüft ist. Du hast alles gesehen: Bit, Schichten, Budgets, Suchen, Runden und Training. Jetzt bring ein eigenes Netz mit.`
      : 'Ein Verlust lässt sich versprechen, beweisen und prüfen, und manchmal ist die ehrliche Antwort, dass es zu wenige Bilder gibt. Jetzt bring ein eigenes Netz mit.',
};
