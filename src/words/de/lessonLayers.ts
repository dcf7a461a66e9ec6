// German: the lesson "Not all layers are equal". Licensed under CC BY 4.0 (docs/lessons.md).
import type { lessonLayers as english } from '../en/lessonLayers';
import { count, fixed } from '../numbers';

const percent = (value: number) => `${fixed(value, 1)} %`;
const size = (value: number) => `${fixed(value, 1)} KB`;
const points = (value: number) => `${fixed(Math.abs(value), 1)} Punkte`;

export const lessonLayers: typeof english = {
  rack: (layers: number, small: string, smallSize: number, large: string) =>
    `Dieses Netz hat ${count(layers)} Schichten. Ein Bild durchläuft sie alle, von links nach rechts. Hinter jedem Regler ist eine violette Fläche: Sie ist so groß wie der Anteil der Schicht an der Datei. Die Schicht ${small} belegt nur ${size(smallSize)}. ${large} belegt mehr als jede andere Schicht.`,
  share: (large: string, total: number) => `Wie viel Prozent der ${size(total)} belegt ${large}?`,
  shareWhy: (large: string) =>
    `Schichten sind sehr verschieden groß. Wer eine kleine Datei will, sieht sich zuerst ${large} an. Aber was ist mit der Genauigkeit?`,
  small: (small: string, smallSize: number) =>
    `Jetzt geht nur ${small} von 8 auf 2 Bit. Alle anderen Schichten behalten 8 Bit. ${small} belegt ${size(smallSize)} der Datei, zu sparen gibt es also wenig.`,
  smallAsk: (small: string, before: number) =>
    `Mit 8 Bit überall liegt das Netz bei ${percent(before)} der Testbilder richtig. Bei wie vielen, wenn ${small} nur 2 Bit hat?`,
  smallWhy: (small: string, lost: number, saved: number) =>
    lost > 5
      ? `${points(lost)} verloren, ${size(saved)} gespart. Die Schicht ${small} sieht das Bild als Erste. Was sie falsch macht, machen alle späteren Schichten auch falsch.`
      : `${points(lost)} ${lost < 0 ? 'gewonnen' : 'verloren'}, ${size(saved)} gespart. Diese Schicht verträgt wenige Bit besser, als ihr Platz vermuten lässt.`,
  large: (large: string, small: string, times: number) =>
    `Jetzt ist ${large} an der Reihe, ${count(times)}-mal so groß wie ${small}. Alle anderen Schichten haben 8 Bit, auch ${small} wieder.`,
  largeAsk: (large: string) => `Bei wie vielen Bildern liegt das Netz richtig, wenn nur ${large} 2 Bit hat?`,
  largeWhy: (small: string, large: string, smallLost: number, largeLost: number, saved: number) =>
    largeLost < smallLost
      ? `${large} hat ${points(largeLost)} verloren und ${size(saved)} gespart. ${small} hatte ${points(smallLost)} verloren und fast nichts gespart. Größe und Empfindlichkeit sind zweierlei.`
      : `${large} hat ${points(largeLost)} verloren und ${size(saved)} gespart. ${small} hatte ${points(smallLost)} verloren, aber fast nichts gespart.`,
  map: 'Wie empfindlich eine Schicht ist, wurde für jede Schicht und jede Bitbreite gemessen, immer nur eine Schicht auf einmal. Die orangen Marken an den Reglern zeigen es: je länger, desto mehr Genauigkeit geht verloren. In der Ansicht „Empfindlichkeit“ steht dasselbe als Tabelle.',
  mapTask: 'Öffne die Ansicht „Empfindlichkeit“.',
  which: 'Du musst die Datei verkleinern. Welche der beiden Schichten sollte zuerst weniger Bit bekommen?',
  whichWhy: (small: string, large: string, smallPer: number, largePer: number) =>
    `Was ein gespartes KB kostet, wie oben gemessen: bei ${large} sind es ${fixed(largePer, 2)} Punkte, bei ${small} sind es ${fixed(smallPer, 2)} Punkte.`,
  hint: 'Suche eine Schicht mit großer Fläche und kurzen orangen Marken. Es müssen nicht gleich 2 Bit sein.',
  task: (most: number, least: number) =>
    `Jetzt du: Bring die Datei auf höchstens ${size(most)}, während das Netz noch bei mindestens ${percent(least)} der Bilder richtig liegt.`,
  summary: (small: string, large: string) =>
    `Schichten sind verschieden groß und verschieden empfindlich. Bit sparst du am besten, wo eine Schicht groß und unempfindlich ist, wie ${large}, und gibst sie aus, wo sie klein und empfindlich ist, wie ${small}. In der nächsten Lektion tust du das mit einem festen Budget.`,
};
