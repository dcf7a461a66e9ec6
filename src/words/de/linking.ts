// German: what the page says of a link that it reads: of each part that it does not understand, why, and what it does instead.
import type { linking as english } from '../en/linking';
import { units } from '../en/units';
import { count } from '../numbers';

/** The first names of a list that may be long. */
const few = (names: readonly string[]) => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ' und weiteren' : ''}`;
const tensors = { weights: 'Gewichte', activations: 'Aktivierungen' } as const;

export const linking: typeof english = {
  opened: 'Link geöffnet.',
  nothing: 'Nichts daraus wird verwendet.',
  tooLong: (length: number, most: number) =>
    `Er hat ${count(length)} Zeichen; gelesen werden höchstens ${count(most)}.`,
  version:
    'Diese Seite liest Links, die mit v1 beginnen. Eine neuere Version kann diesen vielleicht lesen: Lade die Seite neu.',
  surplus: 'Jeder Teil nach den Bildern muss als Schlüssel=Wert geschrieben sein.',
  noField: 'Ein solches Feld hat diese Seite nicht.',
  twice: 'Es kommt zweimal vor.',
  networks: (ids: readonly string[]) => `Diese Seite hat die Netze ${ids.join(', ')}.`,
  networkShown: (network: string) => `Gezeigt wird ${network}, ohne die Bitbreiten des Links.`,
  images: (ids: readonly string[]) => `Diese Seite hat die Bilder ${ids.join(', ')}.`,
  imagesUsed: (images: string) => `Verwendet wird ${images}.`,
  otherWeights: (network: string, version: string) =>
    `Der Link wurde mit anderen Gewichten von ${network} erstellt, als diese Seite hat (Version ${version}).`,
  otherAccuracies: 'Die Genauigkeiten sind andere als beim Erstellen des Links.',
  ignored: 'Dieser Teil wird nicht beachtet.',
  firstCounts: 'Es zählt das erste.',

  canBe: (field: string, values: string) => `Möglich für „${field}“: ${values}.`,
  stays: (value: string) => `Es bleibt bei ${value}.`,
  number: (whole: boolean, min: number, max: number) => `eine ${whole ? 'ganze ' : ''}Zahl von ${min} bis ${max}`,
  someOf: (names: readonly string[]) => `einige von ${names.join(', ')}, durch Kommas getrennt`,
  orNone: (values: string) => `${values}, oder none (kein)`,
  yesNo: 'yes (ja) oder no (nein)',
  challenges: 'accurate:64KB, accurate:64KB:88 (mindestens 88 %), small:1 (höchstens ein Punkt Verlust), none (keine)',
  names: (longest: number) => `bis zu ${longest} Zeichen`,
  widthCount: (given: number, layers: number, network: string) =>
    `Breiten: ${count(given)}, Schichten von ${network}: ${count(layers)}.`,
  bitsStay: (tensor: 'weights' | 'activations') => `Die Bitbreiten der ${tensors[tensor]} bleiben, wie sie sind.`,
  widths: (tensor: 'weights' | 'activations', skips: boolean, layers: readonly string[]) =>
    `Breiten der ${tensors[tensor]} sind ${tensor === 'weights' ? 1 : 2} bis 8 oder f für Float${skips ? ', und 0 auf Zweigen von Blöcken' : ''}; anders war es bei ${few(layers)}.`,
  layersStay: 'Diese Schichten bleiben, wie sie sind.',
  reach: (range: readonly [number, number], tensor: 'weights' | 'activations', layers: readonly string[]) =>
    `Der Quantisierer hat ${units.widthRange(range)} für ${tensors[tensor]}, oder Float; anders war es bei ${few(layers)}.`,
  layersMoved: 'Diese Schichten nehmen die nächste Breite.',
  pins: (names: readonly string[]) =>
    `Pins heißen ${names.join(', ')}, jeder höchstens einmal, mit je zwei Reihen von Breiten.`,
  pinLeftOut: 'Dieser Pin wird weggelassen.',
  places: (what: string, layers: number) =>
    `„${what}“ wird nach Position angegeben, von 1 bis ${count(layers)}, jede höchstens einmal.`,
  onlyExisting: 'Nur vorhandene werden verwendet.',
  granularity: 'tensor, channel oder block:32, wenn der Quantisierer es hat',
  scalesPer: (quantizer: string, granularities: readonly string[]) =>
    `Granularität der Skalen von ${quantizer}: ${granularities.join(' oder ')}.`,
  staysPer: (granularity: string) => `Es bleibt bei ${granularity}.`,
  boards: 'none (keines), oder ein Board und seine Budgets, etwa nucleo-l4r5zi,64KB,52KB,any',
  sizes: 'off (aus), eine Größe wie 64KB, oder 64KB-hold, damit Änderungen darin bleiben',
  searchBudgets: 'z. B. 20000images, 5minutes oder 60policies',
  searchLimits:
    'z. B. 64KB, 16x, 120MBitOps, 1points (Verlust an Genauigkeit), none, oder memory, compression oder bitOps, um dem Netz zu folgen',
  searchWidths: 'Breiten von 0 (ausgelassen) bis 8 und f für Float, jede höchstens einmal, etwa 1234568',
  searchOptions: 'z. B. steps:100,batch:16',
  noOption: (method: string) => `${method} hat keine solche Option.`,
  optionTakes: (method: string, values: string) => `Für diese Option nimmt ${method}: ${values}.`,
  optionNumbers: (whole: boolean, min: number, max: number) =>
    `${whole ? 'ganze Zahlen' : 'Zahlen'} von ${min} bis ${max}`,
  optionStays: 'Die Option bleibt, wie sie ist.',

  fields: {
    fits: 'Budget für die Modellgröße',
    board: 'Board mit seinen Budgets',
    as: 'Rechenweise der Genauigkeit',
    faders: 'Wahl der Regler',
    axis: 'Achse des Diagramms',
    tab: 'Tab',
    lesson: 'Lektion',
    select: 'Ausgewählte Schichten',
    layer: 'Schichten im Tab Schicht',
    look: 'Ansicht der Schicht',
    image: 'Nummer des Testbilds',
    challenge: 'Aufgabe',
    by: 'Name',
    hide: 'Liste der ausgeblendeten Teile',
    fix: 'Fester Startwert',
    view: 'Ansicht der Seite',
    method: 'Suchverfahren',
    options: 'Liste der Optionen',
    budget: 'Suchbudget',
    limit: 'Suchgrenze',
    bits: 'Breiten, die Suchen wählen dürfen',
    inputs: 'Wahl der Aktivierungsbits in Suchen',
    tie: 'Wahl der Schichten mit gemeinsamer Breite',
    lock: 'Gesperrte Schichten',
    mine: 'Eigene Konfigurationen einschließen',
  },
};
