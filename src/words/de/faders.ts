// German: the rack: strips, their keys and menus, the master strip, and what a budget that holds says.
import type { faders as english } from '../en/faders';
import { units } from '../en/units';
import { count } from '../numbers';

const tensors = { weights: 'Gewichte', activations: 'Aktivierungen' } as const;

export const faders: typeof english = {
  roundingReset: (quantizer: string) => `Die Rundung hat jetzt die Voreinstellungen von ${quantizer}.`,
  ops: { conv2d: 'Conv', depthwiseConv2d: 'DW', dense: 'Dense' },
  states: { skip: 'aus', mute: 'stumm', solo: 'Solo' },
  locked: (text: string) => `${text}, gesperrt`,
  isLocked: 'gesperrt',
  stripTip: (layer: string, kind: string, weights: string) => `${layer}: ${kind}, ${weights} Gewichte`,
  weightSize: 'Gewichte, Skalen und Biase in der gepackten Datei',
  activationSize: 'Aktivierungen, die die Schicht pro Bild liest',
  skipLayer: (layer: string) => `${layer} auslassen`,
  skipBranch: (layers: string) => `Zweig auslassen: ${layers}; das Netz läuft ohne ihn`,
  takeBack: (layers: string) => `Ausgelassenen Zweig zurückholen: ${layers}`,
  lockLayer: (layer: string) => `${layer} sperren`,
  lock: (layer: string) => `${layer} sperren (L): Wischen, Gruppen, Kürzen und Suchen lassen die Schicht in Ruhe`,
  unlock: (layer: string) => `${layer} entsperren (L)`,
  tapTwo: 'Tippe auf 2: Das gibt dieser Schicht 2 Bit',

  tensors,

  facing: 'Regler zeigen Bitbreiten für',
  modes: { weights: 'Gewichte', activations: 'Aktivierungen', both: 'Beide' },
  harmKey: (points: string) => `vorhergesagter Verlust (voll = ${points} Pkt.)`,
  harmTip:
    'Verlust an Genauigkeit, wenn nur diese Schicht so wenige Bit hat, aus der Empfindlichkeitstabelle. Eine Pfeilspitze heißt: mehr.',
  massKey: 'Fläche = Größe',
  massTip: 'So breit, wie die Schicht Gewichte hat, so hoch wie ihre Bitbreite',
  rampKey: 'Bit',
  presets: 'Voreinstellungen',
  preset: { float: 'Float', uniform: (bits: string) => `Einheitlich ${bits}`, ends: 'Erste und letzte 8, sonst 4' },
  best: (size: string) => `Beste Vorhersage unter ${size}`,
  lacksWidths: (quantizer: string) => `${quantizer} hat diese Breiten nicht`,
  selection: (layers: string) => `Auswahl: ${layers}`,
  selectionTip: 'Was sich mit den ausgewählten Schichten tun lässt',
  several: (layers: string) => `${layers} Schichten`,
  oneOnly: 'Wähle dafür eine einzelne Schicht',
  noBranch: 'Um diese Schicht führt keine Abkürzung',
  noTable: 'Die Empfindlichkeit der Schichten ist noch nicht gemessen',
  bestFound: (size: string) => `Geringster vorhergesagter Verlust unter ${size}.`,
  cannotFit: (size: string) =>
    `Keine Konfiguration passt in ${size}: Die kleinste, mit den gesperrten Schichten, wie sie sind, ist größer.`,
  solo: 'Solo',
  unsolo: 'Solo beenden',
  mute: 'Stummschalten',
  unmute: 'Stummschaltung beenden',
  skip: 'Auslassen',
  unskip: 'Zurückholen',
  lockAll: 'Sperren',
  unlockAll: 'Entsperren',
  select: {
    stage: 'Stufe auswählen',
    shape: 'Gleiche Form auswählen',
    convs: 'Alle Faltungen auswählen',
    all: 'Alle auswählen',
  },
  selectMore: 'Weitere auswählen',
  clear: 'Auswahl aufheben',
  hold: (size: string) => `${size} halten`,
  holdTip:
    'Solange gehalten wird, geben andere Schichten Bit ab für das, was ein Regler hinzufügt, damit die Modellgröße im Budget bleibt',
  payingRule: 'Zuerst kürzen',
  payingTip: 'Welche Schichten Bit abgeben, wenn eine Änderung das Budget überschreiten würde',
  payer: { leastLoss: 'Zuerst kürzen: unempfindlichste', even: 'Zuerst kürzen: meiste Bit' },
  rules: { leastLoss: 'unempfindlichste (geringster vorhergesagter Verlust pro Byte)', even: 'meiste Bit' },

  all: 'alle',
  allLayers: 'Alle Schichten, Bit im Mittel',
  average: 'Ø',
  percent: '%',
  allText: (bits: string, size: string) => `${bits} Bit im Mittel, ${size}`,
  masterTip: 'Bewegt alle nicht gesperrten Schichten gleich weit; mit Umschalt auf dieselbe Breite',
  sizeTip: (size: string) => `Modellgröße ${size}`,
  sizeBudgetTip: (size: string, budget: string) => `Modellgröße ${size}; die Marke ist das Budget, ${budget}`,
  accuracyTip: (accuracy: string) => `Genauigkeit ${accuracy} %`,
  accuracyFloatTip: (accuracy: string, float: string) => `Genauigkeit ${accuracy} %; die Marke ist Float, ${float} %`,

  noWidth: (quantizer: string, bits: number, tensor: 'weights' | 'activations', range: readonly [number, number]) =>
    `${quantizer} hat keine ${tensors[tensor]} mit ${bits} Bit; wähle ${units.widthRange(range)} oder Float.`,
  movedTo: (quantizer: string, range: readonly [number, number], layers: number) =>
    `${quantizer} kann ${units.widthRange(range)} oder Float; ${layers === 1 ? '1 Schicht wurde' : `${count(layers)} Schichten wurden`} auf die nächste Breite gesetzt.`,
  lockedLayer: (layer: string) => `${layer} ist gesperrt: Drücke L auf dem Regler, um die Schicht zu entsperren.`,
  nothingToHear: (layer: string) => `${layer} ist ausgelassen, es gibt also keine Bit, in die man hineinhören könnte.`,
  areLocked: (layers: string) => `Gesperrt: ${layers}.`,
  areUnlocked: (layers: string) => `Entsperrt: ${layers}.`,
  movedToo: (steps: string) => `Mitbewegt: ${steps}.`,
  paidBy: (steps: string) => `Gekürzt, um das Budget zu halten: ${steps}.`,
  wall: (held: string, unlock: string | undefined, needed: string) =>
    `Gehalten bei ${held}: Keine andere Schicht hat noch Bit abzugeben. ${
      unlock === undefined ? 'Erhöhe' : `Entsperre ${unlock}, oder erhöhe`
    } das Budget auf ${needed}.`,

  selectAllKeys: 'Strg A',
  clearKeys: 'Esc',
};
