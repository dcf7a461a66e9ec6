// German: the dialog that imports a network: choosing its file, what the file holds, and the preprocessing of its images.
import type { importing as english } from '../en/importing';
import { count, percent } from '../numbers';

const some = (n?: number) => (n === undefined ? 'einigen' : count(n));

export const importing: typeof english = {
  removing: (name: string) => `${name} wird entfernt …`,
  title: 'Dein eigenes Netz',
  drop: 'Ziehe die Datei irgendwo auf die Seite, oder wähle sie hier. Nichts verlässt dieses Gerät.',
  chooseFiles: 'Dateien wählen',
  chooseFolder: 'Ordner wählen',
  formats: 'Unterstützte Formate',
  format: [
    ['PyTorch', 'torch.onnx.export(model, …), oder das state_dict eines bekannten Netzes'],
    ['Keras', 'model.save("model.keras"), .h5, oder JSON mit den Gewichten'],
    ['TensorFlow.js', 'model.json zusammen mit den .bin-Dateien'],
    ['TensorFlow Lite', '.tflite als float, float16, int8 oder int4'],
    ['fewbits', 'ein Projekt, eine gepackte Datei oder Bitbreiten für das aktuelle Netz'],
  ],
  here: 'In diesem Browser',
  open: 'Öffnen',
  openNetwork: (name: string) => `${name} öffnen`,
  nodes: (n: number) => `${count(n)} Knoten`,
  askRemove: 'Entfernen …',
  remove: 'Entfernen',
  removeNetwork: (name: string) => `${name} entfernen`,
  reallyRemove: (name: string) => `${name} und die daraus trainierten Gewichte entfernen?`,
  keep: 'Behalten',
  where: 'Wo',
  why: 'Warum',
  next: 'Was hilft',
  kept: 'Das aktuelle Netz bleibt, wie es ist.',
  another: 'Andere Datei',
  cancel: 'Abbrechen',
  reading: 'Wird gelesen',
  readingFiles: (files: string) => `Wird gelesen: ${files} …`,
  status: {
    cannotRun: 'Das Netz kann hier nicht laufen; die Liste sagt, warum.',
    opening: 'Das Netz wird geöffnet.',
    read: (format: string, layers: number) =>
      `Gelesen: ${format}, ${layers === 1 ? '1 Schicht' : `${count(layers)} Schichten`}. Vorverarbeitungen werden probiert.`,
    tried: 'Alle Vorverarbeitungen sind probiert.',
  },
  facts: {
    format: 'Format',
    layers: 'Schichten',
    parameters: 'Parameter',
    file: 'Datei',
    float: 'Modellgröße in Float',
    quantized: 'Modellgröße quantisiert',
    images: 'Eingabe',
    operations: 'Operationen',
    none: '–',
    formatBy: (format: string, producer: string) => `${format}, ${producer}`,
    input: (width: number, height: number, channels: number) =>
      `${width} × ${height}, ${channels === 3 ? 'Farbe' : channels === 1 ? 'Grau' : `${count(channels)} Kanäle`}`,
    operation: (name: string, n: number) => (n === 1 ? name : `${name} × ${n}`),
  },
  unsupported: (n: number) =>
    n === 1 ? 'Eine Operation kann hier nicht laufen' : `${count(n)} Operationen können hier nicht laufen`,
  unsupportedList: 'Nicht unterstützte Operationen',
  more: (n: number) => `und ${count(n)} weitere.`,
  order: 'Reihenfolge der Klassen',
  orderByNames: 'Die Datei nennt dieselben Klassen in anderer Reihenfolge als die Bilder.',
  orderByAccuracy: (asIs: string, reordered: string) =>
    `Das Netz scheint die Klassen anders zu ordnen: ${asIs} % richtig, wie es ist, ${reordered} % in der Reihenfolge unten.`,
  reorder: 'Ausgänge nach den Bildern ordnen',
  orderDetails: 'Welcher Ausgang welche Klasse ist',
  output: (name: string, output: number) => `${name}: Ausgang ${output}`,
  expectedMore: (images: string) =>
    `Mehr erwartet? Vielleicht wurde das Netz mit anderen Bildern trainiert als mit ${images}.`,
  openImages: 'Andere Bilder öffnen',
  nearChance: 'Kaum besser als Zufall',
  nearChanceText: (best: number, chance: number) =>
    `Mit der besten Vorverarbeitung sind ${percent(best)} % der Bilder richtig; Zufall wären ${percent(chance)} %. Wahrscheinliche Gründe:`,
  otherImages: (images: string) => `Das Netz wurde mit anderen Bildern trainiert als mit ${images}.`,
  otherPreprocessing: 'Seine Vorverarbeitung steht nicht in der Tabelle: Gib die Zahlen selbst ein.',
  otherClasses: (classes: string) => `Seine Klassen sind andere als ${classes} und so weiter.`,
  untrained: 'Es wurde nie fertig trainiert, oder die Datei enthält die Anfangsgewichte.',
  name: 'Name',
  replaces: (name: string) => `Ersetzt „${name}“, das du früher importiert hast.`,
  opening: 'Wird geöffnet …',
  useAnyway: 'Trotzdem verwenden',
  use: 'Dieses Netz verwenden',
  brings: (what: string) => `Die Datei enthält außerdem: ${what}.`,
  weightsAlone:
    'Gewichte allein passen nur zu bekannten Netzen (ResNet, VGG, MobileNet, LeNet): Exportiere das ganze Netz als ONNX, und ziehe diese Datei hierher.',
  replaceOperations:
    'Ersetze diese Operationen, oder exportiere das Netz ohne sie, und ziehe die Datei noch einmal hierher.',
  preprocessing: 'Vorverarbeitung der Eingabe',
  trying: (images: string, n?: number) =>
    `Übliche Vorverarbeitungen werden auf ${some(n)} Bildern mit Label aus ${images} probiert: Anteil richtiger Vorhersagen.`,
  tried: (images: string, n?: number) =>
    `Übliche Vorverarbeitungen, probiert auf ${some(n)} Bildern mit Label aus ${images}: Anteil richtiger Vorhersagen.`,
  theImages: 'den Bildern',
  channels: { rgb: 'RGB', bgr: 'BGR' },
  gray: 'Grau',
  asFile: 'Wie in der Datei angegeben',
  asImages: (images: string) => `Wie die eingebauten Netze auf ${images}`,
  way: (preprocessing: string, channels: string) => `${preprocessing}, ${channels}`,
  correct: (way: string, share: number) => `${way}: ${percent(share)} Prozent richtig`,
  byHand: 'Eigene Werte',
  byHandUsed: 'Eigene Werte (in Gebrauch)',
  byHandNote: 'Aus einem Farbwert x in [0, 1] wird (x − Mittelwert) / Std.-Abw.',
  part: { mean: 'Mittelwert', std: 'Std.-Abw.' },
  color: { red: 'Rot', green: 'Grün', blue: 'Blau' },
  value: (part: string, color: string) => `${part}, ${color}`,
};
