// German: the lesson "Train for it, or round better". Licensed under CC BY 4.0 (docs/lessons.md).
import type { lessonTraining as english } from '../en/lessonTraining';
import { count, fixed, signed } from '../numbers';
import { units } from './units';

const percent = (value: number) => `${fixed(value, 1)} %`;

export const lessonTraining: typeof english = {
  broken: (float: number) =>
    `Alle Schichten haben jetzt 2 Bit: Jedes Gewicht ist einer von vier Werten. In Float liegt das Netz bei ${percent(float)} der Testbilder richtig. Das Ergebnis zeigt, was davon übrig ist. Lässt sich das ohne mehr Bit reparieren?`,
  nearest:
    'Bisher rückt jedes Gewicht auf den nächsten der vier Werte, jedes für sich. Aber Gewichte wirken zusammen, in Summen. Wird eines aufgerundet, kann zum Ausgleich ein anderes abgerundet werden. Dafür muss man ein paar Bilder ansehen, aber niemand muss sagen, was darauf ist.',
  roundAsk: (now: number) =>
    now > 0
      ? `Zum nächsten Wert gerundet, liegt das Netz bei ${percent(now)} der Bilder richtig. Bei wie vielen mit besserer Rundung?`
      : 'Bei wie vielen Bildern liegt das Netz mit besserer Rundung richtig?',
  roundTask:
    'Drücke oben „Rundung verbessern“ (auf dem Handy: unter „Auswahl“), und warte, bis die Genauigkeit danach gemessen ist.',
  roundDo: 'Jedes Gewicht bleibt einer der vier Werte, und die Datei bleibt so klein, wie sie war.',
  roundWhy: (before: number, after: number, images: number, seconds: number) =>
    after - before > 2
      ? `${signed(after - before, 1)} Punkte, mit ${count(images)} Trainingsbildern ohne Labels, in ${units.duration(seconds)}.`
      : `${signed(after - before, 1)} Punkte: wenig, in ${units.duration(seconds)}. Hier lag es nicht an der Rundung.`,
  roundShort: 'Dafür reichten einige Trainingsbilder ohne Labels und ein paar Sekunden.',
  qat: 'Der andere Weg ist Training. Das Netz sieht Bilder mit den Antworten dazu, und seine Gewichte ändern sich in kleinen Schritten. Auch während des Trainings wird es gerundet, damit die Gewichte lernen, mit vier Werten auszukommen. Das heißt QAT, quantisierungsbewusstes Training.',
  trainAsk: (epochs: number, images: number) =>
    `Das Netz beginnt wieder mit der Rundung zum nächsten Wert und sieht ${count(images)} Bilder, ${count(epochs)}-mal nacheinander. Bei wie vielen Testbildern liegt es danach richtig?`,
  trainDo:
    'Trainiert wird in deinem Browser, auf deinem Computer. Das dauert bis zu einer Minute, auf langsamen Computern länger.',
  trainTask: 'Drücke „Training starten“ im Tab „Training“, und warte, bis es fertig und die Genauigkeit gemessen ist.',
  trainWhy: (rounded: number, trained: number) =>
    trained > rounded
      ? `${fixed(trained - rounded, 1)} Punkte mehr als mit besserer Rundung. Training darf die Gewichte selbst bewegen, deshalb kommt es weiter. Es braucht Labels und dauert länger.`
      : `${fixed(rounded - trained, 1)} Punkte weniger als mit besserer Rundung. Das Training könnte noch weitergehen, mit mehr Bildern.`,
  which: 'Du hast Bilder, aber keine Labels, und ein paar Sekunden Zeit. Was von beidem kannst du nehmen?',
  more: 'Und was von beidem hat das Netz hier weiter gebracht?',
  moreWhy: (rounded: number, trained: number, float: number) =>
    `Bessere Rundung: ${percent(rounded)}. Training: ${percent(trained)}. Float: ${percent(float)}.`,
  choices: { round: 'Rundung verbessern', train: 'Training mit eingebauter Rundung (QAT)' },
  whichWhy:
    'Codes zu wählen braucht keine Labels: Die Ausgaben des Netzes selbst, in Float, geben vor, worauf zu zielen ist.',
  summary: (times: number) =>
    `Mit ${count(2)} Bit ist die Datei ${fixed(times, 1)}-mal kleiner als in Float, und das Netz funktioniert wieder. Versuche zuerst bessere Rundung, denn sie ist schnell und braucht keine Labels. Trainiere, wenn das nicht reicht. Beides zusammen kommt noch weiter.`,
};
