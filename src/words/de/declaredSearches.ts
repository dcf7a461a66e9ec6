// German: what search methods call themselves, their options, what they show and what they report, by the English texts.

const methods = {
  Cumulative: 'Kumulativ',
  'Sorts all single-layer changes by accuracy, applies them one after another, and returns the bits that the limit leaves free.':
    'Ordnet alle Änderungen einzelner Schichten nach Genauigkeit, wendet sie nacheinander an und gibt die Bit zurück, die die Grenze frei lässt.',
  'Differentiable search: trains a probability for every width of every layer together with the weights, trading accuracy against cost, and samples configs from them.':
    'Differenzierbare Suche: trainiert zusammen mit den Gewichten eine Wahrscheinlichkeit für jede Breite jeder Schicht, wägt Genauigkeit gegen Kosten ab und zieht daraus Konfigurationen.',
  'Measures the loss of each layer alone, and lowers bits where that costs least per byte saved.':
    'Misst den Verlust jeder Schicht für sich und senkt Bit dort, wo es pro gespartem Byte am wenigsten kostet.',
  'Estimates the curvature of the loss in each layer, and gives bits where rounding would raise it most.':
    'Schätzt die Krümmung der Kreuzentropie in jeder Schicht und gibt dort Bit, wo Rundung sie am meisten erhöhen würde.',
  'Trains the quantization steps of all widths jointly, reads the sensitivity of each layer from them, and picks the bits by an exact integer program.':
    'Trainiert die Schrittweiten aller Breiten gemeinsam, liest daraus die Empfindlichkeit jeder Schicht und wählt die Bitbreiten mit einem exakten ganzzahligen Programm.',
  'Trains one network for all bit widths at once, then evolves configs on its shared weights.':
    'Trainiert ein Netz für alle Bitbreiten zugleich und züchtet dann Konfigurationen auf seinen geteilten Gewichten.',
  'Multi-task Bayesian optimization: models accuracy at several fine-tuning budgets and tries the most informative config per unit cost.':
    'Bayessche Optimierung mit mehreren Teilaufgaben: modelliert die Genauigkeit bei verschieden langer Feinabstimmung und probiert die Konfiguration mit der meisten Information pro Kosten.',
  'Output error': 'Ausgabefehler',
  'Measures without labels how far rounding moves the output of each layer, and picks the bits by an exact integer program.':
    'Misst ohne Labels, wie weit Rundung die Ausgabe jeder Schicht verschiebt, und wählt die Bitbreiten mit einem exakten ganzzahligen Programm.',
  Random: 'Zufall',
  baseline: 'zum Vergleich',
  'Samples random bit widths that fit the limit.': 'Zieht zufällige Bitbreiten, die in die Grenze passen.',
  'Squared steps': 'Quadrierte Schrittweiten',
  'Needs no images: an exact integer program on squared step sizes gives bits to the layers with the widest weights.':
    'Braucht keine Bilder: Ein exaktes ganzzahliges Programm auf quadrierten Schrittweiten gibt den Schichten mit den am weitesten gestreuten Gewichten Bit.',
  'The same bits for every layer: measures every width within the limit.':
    'Dieselbe Bitbreite für jede Schicht: misst jede Breite innerhalb der Grenze.',
};

/** What differs from the papers. */
const differences = {
  'Steps are trained for hundreds of batches, not five epochs, at a rate in proportion to the batch; and the choice is fine-tuned, not trained for 90 epochs. As in the paper, choose LSQ and 2 to 6 bits for weights and activations, and lock first and last layer at 8 bits.':
    'Die Schrittweiten werden einige hundert Batches lang trainiert, nicht fünf Epochen, und mit einer Rate im Verhältnis zur Größe der Batches; und die Wahl wird feinabgestimmt, nicht 90 Epochen trainiert. Wie im Artikel wähle LSQ und 2 bis 6 Bit für Gewichte und Aktivierungen, und sperre die erste und die letzte Schicht bei 8 Bit.',
  'The paper leaves open how wide its blocks are and what batch norms do: blocks have 8 hidden numbers, and batch norms are estimated on 64 images for each config. Training starts from the trained weights and takes hundreds of steps, not 200 epochs; population and generations shrink with the budget; configs are compared by their loss. Its third stage, in which the hypernetwork goes on at the choice, follows in “reproduce”. As in the paper, choose affine rounding per tensor and widths of 1 to 8 bits at 10x, 1 to 5 at 16x, 1 to 3 at 25x.':
    'Der Artikel lässt offen, wie breit seine Blöcke sind und was mit Batch-Normen geschieht: Hier haben Blöcke 8 innere Zahlen, und Batch-Normen werden für jede Konfiguration auf 64 Bildern geschätzt. Das Training beginnt mit den trainierten Gewichten und dauert einige hundert Schritte, nicht 200 Epochen; Population und Generationen schrumpfen mit dem Budget; verglichen wird nach der Kreuzentropie. Die dritte Stufe, in der das Hypernetz mit der Wahl weitertrainiert, folgt in „reproduce“. Wie im Artikel wähle affine Rundung pro Tensor und Breiten von 1 bis 8 Bit bei 10x, 1 bis 5 bei 16x, 1 bis 3 bei 25x.',
  'One network of mixed kernels stands for a copy per width; it starts from the trained weights and alternates by steps, not epochs; every config keeps the limits; and the choice is fine-tuned, not trained from scratch. Candidates are up to you: as in the paper, weights with DoReFa, activations float or in pairs with PACT, first and last layer locked.':
    'Ein Netz gemischter Filter steht für eine Kopie pro Breite; es beginnt mit den trainierten Gewichten und wechselt nach Schritten statt nach Epochen; jede Konfiguration hält die Grenzen ein; und die Wahl wird feinabgestimmt statt neu trainiert. Welche Breiten es gibt, bestimmst du: wie im Artikel Gewichte mit DoReFa, Aktivierungen in Float oder in Paaren mit PACT, erste und letzte Schicht gesperrt.',
  'Models are drawn by slice sampling, 8 after each measurement, where the code draws 100 by Hamiltonian steps (NUTS); place and amount of fine-tuning are chosen together; nothing is measured twice; at most 256 configs are weighed at a time; every config keeps the limits; accuracy is measured on validation images, and amounts of fine-tuning are shares of yours. For its black box choose DSConv in blocks of 32, activations as the weights (2 bits for 1), and lock the last layer in float.':
    'Modelle werden mit Slice-Sampling gezogen, 8 nach jeder Messung, wo der Code 100 mit hamiltonschen Schritten (NUTS) zieht; Konfiguration und Dauer der Feinabstimmung werden zusammen gewählt; nichts wird zweimal gemessen; höchstens 256 Konfigurationen werden auf einmal abgewogen; jede Konfiguration hält die Grenzen ein; die Genauigkeit wird auf Validierungsbildern gemessen, und die Dauern der Feinabstimmung sind Anteile deiner. Für seine Blackbox wähle DSConv in Blöcken von 32, Aktivierungen wie die Gewichte (2 Bit für 1), und sperre die letzte Schicht in Float.',
};

const options = {
  'Images per evaluation': 'Bilder pro Auswertung',
  'number of images per evaluation': 'Zahl der Bilder pro Auswertung',
  'Fine-tuning steps per config': 'Schritte der Feinabstimmung pro Konfiguration',
  'number of fine-tuning steps per config': 'Zahl der Schritte der Feinabstimmung pro Konfiguration',
  'seed of searches': 'Startwert der Suchen',
  'Training steps': 'Trainingsschritte',
  'Joint training steps': 'Schritte des gemeinsamen Trainings',
  'Images per batch': 'Bilder pro Batch',
  'Learning rate of the weights': 'Lernrate der Gewichte',
  'Learning rate of the thetas': 'Lernrate der Thetas',
  'Warm-up (share of steps)': 'Aufwärmen (Anteil der Schritte)',
  'Exponent of the cost (gamma)': 'Exponent der Kosten (Gamma)',
  'First temperature': 'Anfangstemperatur',
  'Last temperature': 'Endtemperatur',
  Mixture: 'Mischung',
  gumbel: 'Gumbel',
  softmax: 'Softmax',
  'Configs sampled and measured': 'Gezogene und gemessene Konfigurationen',
  Trace: 'Spur',
  hutchinson: 'Hutchinson',
  fisher: 'Fisher',
  Batches: 'Batches',
  'Weight of the weights’ steps (alpha)': 'Gewichtung der Schrittweiten der Gewichte (Alpha)',
  'Importance: the learned step, or its square': 'Wichtigkeit: die gelernte Schrittweite oder ihr Quadrat',
  step: 'Schrittweite',
  square: 'Quadrat',
  'Configs measured, from the limit down': 'Gemessene Konfigurationen, von der Grenze abwärts',
  'Steps are trained by': 'Schrittweiten werden trainiert nach',
  logarithm: 'Logarithmus',
  value: 'Wert',
  'Rate of the logarithm': 'Rate des Logarithmus',
  'Vectors per step': 'Vektoren pro Schritt',
  sandwich: 'Sandwich (weitester, engster, zwei weitere)',
  one: 'einer',
  Kernels: 'Filter',
  automatic: 'automatisch',
  modulated: 'moduliert',
  blocks: 'Blöcke',
  'Rank of the modulation': 'Rang der Modulation',
  'Hidden width of the blocks': 'Innere Breite der Blöcke',
  'Gain for each width (gamma)': 'Verstärkung für jede Breite (Gamma)',
  yes: 'ja',
  no: 'nein',
  'per width': 'pro Breite',
  shared: 'geteilt',
  linear: 'linear',
  quadratic: 'quadratisch',
  chebyshev: 'Tschebyschow',
  'Share of the budget for single layers': 'Anteil des Budgets für einzelne Schichten',
  'Bits drawn in training': 'Im Training gezogene Bitbreiten',
  'within limits': 'innerhalb der Grenzen',
  all: 'alle',
  'Population size, at most': 'Größe der Population, höchstens',
  Generations: 'Generationen',
  'Mutation rate': 'Mutationsrate',
  'Best configs measured at the end': 'Am Ende gemessene beste Konfigurationen',
  'Bits over depth': 'Bitbreite über der Tiefe',
  layers: 'Schichten',
  'Shares of the fine-tuning': 'Anteile der Feinabstimmung',
  Rules: 'Regeln',
  own: 'eigene',
  published: 'veröffentlichte',
  'Models of the accuracy': 'Modelle der Genauigkeit',
  'most probable': 'das wahrscheinlichste',
  sampled: 'gezogen',
  'Cost whose logarithm is 0': 'Kosten, deren Logarithmus 0 ist',
  'that of the cheapest config, divided by e': 'die der billigsten Konfiguration, geteilt durch e',
  '1 bit, as in the paper': '1 Bit, wie im Artikel',
  cubic: 'kubisch',
  'At the target one in': 'Am Ziel eine von',
  'Configs measured at a time': 'Gleichzeitig gemessene Konfigurationen',
  'Min. accuracy gain per bit': 'Mindestgewinn an Genauigkeit pro Bit',
  'Training images for the errors, without labels': 'Trainingsbilder für die Fehler, ohne Labels',
};

/** Where members of a population are from, and what tables of single layers hold. */
const shown = {
  random: 'zufällig',
  mutation: 'Mutation',
  crossover: 'Kreuzung',
  'loss of accuracy': 'Verlust an Genauigkeit',
  'increase of cross-entropy (nats)': 'Anstieg der Kreuzentropie (Nat)',
  'second-order increase of cross-entropy (nats)': 'Anstieg der Kreuzentropie in zweiter Ordnung (Nat)',
  'relative error of the output': 'relativer Fehler der Ausgabe',
};

/** What runs report that they do. */
const phases = {
  'breeding configs on shared weights': 'züchtet Konfigurationen auf geteilten Gewichten',
  'choosing the bits by an integer program': 'wählt Bitbreiten mit einem ganzzahligen Programm',
  'estimating how curved the loss is': 'schätzt die Krümmung der Kreuzentropie',
  'finding where the loss reaches the limit': 'sucht, wo der Verlust die Grenze erreicht',
  'looking for the best uniform width': 'sucht die beste einheitliche Breite',
  'measuring configs drawn from the mixture': 'misst Konfigurationen, aus der Mischung gezogen',
  'measuring from the limit down': 'misst von der Grenze abwärts',
  'measuring random configs': 'misst zufällige Konfigurationen',
  'measuring single layers': 'misst einzelne Schichten',
  'measuring the best configs': 'misst die besten Konfigurationen',
  'measuring the error of each output': 'misst den Fehler jeder Ausgabe',
  'measuring the reversed config, as a control': 'misst die umgekehrte Konfiguration, als Kontrolle',
  'measuring uniform widths': 'misst einheitliche Breiten',
  'measuring your own configs': 'misst deine eigenen Konfigurationen',
  'rounding activations': 'rundet Aktivierungen',
  'training all widths together': 'trainiert alle Breiten gemeinsam',
  'training weights and widths in turn': 'trainiert abwechselnd Gewichte und Breiten',
  'training weights that all bits share': 'trainiert Gewichte, die alle Bitbreiten teilen',
};

export const declaredSearches: Readonly<Record<string, string>> = {
  ...methods,
  ...differences,
  ...options,
  ...shown,
  ...phases,
};
