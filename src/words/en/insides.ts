// What a search method shows of itself.
import { count, fixed, percent, significant, sizeInWords } from '../numbers';
import { words } from '../words';
import { units } from './units';

interface Best {
  readonly accuracy: number;
  readonly memory: number;
}

const nats = (loss: number) => `loss ${fixed(loss, 3)} nats`;

export const insides = words('insides', {
  loss: nats,
  /** Of the steps of LIMPQ; a median of ratios, as a share above 1. */
  moved: (share: number) => `steps moved by ${percent(share)} (median)`,
  heat: {
    says: (what: string) => `${what}, per layer and bit width`,
    caption: (what: string) => `${what}; darker is more`,
    bits: 'bits',
  },
  importance: {
    says: (tensor: string, most: number) =>
      `Importance of the ${tensor}, per layer and bit width, at most ${significant(most, 2)}.`,
    axis: (tensor: string, squared: boolean) => `${squared ? 'squared step' : 'step'} of ${tensor}`,
    tensors: { weights: 'weights', activations: 'activations' },
    program: (penalty: number, bound: number, optimal: boolean, nodes: number) =>
      `integer program: penalty ${significant(penalty, 4)}, bound ${significant(bound, 4)}, ${optimal ? 'proved optimal' : `gap ${fixed((100 * (penalty - bound)) / Math.abs(penalty), 2)} %`}, ${count(nodes)} nodes`,
  },
  mixture: {
    likely: (layer: string, bits: number) => `${layer} ${units.bitsInWords(bits)}`,
    says: (likely: readonly string[]) =>
      `Probability of each bit width, per layer. Most probable: ${likely.join(', ')}.`,
    axis: 'probability',
    note: (temperature: number, averageBits: number) =>
      `temperature ${significant(temperature, 3)} · ${fixed(averageBits, 2)} bits per weight expected`,
  },
  population: {
    origin: (n: number, origin: string) => `${count(n)} ${origin}`,
    says: (at: number, of: number, origins: readonly string[], best: Best, before?: number) =>
      `Generation ${count(at)} of ${count(of)}: ${origins.join(', ')}; best ${fixed(best.accuracy, 1)} % at ${sizeInWords(best.memory)}${before === undefined ? '' : `; best before ${fixed(before, 1)} %`}.`,
    accuracy: 'accuracy with shared weights (%)',
    earlier: 'small: earlier generations',
    limit: 'dashed: the limit',
    sharedLoss: (loss: number) => `${nats(loss)} with shared weights`,
    generation: 'Generation',
    of: (at: number, of: number) => `${count(at)} of ${count(of)}`,
  },
  posterior: {
    says: (candidates: number, mean: number, sd: number, averageBits: number) =>
      `Expected accuracy of ${count(candidates)} candidates; the best ${fixed(mean, 1)} % ±${fixed(2 * sd, 1)} at ${fixed(averageBits, 2)} bits per weight.`,
    bits: 'average bits per weight',
    accuracy: 'believed accuracy (%)',
    task: 'Task',
    images: 'Images',
    information: 'Information per cost (nats per image)',
    correlation: 'Correlation with the task',
    gain: (gain: number) => significant(gain, 2),
    rho: (rho: number) => fixed(rho, 2),
  },
  next: {
    title: 'Try this next',
    measured: (task: string) => `measured next, ${task}`,
    best: 'believed best',
    label: (what: string) => `the config ${what}`,
    size: 'Model size',
    expected: (task: string) => `Expected ${task} (%)`,
    belief: (mean: number, sd: number) => `~${percent(mean)} ±${percent(2 * sd)}`,
  },
});
