// The plot of accuracy against cost, its table, and tables of configs elsewhere.
import { count, fixed, prefixed, sizeInWords, upTo } from '../numbers';
import { words } from '../words';

const interval = (y: number, lower: number, upper: number) =>
  `${fixed(y, 1)} % (${fixed(lower, 1)} to ${fixed(upper, 1)})`;

export const plot = words('plot', {
  /** The costs, as choices and after "Accuracy against". */
  cost: { memory: 'model size', bitOps: 'BitOps', averageBits: 'average bits' },
  costTitle: { memory: 'Model size', bitOps: 'Bit operations per image', averageBits: 'Average bits per weight' },
  costValue: {
    memory: (bytes: number) => sizeInWords(bytes),
    bitOps: (operations: number) => `${prefixed(operations)} bit operations per image`,
    averageBits: (bits: number) => `${upTo(bits, 2)} bits per weight`,
  },
  costChoice: 'Cost',
  title: (cost: string) => `Accuracy against ${cost}`,
  loading: 'Loading the plot…',
  accuracyAxis: (searched: boolean) =>
    searched ? 'Test accuracy (%; faint points: validation accuracy)' : 'Test accuracy (%)',
  summary: (measured: number, searched: number, precomputed: number) =>
    `${count(measured)} configs measured here, ${count(searched)} found by searches, ${count(precomputed)} precomputed.`,
  says: (cost: string, summary: string) => `Plot of accuracy against ${cost}. ${summary}`,
  floatBefore: (percent: number) => `float before training, ${fixed(percent, 1)} %`,
  you: 'you',
  legend: {
    you: 'you',
    measured: 'measured',
    uniform: 'uniform bits',
    estimated: '~ estimated',
    precomputed: 'precomputed',
    front: (n: number) => `Pareto front, n = ${count(n)}`,
    precomputedFront: (n: number) => `Pareto front, precomputed, n = ${count(n)}`,
    searched: 'faint: validation images',
  },
  below: (points: number, percent: number) => `${count(points)} more below ${percent} %`,
  /** A uniform width beside its mark on the plot. */
  uniform: (bits: number, estimated: boolean) => `${estimated ? '~' : ''}${bits}`,
  float: 'float',
  unquantized: 'unquantized',
  sameUnquantized: 'the same weights unquantized',
  ofRun: (run: string, config: string) => `${run}: ${config}`,
  ofControl: (run: string, config: string) => `${run}: ${config}, control`,
  ofShared: (run: string, config: string) => `${run}: ${config}, with shared weights`,
  picked: (run: string) => `${run}: picked config`,
  source: {
    estimated: 'estimated',
    shipped: (n: number) => `precomputed (${count(n)} test images)`,
    measured: (n: number) => `measured, n = ${count(n)} test images`,
    searched: (n: number) => `n = ${count(n)} validation images`,
  },
  measuredAt: (y: number, lower: number, upper: number) => interval(y, lower, upper),
  estimatedAt: (y: number, error: number) =>
    Number.isNaN(error) ? `~${fixed(y, 1)} %` : `~${fixed(y, 1)} % (typically ±${fixed(error, 1)})`,
  clickToLoad: 'Click to load',
  load: 'Load',
  loadConfig: (name: string) => `Load ${name}`,
  table: {
    title: 'Measured configs',
    config: 'Config',
    profile: 'Profile',
    accuracy: 'Accuracy (95 % interval)',
    you: (config: string) => `you: ${config}`,
    widths: { weights: (bits: string) => `weights ${bits}`, activations: (bits: string) => `activations ${bits}` },
    empty: 'No config is measured yet. The first one follows as soon as the engine is ready.',
  },
});
