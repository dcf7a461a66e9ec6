// German: what a search method shows of itself.
import type { insides as english } from '../en/insides';
import { units } from '../en/units';
import { count, fixed, percent, significant, sizeInWords } from '../numbers';

interface Best {
  readonly accuracy: number;
  readonly memory: number;
}

const nats = (loss: number) => `Kreuzentropie ${fixed(loss, 3)} Nat`;

export const insides: typeof english = {
  loss: nats,
  moved: (share: number) => `Schrittweiten um ${percent(share)} verschoben (Median)`,
  heat: {
    says: (what: string) => `${what}, pro Schicht und Bitbreite`,
    caption: (what: string) => `${what}; dunkler ist mehr`,
    bits: 'Bit',
  },
  importance: {
    says: (tensor: string, most: number) =>
      `Wichtigkeit der ${tensor}, pro Schicht und Bitbreite, höchstens ${significant(most, 2)}.`,
    axis: (tensor: string, squared: boolean) => `${squared ? 'quadrierte Schrittweite' : 'Schrittweite'} der ${tensor}`,
    tensors: { weights: 'Gewichte', activations: 'Aktivierungen' },
    program: (penalty: number, bound: number, optimal: boolean, nodes: number) =>
      `ganzzahliges Programm: Strafe ${significant(penalty, 4)}, Schranke ${significant(bound, 4)}, ${optimal ? 'nachweislich optimal' : `Lücke ${fixed((100 * (penalty - bound)) / Math.abs(penalty), 2)} %`}, ${count(nodes)} Knoten`,
  },
  mixture: {
    likely: (layer: string, bits: number) => `${layer} ${units.bitsInWords(bits)}`,
    says: (likely: readonly string[]) =>
      `Wahrscheinlichkeit jeder Bitbreite, pro Schicht. Am wahrscheinlichsten: ${likely.join(', ')}.`,
    axis: 'Wahrscheinlichkeit',
    note: (temperature: number, averageBits: number) =>
      `Temperatur ${significant(temperature, 3)} · erwartet ${fixed(averageBits, 2)} Bit pro Gewicht`,
  },
  population: {
    origin: (n: number, origin: string) => `${count(n)} ${origin}`,
    says: (at: number, of: number, origins: readonly string[], best: Best, before?: number) =>
      `Generation ${count(at)} von ${count(of)}: ${origins.join(', ')}; beste ${fixed(best.accuracy, 1)} % bei ${sizeInWords(best.memory)}${before === undefined ? '' : `; beste davor ${fixed(before, 1)} %`}.`,
    accuracy: 'Genauigkeit mit geteilten Gewichten (%)',
    earlier: 'klein: frühere Generationen',
    limit: 'gestrichelt: die Grenze',
    sharedLoss: (loss: number) => `${nats(loss)} mit geteilten Gewichten`,
    generation: 'Generation',
    of: (at: number, of: number) => `${count(at)} von ${count(of)}`,
  },
  posterior: {
    says: (candidates: number, mean: number, sd: number, averageBits: number) =>
      `Erwartete Genauigkeit, Kandidaten: ${count(candidates)}; beste ${fixed(mean, 1)} % ±${fixed(2 * sd, 1)} bei ${fixed(averageBits, 2)} Bit pro Gewicht.`,
    bits: 'Bit pro Gewicht im Mittel',
    accuracy: 'vermutete Genauigkeit (%)',
    task: 'Teilaufgabe',
    images: 'Bilder',
    information: 'Information pro Kosten (Nat pro Bild)',
    correlation: 'Korrelation mit der Teilaufgabe',
    gain: (gain: number) => significant(gain, 2),
    rho: (rho: number) => fixed(rho, 2),
  },
  next: {
    title: 'Probier das als Nächstes',
    measured: (task: string) => `als Nächstes gemessen, ${task}`,
    best: 'vermutlich beste',
    label: (what: string) => `Konfiguration: ${what}`,
    size: 'Modellgröße',
    expected: (task: string) => `Erwartet: ${task} (%)`,
    belief: (mean: number, sd: number) => `~${percent(mean)} ±${percent(2 * sd)}`,
  },
};
