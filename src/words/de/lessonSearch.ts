// German: the lesson "Let the machine search". Licensed under CC BY 4.0 (docs/lessons.md).
import type { lessonSearch as english } from '../en/lessonSearch';
import { count, fixed, signed } from '../numbers';

const percent = (value: number) => `${fixed(value, 1)} %`;
const size = (value: number) => `${fixed(value, 1)} KB`;

export const lessonSearch: typeof english = {
  room: (layers: number, widths: number, budget: number) =>
    `Dieses kleine Netz hat ${count(layers)} Schichten, und jede kann eine von ${count(widths)} Bitbreiten haben. Eine Wahl für alle Schichten zusammen heißt Konfiguration. Nur Konfigurationen mit höchstens ${size(budget)} passen ins Budget.`,
  howMany: 'Wie viele Konfigurationen gibt es insgesamt?',
  many: (configs: number, layers: number, widths: number) =>
    `${count(widths)} Möglichkeiten für die erste Schicht, mal ${count(widths)} für die zweite und so weiter, ${count(layers)}-mal: ${count(configs)}. Sie alle zu messen würde Stunden dauern. Bei einem Netz mit 20 Schichten wären es Milliarden Jahre.`,
  byHand: (bits: number, now: number) =>
    `Versuche es zuerst selbst. Alle Schichten haben jetzt ${count(bits)} Bit, das sind ${size(now)}.`,
  byHandTask: (budget: number) =>
    `Ändere mindestens eine Schicht, und bleib innerhalb von ${size(budget)}. Warte dann, bis deine Konfiguration gemessen ist.`,
  yours: (best: number) =>
    `Mit deiner Konfiguration liegt das Netz bei ${percent(best)} der Testbilder richtig. Jetzt bekommt eine Suche dasselbe Budget. Sie probiert Konfigurationen auf anderen Bildern aus, die sie so oft ansehen darf, wie sie will, und lernt aus dem, was sie sieht.`,
  ask: 'Bei wie vielen Testbildern liegt das Netz mit ihrer besten Konfiguration richtig?',
  start:
    'Die Suche geht Schritt für Schritt vor: Sie senkt die Schicht, die für die gesparten Byte am wenigsten zu verlieren scheint, misst und macht so weiter, bis die Datei passt.',
  startTask: 'Drücke „Suche starten“ im Tab „Suche“, und warte, bis sie fertig ist.',
  load: 'Jeder Kreis im Diagramm ist eine Konfiguration, die ausprobiert wurde. Die Liste „Läufe“ sagt, welche die Suche gewählt hat.',
  loadTask: 'Lade die Konfiguration, die die Suche gewählt hat.',
  compared: (mine: number, its: number) => {
    if (mine === 0)
      return 'Die Suche hat keine besseren Augen als du, aber mehr Geduld: Sie hat viele Konfigurationen gemessen.';
    const gain = its - mine;
    if (gain > 1)
      return `Das sind ${signed(gain, 1)} Punkte gegenüber deiner Konfiguration. Die Suche hat keine besseren Augen, aber mehr Geduld: Sie hat viele Konfigurationen gemessen.`;
    if (gain < -1)
      return `Deine ist um ${fixed(-gain, 1)} Punkte besser! Eine Suche kann nicht zaubern: Sie probiert nur, und das Beste kann ihr entgehen.`;
    return 'Sie ist etwa so gut wie deine: Der Unterschied liegt im Rahmen des Zufalls. Du hast eine gute gefunden, und die Suche auch.';
  },
  who: 'Sieh dir die Regler an. Welcher dieser Schichten hat die Suche die meisten Bit gegeben?',
  whoWhy: (first: number, largest: number) =>
    first > largest
      ? 'Die erste Schicht ist klein und empfindlich, die vierte ist groß. Davon weiß die Suche nichts. Sie hat nur gemessen und dieselbe Regel gefunden wie du.'
      : 'Die Suche kennt keine Regeln. Sie hat nur gemessen, was sich auf diesen Bildern lohnt.',
  summary: (best: number) =>
    `${best > 0 ? `Die Suche hat eine Konfiguration gefunden, mit der das Netz bei ${percent(best)} der Bilder richtig liegt. ` : ''}Es gibt zu viele Konfigurationen, um alle auszuprobieren. Deshalb sieht sich eine Suche einige an und lernt daraus. Ihr Ergebnis wird auf Bildern gemessen, die sie nie gesehen hat: Sonst könnte sie durch Glück gewinnen.`,
};
