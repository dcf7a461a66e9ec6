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
  'Trains the quantization steps of all widths jointly, reads the sensitivity of each layer from them, and picks the bits by an exact integer program. In the view Race, this training changes the test accuracy at 16x by +0.05 points (-0.30 to +0.40 over five seeds), which is within chance.':
    'Trainiert die Schrittweiten aller Breiten gemeinsam, liest daraus die Empfindlichkeit jeder Schicht und wählt die Bitbreiten mit einem exakten ganzzahligen Programm. In der Ansicht Wettlauf ändert dieses Training die Testgenauigkeit bei 16x um +0,05 Punkte (-0,30 bis +0,40 über fünf Startwerte), was im Rahmen des Zufalls liegt.',
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
  'Step sizes are trained for a few hundred batches instead of five epochs, with a learning rate scaled to the batch size. The chosen config is fine-tuned, not trained for 90 epochs. To match the paper, choose LSQ and 2 to 6 bits for weights and activations, and lock the first and last layers at 8 bits.':
    'Die Schrittweiten werden einige hundert Batches lang trainiert, nicht fünf Epochen, und mit einer Lernrate im Verhältnis zur Größe der Batches. Die gewählte Konfiguration wird feinabgestimmt, nicht 90 Epochen trainiert. Wie im Artikel wähle LSQ und 2 bis 6 Bit für Gewichte und Aktivierungen, und sperre die erste und die letzte Schicht bei 8 Bit.',
  'The paper does not say how wide its blocks are or how batch norms are handled: here blocks have 8 hidden units, and batch norms are estimated on 64 images for each config. Training starts from the trained weights and takes a few hundred steps instead of 200 epochs, population and generations shrink with the budget, and configs are compared by their loss. The third stage, which trains the hypernetwork further at the chosen config, is part of the command “reproduce”. To match the paper, choose affine rounding per tensor and widths of 1 to 8 bits at 10x, 1 to 5 at 16x, or 1 to 3 at 25x.':
    'Der Artikel lässt offen, wie breit seine Blöcke sind und was mit Batch-Normen geschieht: Hier haben Blöcke 8 innere Zahlen, und Batch-Normen werden für jede Konfiguration auf 64 Bildern geschätzt. Das Training beginnt mit den trainierten Gewichten und dauert einige hundert Schritte, nicht 200 Epochen; Population und Generationen schrumpfen mit dem Budget; verglichen wird nach der Kreuzentropie. Die dritte Stufe, in der das Hypernetz mit der gewählten Konfiguration weitertrainiert, gehört zum Befehl „reproduce“. Wie im Artikel wähle affine Rundung pro Tensor und Breiten von 1 bis 8 Bit bei 10x, 1 bis 5 bei 16x, 1 bis 3 bei 25x.',
  'One network of mixed kernels replaces a copy per width. Training starts from the trained weights and alternates by steps, not epochs; every config stays within the limits; and the chosen config is fine-tuned, not trained from scratch. The candidate widths are up to you. To match the paper, choose DoReFa for weights, float activations or pairs with PACT, and lock the first and last layers.':
    'Ein Netz gemischter Filter ersetzt eine Kopie pro Breite. Das Training beginnt mit den trainierten Gewichten und wechselt nach Schritten statt nach Epochen; jede Konfiguration hält die Grenzen ein; und die gewählte Konfiguration wird feinabgestimmt statt neu trainiert. Welche Breiten es gibt, bestimmst du. Wie im Artikel wähle DoReFa für Gewichte, Aktivierungen in Float oder Paare mit PACT, und sperre die erste und die letzte Schicht.',
  'Models are drawn by slice sampling, 8 after each measurement; the released code draws 100 by Hamiltonian Monte Carlo (NUTS). A config and its amount of fine-tuning are chosen together, nothing is measured twice, at most 256 configs are compared at a time, and every config stays within the limits. Accuracy is measured on validation images, and amounts of fine-tuning are shares of yours. To match the paper, choose DSConv in blocks of 32, activations as wide as the weights (2 bits for 1-bit weights), and lock the last layer at float.':
    'Modelle werden mit Slice-Sampling gezogen, 8 nach jeder Messung; der veröffentlichte Code zieht 100 mit Hamilton-Monte-Carlo (NUTS). Eine Konfiguration und die Dauer ihrer Feinabstimmung werden zusammen gewählt, nichts wird zweimal gemessen, höchstens 256 Konfigurationen werden auf einmal verglichen, und jede hält die Grenzen ein. Die Genauigkeit wird auf Validierungsbildern gemessen, und die Dauern der Feinabstimmung sind Anteile deiner. Wie im Artikel wähle DSConv in Blöcken von 32, Aktivierungen so breit wie die Gewichte (2 Bit bei 1 Bit), und sperre die letzte Schicht in Float.',
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
  'Initial temperature': 'Anfangstemperatur',
  'Final temperature': 'Endtemperatur',
  Mixture: 'Mischung',
  gumbel: 'Gumbel',
  softmax: 'Softmax',
  'Configs sampled and measured': 'Gezogene und gemessene Konfigurationen',
  Trace: 'Spur',
  hutchinson: 'Hutchinson',
  fisher: 'Fisher',
  Batches: 'Batches',
  'Emphasis on weights over activations (alpha)': 'Gewichte gegenüber Aktivierungen (Alpha)',
  'Importance measure': 'Maß der Wichtigkeit',
  'step size': 'Schrittweite',
  'its square': 'ihr Quadrat',
  'Configs measured, from the limit down': 'Gemessene Konfigurationen, von der Grenze abwärts',
  'Step sizes are trained as': 'Schrittweiten werden trainiert als',
  logarithm: 'Logarithmus',
  value: 'Wert',
  'Learning rate of the logarithm': 'Lernrate des Logarithmus',
  'Configs per training step': 'Konfigurationen pro Trainingsschritt',
  'four: widest, narrowest, two drawn': 'vier: weiteste, engste, zwei gezogene',
  one: 'eine',
  Kernels: 'Filter',
  automatic: 'automatisch',
  modulated: 'moduliert',
  blocks: 'Blöcke',
  'Modulation rank': 'Rang der Modulation',
  'Hidden width of the blocks': 'Innere Breite der Blöcke',
  'Gain per width (gamma)': 'Verstärkung für jede Breite (Gamma)',
  yes: 'ja',
  no: 'nein',
  'per width': 'pro Breite',
  shared: 'geteilt',
  linear: 'linear',
  quadratic: 'quadratisch',
  chebyshev: 'Tschebyschow',
  'Share of the budget for single layers': 'Anteil des Budgets für einzelne Schichten',
  'Bits sampled in training': 'Im Training gezogene Bitbreiten',
  'within limits': 'innerhalb der Grenzen',
  all: 'alle',
  'Maximum population size': 'Größte Population',
  Generations: 'Generationen',
  'Mutation rate': 'Mutationsrate',
  'Best configs measured at the end': 'Am Ende gemessene beste Konfigurationen',
  'Bits over depth': 'Bitbreite über der Tiefe',
  layers: 'Schichten',
  'Fine-tuning amounts (shares of yours)': 'Dauern der Feinabstimmung (Anteile deiner)',
  Rules: 'Regeln',
  own: 'eigene',
  published: 'veröffentlichte',
  'Accuracy models': 'Modelle der Genauigkeit',
  'most probable': 'das wahrscheinlichste',
  sampled: 'gezogen',
  'Unit of cost': 'Einheit der Kosten',
  'cheapest config ÷ e': 'billigste Konfig. ÷ e',
  '1 bit, as in the paper': '1 Bit, wie im Artikel',
  cubic: 'kubisch',
  'Full fine-tuning once every (configs)': 'Volle Feinabstimmung einmal alle (Konfigurationen)',
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
