// The plot of accuracy against cost, and its table.
import { count, fixed, prefixed, sizeInWords, upTo } from '../numbers';
import { words } from '../words';

/** A number of images and the split that they are of. */
const test = (n: number) => `n = ${count(n)} test images`;
const validation = (n: number) => `n = ${count(n)} validation images`;

export const plot = words('plot', {
  /** Costs: as a choice, as the title of the axis, and a value in words. */
  cost: {
    ...{ memory: 'Size', bitOps: 'BitOps', averageBits: 'Average bits' },
    ...{ flash: 'Flash', ram: 'RAM', latency: 'Latency', estimate: 'Latency, estimated', energy: 'Energy' },
  },
  axis: {
    memory: (large: boolean) => `model size (${large ? 'MB' : 'KB'}, log scale)`,
    bitOps: () => 'bit operations per image (log scale)',
    averageBits: () => 'bits per weight (log scale)',
    flash: (large: boolean) => `flash (${large ? 'MB' : 'KB'}, log scale)`,
    ram: (large: boolean) => `RAM (${large ? 'MB' : 'KB'}, log scale)`,
    latency: () => 'latency by the table (ms, log scale)',
    estimate: () => 'estimated latency (ms, log scale)',
    energy: () => 'energy by the table (mJ, log scale)',
  },
  size: 'model size (KB)',
  title: {
    memory: 'Accuracy against model size',
    bitOps: 'Accuracy against bit operations',
    averageBits: 'Accuracy against average bits',
    flash: 'Accuracy against flash',
    ram: 'Accuracy against RAM',
    latency: 'Accuracy against latency',
    estimate: 'Accuracy against estimated latency',
    energy: 'Accuracy against energy',
  },
  costs: {
    memory: (bytes: number) => sizeInWords(bytes),
    bitOps: (ops: number) => `${prefixed(ops)} bit operations per image`,
    averageBits: (bits: number) => `${upTo(bits, 2)} bits per weight`,
    flash: (bytes: number) => `${sizeInWords(bytes)} of flash`,
    ram: (bytes: number) => `${sizeInWords(bytes)} of RAM`,
    latency: (ms: number) => `${upTo(ms, 3)} ms`,
    estimate: (ms: number) => `~${upTo(ms, ms < 10 ? 1 : 0)} ms, estimated`,
    energy: (mJ: number) => `${upTo(mJ, 3)} mJ`,
  },
  costChoice: 'Cost',
  rangeChoice: 'Range of accuracy',
  range: { top: 'Top', all: 'All', zoom: 'Zoom' },
  table: 'Table',
  tableTitle: 'Measured configs',
  /** Beside the title: what a mark is. */
  note: (faint: boolean) =>
    faint ? 'on test images; faint: validation images' : 'each dot is a config, on test images',
  noteByPage: 'rounded by the page, unlike the result',
  predictedMark: 'predicted',
  front: 'Pareto front',
  you: 'YOU',
  youByPage: 'YOU, rounded by the page',
  cheaper: (n: number) => `← ${count(n)} more`,
  float: (accuracy: number, size: string, beyond: boolean) =>
    `float ${fixed(accuracy, 1)} % · ${size}${beyond ? ' →' : ''}`,
  floatBefore: (accuracy: number) => `float before training ${fixed(accuracy, 1)} %`,
  unrounded: (accuracy: number, beyond: boolean) =>
    `these weights in float ${fixed(accuracy, 1)} %${beyond ? ' →' : ''}`,
  uniform: (bits: number, estimated: boolean) => `${estimated ? '~' : ''}uniform ${bits}`,
  /** Of a point of a run. */
  control: ', control',
  shared: ', with shared weights',
  picked: 'picked config',
  accuracy: (y: number, lower: number, upper: number) => `${fixed(y, 1)} % (${fixed(lower, 1)} to ${fixed(upper, 1)})`,
  estimate: (y: number) => `~${fixed(y, 1)} %`,
  estimateError: (y: number, error: number) => `~${fixed(y, 1)} % (typically ±${fixed(error, 1)})`,
  source: {
    estimated: () => 'estimated, not measured',
    shipped: (n: number) => `precomputed, ${test(n)}`,
    measured: (n: number) => `measured, ${test(n)}`,
    searched: (n: number) => `measured by the search, ${validation(n)}`,
  },
  predicted: (method: string) => `predicted by ${method}, not measured`,
  load: 'Load',
  loadConfig: (name: string) => `Load ${name}`,
  clickLoads: 'Click: load · Shift-click: pin',
  keysLoad: 'Enter: load · P: pin · Escape: leave',
  pinned: (name: string) => `pinned as ${name}`,
  /** What a screen reader hears of the plot and of the point that has the focus. */
  summary: (what: string, measured: number, searched: number, precomputed: number, cost: string, accuracy: string) =>
    `Plot: ${what}. ${count(measured)} configs measured here, ${count(searched)} by searches, ${count(precomputed)} precomputed. Across: ${cost}. Up: ${accuracy}.`,
  ends: (from: string, to: string) => `${from} to ${to}`,
  broken: (from: number, breakAt: number, to: number) => `${from} to ${to} %; below ${breakAt} % on a shorter scale`,
  percents: (from: number, to: number) => `${from} to ${to} %`,
  keys: 'Arrow keys walk the configs in order of cost, Enter loads one, P pins it, Escape leaves. Plus and minus zoom, Shift and an arrow key pan, 0 shows everything again.',
  pointInWords: (at: number, of: number, ...parts: readonly string[]) => `${parts.join(', ')}. Config ${at} of ${of}.`,
  skipped: (layers: number) => `${layers} skipped`,
  exportPlot: 'Export plot',
  exports: { png: 'Picture (PNG)', svg: 'Drawing (SVG)', csv: 'Configs (CSV)' },
  notExported: 'The plot could not be exported.',
  budget: {
    name: 'Size budget',
    fits: (bytes: number) => `fits ${upTo(bytes / 1024, 1)} KB`,
    value: (bytes: number, left: number) =>
      `${sizeInWords(bytes)}, ${left < 0 ? `${sizeInWords(-left)} over` : `${sizeInWords(left)} to spare`}`,
    over: 'over budget',
    remove: 'Remove the budget',
    tip: (bytes: number, device: string) =>
      `Set the budget to the ${sizeInWords(bytes)} of program memory of a ${device}. A runtime needs some of it too.`,
    tipPlain: (bytes: number) => `Set the budget to ${sizeInWords(bytes)}`,
  },
  /** The table. */
  config: 'Config',
  profile: 'Profile',
  filter: 'Filter',
  found: (shown: number, all: number) => `${count(shown)} of ${count(all)}`,
  accuracyColumn: 'Accuracy (95 % interval)',
  weightBits: (widths: string) => `weights ${widths}`,
  activationBits: (widths: string) => `activations ${widths}`,
  youAre: (label: string) => `you: ${label}`,
  empty: 'No config is measured yet. The first one follows as soon as the engine is ready.',
});
