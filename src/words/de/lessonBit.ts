// German: the lesson "What is a bit?". Licensed under CC BY 4.0 (docs/lessons.md).
import type { lessonBit as english } from '../en/lessonBit';
import { count, fixed } from '../numbers';

const percent = (value: number) => `${fixed(value, 1)} %`;

export const lessonBit: typeof english = {
  network:
    'Auf dem Pult liegt ein kleines neuronales Netz. Es sieht sich ein Bild an und sagt, welches von zehn Emoji darauf ist. Was es gelernt hat, steckt in seinen Gewichten: Tausende von Zahlen, in Schichten. Jeder Regler ist eine Schicht.',
  bits: 'Ein Bit ist ein Ja oder ein Nein. Ein Bit unterscheidet zwei Werte. Mit einem zweiten Bit teilt sich jeder davon noch einmal: vier Werte.',
  howMany: 'Wie viele verschiedene Werte lassen sich mit 4 Bit unterscheiden?',
  doubles: (levels: number) =>
    `Es sind ${count(levels)}. Jedes weitere Bit verdoppelt die Zahl der Werte: 2, 4, 8, 16. Mit 8 Bit unterscheidest du also 256 Werte, mit 2 Bit nur 4. Ein Gewicht, das zwischen zwei Werten liegt, rückt auf den nächsten. Das heißt Quantisierung, oder einfach Runden.`,
  look: '„Schicht“ zeigt die Gewichte einer Schicht: eine Kurve vor dem Runden und die wenigen Werte, die danach bleiben.',
  lookTask: (layer: string) =>
    `Gib der Schicht ${layer} 2 Bit: Ziehe ihren Regler nach unten, tippe auf 2, oder wähle ihn aus und drücke die 2.`,
  smaller: (float: number) =>
    `Weniger Bit ergeben eine kleinere Datei. Üblicherweise belegt ein Gewicht 32 Bit, als „Float“. In Float belegt dieses Netz ${fixed(float, 1)} KB.`,
  smallerAsk: (float: number) => `Wie groß ist die Datei mit 4 Bit für jedes Gewicht, statt ${fixed(float, 1)} KB?`,
  whySize: (times: number) =>
    `Das ist ${fixed(times, 1)}-mal kleiner. Vielleicht hast du genau 8-mal erwartet, denn 32 ist 8 mal 4. Aber in der Datei bleiben noch ein paar andere Zahlen, etwa eine Skala für jeden Kanal.`,
  right: (float: number) =>
    `Kleiner ist nur gut, wenn das Netz noch funktioniert. In Float liegt es bei ${percent(float)} der Testbilder richtig. Blind geraten wären es 10 %.`,
  fourAsk: 'Bei wie vielen Bildern liegt es mit 4 Bit für jedes Gewicht richtig?',
  four: (float: number, now: number) =>
    float - now > 10
      ? `In Float waren es ${percent(float)}. Von jeder Zahl ist das meiste weg, und das merkt man dem Netz an.`
      : `In Float waren es ${percent(float)}. Sieben Achtel jeder Zahl sind weg, und das Netz merkt es kaum: Es hat sie nie gebraucht.`,
  twoAsk: 'Und mit 2 Bit für jedes Gewicht, also noch einmal halb so groß?',
  two: (four: number, now: number) =>
    now < four - 10
      ? `Von ${percent(four)} hinunter auf ${percent(now)}. Vier Werte sind für die meisten Gewichte zu wenig. Das ist kein Hang, sondern eine Klippe: Zwischen 4 und 2 Bit stürzt das Netz ab.`
      : `Von ${percent(four)} auf ${percent(now)}. Dieses Netz verträgt sogar vier Werte gut.`,
  checkTask: (least: number) =>
    `Finde den Rand der Klippe: Stelle alle Schichten auf die wenigsten Bit, für alle gleich, mit denen das Netz noch bei mindestens ${percent(least)} der Bilder richtig liegt. Nimm die Voreinstellungen, oder den Regler „alle“.`,
  checkHint:
    'Warte, bis die Genauigkeit gemessen ist. Auch ein Bit weniger muss gemessen sein, damit du weißt, dass es der Rand ist.',
  summary: (edge: number) =>
    `Ein Bit ist die Wahl zwischen zweien. Wenige Bit pro Gewicht reichen diesem Netz, hinunter bis etwa ${count(edge)} Bit. Darunter bricht es schnell ein. In der nächsten Lektion gibst du jeder Schicht ihre eigene Bitbreite.`,
};
