// German: what tables outside the catalogue call their rows, by the English texts; those of searches are in a file of theirs.
import type { declared as english } from '../en/declared';
import { declaredSearches } from './declaredSearches';

const training = {
  Seed: 'Startwert (Seed)',
  seed: 'Startwert',
  Mode: 'Modus',
  'quantization-aware': 'quantisierungsbewusst',
  'full precision': 'ohne Rundung',
  'training mode': 'Trainingsmodus',
  'Trains with the bits on the faders in the forward pass (QAT).':
    'Trainiert im Vorwärtsdurchlauf mit den Bitbreiten der Regler (QAT).',
  'Initialize from': 'Anfang',
  'current weights': 'aktuelle Gewichte',
  'random weights': 'zufällige Gewichte',
  'initialization of training': 'Anfang des Trainings',
  Epochs: 'Epochen',
  'number of epochs': 'Zahl der Epochen',
  'Images per epoch': 'Bilder pro Epoche',
  'number of images per epoch': 'Zahl der Bilder pro Epoche',
  'Of the training split; all of them where there are fewer.': 'Von den Trainingsbildern; alle, wo es weniger gibt.',
  'Batch size (images)': 'Batch-Größe (Bilder)',
  'batch size': 'Batch-Größe',
  'Learning rate': 'Lernrate',
  'learning rate': 'Lernrate',
  'Peak of the schedule.': 'Höchster Wert des Verlaufs.',
  'Learning rate schedule': 'Verlauf der Lernrate',
  'learning rate schedule': 'Verlauf der Lernrate',
  cosine: 'Kosinus',
  'one cycle': 'ein Zyklus',
  Momentum: 'Momentum',
  momentum: 'Momentum',
  'Weight decay': 'Weight Decay',
  'weight decay': 'Weight Decay',
  'How strongly kernels are pulled toward zero.': 'Wie stark Filter zur Null gezogen werden.',
  'Label smoothing': 'Label-Glättung',
  'label smoothing': 'Label-Glättung',
  'Share of the label that is spread over all classes.': 'Anteil des Labels, der auf alle Klassen verteilt wird.',
  'Augmentation (shift and mirror)': 'Augmentierung (verschieben und spiegeln)',
  'choice of augmentation': 'Augmentierung',
  'Shifts and mirrors training images.': 'Verschiebt und spiegelt Trainingsbilder.',
  Targets: 'Ziele',
  labels: 'Labels',
  'float network (distillation)': 'Float-Netz (Destillation)',
  'training targets': 'Trainingsziele',
  'Labels, or the answers of the float network, which need no label.':
    'Labels, oder die Antworten des Float-Netzes, die kein Label brauchen.',
  Temperature: 'Temperatur',
  temperature: 'Temperatur',
  'Softens the outputs of the float network; higher values give small probabilities more weight.':
    'Glättet die Ausgaben des Float-Netzes; höhere Werte geben kleinen Wahrscheinlichkeiten mehr Gewicht.',
  'Damping of oscillations': 'Dämpfung von Schwingungen',
  'damping of oscillations': 'Dämpfung von Schwingungen',
  'Pulls weights toward their levels as training ends, so that fewer jump between two of them.':
    'Zieht Gewichte gegen Ende des Trainings zu ihren Quantisierungsstufen, damit weniger zwischen zweien springen.',
  'Shards per batch': 'Teile je Batch',
  'number of shards': 'Zahl der Teile je Batch',
  'Batch norms normalize each separately, so that as many cores train at once; small ones are noisier.':
    'Batch-Norms normieren jeden Teil für sich, damit ebenso viele Kerne zugleich trainieren; kleine sind ungenauer.',
};

const rounding = {
  'Rounding of the weights': 'Rundung der Gewichte',
  'rounding of the weights': 'Rundung der Gewichte',
  'to the nearest level': 'zum nächsten Wert',
  'error feedback': 'Fehlerrückführung',
  'with error feedback (GPTQ)': 'mit Fehlerrückführung (GPTQ)',
  'learned further': 'weiter gelernt',
  'With error feedback, later weights make up for the rounding errors of earlier ones, on calibration images.':
    'Mit Fehlerrückführung gleichen spätere Gewichte die Rundungsfehler früherer aus, auf Kalibrierungsbildern.',
  'Order of rounding': 'Reihenfolge der Rundung',
  'order of rounding': 'Reihenfolge der Rundung',
  'behind rounded layers': 'hinter gerundeten Schichten',
  'each layer by itself': 'jede Schicht für sich',
  'Chooses codes for each layer by what it reads in the float network, so that the codes serve every config.':
    'Wählt Codes jeder Schicht nach dem, was sie im Float-Netz liest; so taugen die Codes für jede Konfiguration.',
  Equalization: 'Angleichung',
  'choice of equalization': 'Angleichung',
  none: 'keine',
  'across layers': 'über Schichten hinweg',
  'Evens out the ranges of layers that meet through a ReLU before rounding.':
    'Gleicht vor dem Runden die Bereiche von Schichten an, zwischen denen nur ein ReLU liegt.',
  'Calibrate on': 'Kalibrieren mit',
  'training images': 'Trainingsbildern',
  'synthesized images': 'synthetischen Bildern',
  'choice of synthesized images': 'Synthetische Bilder',
  'Calibrates on images synthesized from batch-norm statistics instead of training images.':
    'Kalibriert mit Bildern, die aus Batch-Norm-Statistiken erzeugt werden, statt mit Trainingsbildern.',
  'Range of the activations': 'Bereich der Aktivierungen',
  'range of the activations': 'Bereich der Aktivierungen',
  'smallest to largest': 'kleinster bis größter Wert',
  'without the outermost 0.1 %': 'ohne die äußersten 0,1 %',
  'least squared error': 'kleinster quadratischer Fehler',
  'Measured on training images, without their labels.': 'Auf Trainingsbildern gemessen, ohne ihre Labels.',
  Correction: 'Korrektur',
  correction: 'Korrektur',
  biases: 'Biase',
  'batch norms re-estimated': 'Batch-Norms neu geschätzt',
  'Corrects quantization bias without retraining. Slower: recomputed for every config.':
    'Korrigiert die Verzerrung durch Quantisierung ohne Nachtraining. Langsamer: für jede Konfiguration neu berechnet.',
  'Batch norms': 'Batch-Norms',
  'choice about batch norms': 'Batch-Norms',
  kept: 'behalten',
  'folded first': 'vorher eingerechnet',
  'Folded: multiplied into the weights before rounding, as on integer hardware. Training keeps them.':
    'Eingerechnet: vor dem Runden in die Gewichte multipliziert, wie auf Ganzzahl-Hardware. Training behält sie.',
  'Images to calibrate on': 'Bilder zum Kalibrieren',
  'number of calibration images': 'Zahl der Kalibrierungsbilder',
  'Training images used for ranges, rounding and corrections; labels are not read.':
    'Trainingsbilder für Bereiche, Rundung und Korrekturen; Labels werden nicht gelesen.',
  'Range of the weights': 'Bereich der Gewichte',
  range: 'Bereich der Gewichte',
  'least output error': 'kleinster Ausgabefehler',
  'Clipping the outermost weights leaves finer levels for the others.':
    'Werden die äußersten Gewichte abgeschnitten, bleiben für die anderen feinere Quantisierungsstufen.',
  Granularity: 'Granularität',
  'granularity of the scales': 'Granularität der Skalen',
  'Finer is more accurate but stores more scales.': 'Feiner ist genauer, speichert aber mehr Skalen.',
  'Quantizer of the weights': 'Quantisierer der Gewichte',
  quantizer: 'Quantisierer',
  'Width of the scales': 'Breite der Skalen',
  '32 bits': '32 Bit',
  '16 bits': '16 Bit',
  '16 bits, 32 in the first layer': '16 Bit, 32 in der ersten Schicht',
  'Scales of 16 bits take half the memory; DSConv’s authors keep 32 in the first layer.':
    'Skalen mit 16 Bit brauchen halb so viel Speicher; die Autoren von DSConv behalten 32 in der ersten Schicht.',
  'width of the scales': 'Breite der Skalen',
  Activations: 'Aktivierungen',
  'quantizer of the activations': 'Quantisierer der Aktivierungen',
};

const quantizers = {
  'Affine min-max': 'Affin Min-Max',
  'Evenly spaced levels from the smallest to the largest weight.':
    'Gleichmäßige Quantisierungsstufen vom kleinsten bis zum größten Gewicht.',
  'Symmetric uniform': 'Symmetrisch gleichmäßig',
  'Evenly spaced levels, the same on both sides of zero.':
    'Gleichmäßige Quantisierungsstufen, auf beiden Seiten der Null dieselben.',
  'Evenly spaced levels whose distance is learned with the weights.':
    'Gleichmäßige Quantisierungsstufen, deren Abstand mit den Gewichten gelernt wird.',
  'Integers with one least-squares scale for each block of input channels.':
    'Ganze Zahlen mit einer Skala kleinster Quadrate für jeden Block von Eingangskanälen.',
  'Weights squeezed by tanh into -1 to 1, then evenly spaced; made for training.':
    'Gewichte mit tanh auf −1 bis 1 gestaucht, dann gleichmäßig gestuft; fürs Training gemacht.',
  'Only the signs, times one learned scale.': 'Nur die Vorzeichen, mal eine gelernte Skala.',
  'Only the signs, times the mean magnitude of the filter.':
    'Nur die Vorzeichen, mal den mittleren Betrag des Filters.',
  'Minus, zero or plus one scale; small weights become zero.':
    'Minus, null oder plus eine Skala; kleine Gewichte werden null.',
  'Zero and two learned scales, one on each side.': 'Null und zwei gelernte Skalen, eine auf jeder Seite.',
  Uniform: 'Gleichmäßig',
  'Evenly spaced levels over the range that was seen, zero among them.':
    'Gleichmäßige Quantisierungsstufen über den gesehenen Bereich, die Null ist dabei.',
  'Block floating point': 'Block-Gleitkomma',
  'One exponent for each block of channels, a few bits of mantissa for each number.':
    'Ein Exponent für jeden Block von Kanälen, einige Bit Mantisse für jede Zahl.',
  'Evenly spaced levels from zero to a learned clip.':
    'Gleichmäßige Quantisierungsstufen von null bis zu einer gelernten Grenze.',
  'Evenly spaced levels from zero whose distance is learned.':
    'Gleichmäßige Quantisierungsstufen ab null, deren Abstand gelernt wird.',
  'Evenly spaced levels whose distance and smallest level are learned.':
    'Gleichmäßige Quantisierungsstufen, deren Abstand und deren kleinste gelernt werden.',
};

const networks = {
  'Four convolutions and one dense layer: trains in a minute on a laptop without a GPU.':
    'Vier Faltungen und eine voll verbundene Schicht: trainiert in einer Minute auf einem Laptop ohne GPU.',
  'Three residual blocks with 1x1 projections: 78,042 parameters, the image classifier of MLPerf Tiny.':
    'Drei Residualblöcke mit 1×1-Projektionen: 78.042 Parameter, der Bildklassifikator von MLPerf Tiny.',
  'Two convolutions and three dense layers: 62,006 parameters.':
    'Zwei Faltungen und drei voll verbundene Schichten: 62.006 Parameter.',
  'Six residual blocks with parameter-free shortcuts: 172,506 parameters. Without weights, to be trained here.':
    'Sechs Residualblöcke mit Abkürzungen ohne Parameter: 172.506 Parameter. Ohne Gewichte, hier zu trainieren.',
  'Fifteen residual blocks with parameter-free shortcuts: 464,154 parameters. Without weights, to be trained here.':
    'Fünfzehn Residualblöcke mit Abkürzungen ohne Parameter: 464.154 Parameter. Ohne Gewichte, hier zu trainieren.',
  '27 residual blocks with parameter-free shortcuts: 853,018 parameters. Without weights, to be trained here.':
    '27 Residualblöcke mit Abkürzungen ohne Parameter: 853.018 Parameter. Ohne Gewichte, hier zu trainieren.',
  'ResNet-20, twice as wide: 1,080,090 parameters. Without weights, to be trained here.':
    'ResNet-20 in doppelter Breite: 1.080.090 Parameter. Ohne Gewichte, hier zu trainieren.',
  'Thirteen depthwise blocks, a quarter as wide as the original: 215,642 parameters.':
    'Dreizehn Depthwise-Blöcke, ein Viertel so breit wie das Original: 215.642 Parameter.',
  'The same for images of 96 x 96, as in the visual wake words of MLPerf Tiny. Without weights, to be trained here.':
    'Dasselbe für Bilder von 96 × 96, wie in den Visual Wake Words von MLPerf Tiny. Ohne Gewichte, hier zu trainieren.',
  'Keyword spotter of four depthwise blocks for spectrograms of 49 x 10: 23,756 parameters for 12 words.':
    'Schlüsselworterkenner aus vier Depthwise-Blöcken für Spektrogramme von 49 × 10: 23.756 Parameter für 12 Wörter.',
  "Nine residual blocks with parameter-free shortcuts: 269,722 parameters, the papers' usual network.":
    'Neun Residualblöcke mit Abkürzungen ohne Parameter: 269.722 Parameter, das übliche Netz der Fachartikel.',
  'VGG16 with a quarter of the filters: 923,130 parameters, no shortcuts, most weights in its last layers.':
    'VGG16 mit einem Viertel der Filter: 923.130 Parameter, keine Abkürzungen, die meisten Gewichte in den letzten Schichten.',
  'Thirteen convolutions and one dense layer: 14.7 million parameters. Large for a browser.':
    'Dreizehn Faltungen und eine voll verbundene Schicht: 14,7 Millionen Parameter. Groß für einen Browser.',
  'A folder of pictures': 'Ein Ordner mit Bildern',
  '0 to 1': '0 bis 1',
  '0 to 255': '0 bis 255',
  '-1 to 1': '−1 bis 1',
  'CIFAR-10 mean and std': 'CIFAR-10: Mittelwert und Std.-Abw.',
  'MNIST mean and std': 'MNIST: Mittelwert und Std.-Abw.',
  'each image standardized': 'jedes Bild für sich standardisiert',
  'CIFAR-10 mean, std ~0.2': 'CIFAR-10: Mittelwert, Std.-Abw. ~0,2',
  'ImageNet mean and std': 'ImageNet: Mittelwert und Std.-Abw.',
  'Opening the images': 'Bilder werden geöffnet',
  'Reading pictures': 'Bilder werden gelesen',
  'Reading CIFAR-10': 'CIFAR-10 wird gelesen',
  'Loading the weights': 'Gewichte werden geladen',
  'Loading WebAssembly': 'WebAssembly wird geladen',
};

const exports = {
  'Runs in ONNX Runtime and other ONNX tools. Weights are stored as integers.':
    'Läuft in ONNX Runtime und anderen ONNX-Werkzeugen. Gewichte sind als ganze Zahlen gespeichert.',
  'For FPGA tools (FINN, hls4ml): any bit width, written as Quant nodes.':
    'Für FPGA-Werkzeuge (FINN, hls4ml): beliebige Bitbreiten, als Quant-Knoten geschrieben.',
  'For phones and microcontrollers (LiteRT): integers of 8 bits, weights of up to 4 bits in half the space.':
    'Für Smartphones und Mikrocontroller (LiteRT): ganze Zahlen von 8 Bit, Gewichte bis 4 Bit in halb so viel Platz.',
  'TensorFlow Lite for Microcontrollers': 'TensorFlow Lite for Microcontrollers',
  'The .tflite file as C++ sources in a zip: array, working memory, the operations to register, and an example.':
    'Die .tflite-Datei als C++-Quelltext in einer ZIP-Datei: Array, Arbeitsspeicher, die nötigen Operationen und ein Beispiel.',
  'C source': 'C-Quelltext',
  'For any microcontroller: one C99 file without dependencies, weights of 1 to 8 bits packed, results as here.':
    'Für jeden Mikrocontroller: eine C99-Datei ohne Abhängigkeiten, Gewichte von 1 bis 8 Bit gepackt, Ergebnisse wie hier.',
  'AI Edge Quantizer': 'AI Edge Quantizer',
  'A recipe with these bits, for the float .tflite file: weights of up to 4 bits as 4, others as 8.':
    'Ein Rezept mit diesen Bitbreiten für die .tflite-Datei in Float: Gewichte bis 4 Bit als 4, andere als 8.',
  'NVIDIA Model Optimizer': 'NVIDIA Model Optimizer',
  'A configuration in Python that rounds the layers of a PyTorch model to these bits, around zero.':
    'Eine Konfiguration in Python, die die Schichten eines PyTorch-Modells auf diese Bitbreiten rundet, um null herum.',
  Brevitas: 'Brevitas',
  'A Python program that puts quantized layers with these bits into a PyTorch model, to train it on.':
    'Ein Python-Programm, das quantisierte Schichten mit diesen Bitbreiten in ein PyTorch-Modell einsetzt, um es weiterzutrainieren.',
  '16-bit activations (closer results, slower)': 'Aktivierungen mit 16 Bit (genauere Ergebnisse, langsamer)',
  'Float input and output': 'Eingabe und Ausgabe in Float',
  'Packed safetensors': 'Gepackte safetensors',
  'Bit-packed weights, scales and biases: exactly the size shown here. Includes a Python loader.':
    'Dicht gepackte Gewichte, Skalen und Biase: genau die Größe, die hier steht. Mit einem Lader für Python.',
  Project: 'Projekt',
  'Project file: reopen it here and continue. Float weights, architecture, bits, ranges and measurements.':
    'Projektdatei: hier wieder öffnen und weitermachen. Float-Gewichte, Architektur, Bitbreiten, Bereiche und Messungen.',
  'For web pages: a LayersModel with the quantized weights stored as floats; activations stay float.':
    'Für Webseiten: ein LayersModel, die quantisierten Gewichte als Float gespeichert; Aktivierungen bleiben Float.',
  'Bit widths (JSON)': 'Bitbreiten (JSON)',
  'The bits of every layer with their measurements; can be reopened here.':
    'Die Bitbreiten jeder Schicht mit ihren Messungen; lässt sich hier wieder öffnen.',
  'Bit widths (CSV)': 'Bitbreiten (CSV)',
  'The bits of every layer as a spreadsheet table.':
    'Die Bitbreiten jeder Schicht als Tabelle für die Tabellenkalkulation.',
  'Report (HTML)': 'Bericht (HTML)',
  'Everything on one page to read, print or share: accuracy, model size, bits, ranges, seeds.':
    'Alles auf einer Seite zum Lesen, Drucken oder Teilen: Genauigkeit, Modellgröße, Bitbreiten, Bereiche, Startwerte.',
  '1 and 2 bits in 2-bit containers (needs ONNX operator set 25)':
    '1 und 2 Bit in 2-Bit-Zahlen (braucht ONNX-Operatorensatz 25)',
  'Embed the custom ops so ONNX Runtime can run it':
    'Eigene Operatoren einbetten, damit ONNX Runtime es ausführen kann',
  'Scales inside the rounding nodes, for tools that fold them (results then agree less closely)':
    'Skalen in den Rundungsknoten, für Werkzeuge, die sie einrechnen (die Ergebnisse stimmen dann weniger genau überein)',
};

export const declared: typeof english = {
  '1 and 2 bits in 2-bit integers (operator set 25)': '1 und 2 Bit in ganzen Zahlen von 2 Bit (Operatorsatz 25)',
  'with the custom ops embedded, for stock runtimes':
    'mit den eigenen Operatoren eingebettet, für gewöhnliche Laufzeiten',
  'scales in the nodes that round, for tools that fold them; else results agree bit for bit':
    'Skalen in den Knoten, die runden, für Werkzeuge, die sie einrechnen; sonst stimmen Ergebnisse Bit für Bit überein',
  'activations of 16 bits: closer results, slower': 'Aktivierungen mit 16 Bit: genauere Ergebnisse, langsamer',
  'input and output in float, integers between them': 'Eingabe und Ausgabe in Float, dazwischen ganze Zahlen',
  ...training,
  ...rounding,
  ...quantizers,
  ...networks,
  ...exports,
  ...declaredSearches,
};
