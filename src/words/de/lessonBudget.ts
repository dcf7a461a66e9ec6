// German: the lesson "Spend a budget". Licensed under CC BY 4.0 (docs/lessons.md).
import type { lessonBudget as english } from '../en/lessonBudget';
import { count, fixed, signed } from '../numbers';

const percent = (value: number) => `${fixed(value, 1)} %`;
const size = (value: number) => `${fixed(value, 1)} KB`;

export const lessonBudget: typeof english = {
  chip: (budget: number, now: number) =>
    `Kleine Geräte haben wenig Speicher: Auf dem Chip in einem Spielzeug oder Sensor sind für ein Netz vielleicht noch ${size(budget)} frei. Das ist dein Budget. Mit 8 Bit überall belegt die Datei ${size(now)}, und das ist zu viel. Die Linie im Diagramm und der Balken oben zeigen das Budget.`,
  uniform: (bits: number, now: number) =>
    `Am einfachsten ist es, allen Schichten gleich viele Bit zu geben. Höchstens ${count(bits)} Bit passen: ${size(now)}.`,
  uniformAsk: (bits: number, float: number) =>
    `In Float liegt das Netz bei ${percent(float)} der Testbilder richtig. Bei wie vielen mit ${count(bits)} Bit überall?`,
  uniformWhy: (lost: number, unused: number) =>
    `${fixed(Math.abs(lost), 1)} Punkte ${lost < 0 ? 'über' : 'unter'} Float, und ${size(unused)} vom Budget sind nicht einmal benutzt. Alle Schichten haben gleich viel bekommen, ob sie es brauchten oder nicht.`,
  mixed: (now: number) =>
    `Jetzt eine Mischung: Kleine, empfindliche Schichten bekommen mehr Bit, große weniger. Die Datei belegt ${size(now)}, sie passt also auch.`,
  mixedAsk: 'Bei wie vielen Bildern liegt das Netz mit der Mischung richtig?',
  mixedWhy: (gain: number, uniformSize: number, mixedSize: number) =>
    `${signed(gain, 1)} Punkte gegenüber gleich vielen Bit überall, und die Datei ist ${size(Math.abs(uniformSize - mixedSize))} ${mixedSize < uniformSize ? 'kleiner' : 'größer'}. ${
      gain > 0 ? 'Die Bit wurden nur an besseren Stellen ausgegeben.' : 'Diese Mischung hat sich nicht gelohnt.'
    }`,
  fewest: 'Sieh dir die Regler an. Welche dieser Schichten hat in der Mischung die wenigsten Bit bekommen?',
  fewestWhy: (layer: string, share: number) =>
    `In ${layer} stecken ${percent(share)} aller Gewichte: Ein Bit weniger spart dort mehr als in jeder anderen Schicht.`,
  hold: 'Passt oder passt nicht: Du kannst selbst auf das Budget achten, oder das Pult hält es für dich. Solange es gehalten wird, geben andere Schichten Bit ab für die, die du hinzufügst.',
  holdTask: 'Schalte „… halten“ ein.',
  pay: 'Das Budget, das gehalten wird, ist jetzt genau so groß wie die Datei. Kleine Marken zeigen im Voraus, welche Schichten Bit abgeben werden. Zuerst wird die Schicht gekürzt, die pro Byte am wenigsten Genauigkeit verliert.',
  payTask: (layer: string) => `Gib der Schicht ${layer} 8 Bit, und beobachte die anderen Regler.`,
  beatHint:
    'Das Budget wird nicht mehr gehalten. Beginne mit gleich vielen Bit überall: Nimm sie den Schichten mit großer Fläche und kurzen orangen Marken, und gib sie denen mit langen. Das Menü „Voreinstellungen“ hat einen Vorschlag, falls du einen möchtest.',
  beatTask: (budget: number, least: number) =>
    `Jetzt du: Bleib innerhalb von ${size(budget)}, und bring das Netz auf mehr als ${percent(least)} richtig erkannte Bilder.`,
  summary: (best: number, budget: number) =>
    best > 0
      ? `Mit ${size(budget)} liegt dein Netz bei ${percent(best)} der Bilder richtig. Ein Budget ist gut ausgegeben, wenn ein weiteres Bit überall gleich wenig helfen würde. Danach kann auch eine Maschine suchen: Das siehst du in der nächsten Lektion.`
      : 'Ein Budget ist gut ausgegeben, wenn ein weiteres Bit überall gleich wenig helfen würde. Danach kann auch eine Maschine suchen: Das siehst du in der nächsten Lektion.',
};
