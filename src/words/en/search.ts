// Searches: their setup, their runs and what they found.
import { count, percent, plusMinus, sizeInWords, upTo } from '../numbers';
import { words } from '../words';
import { units } from './units';

interface Known {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

const configs = (n: number) => `${count(n)} ${n === 1 ? 'config' : 'configs'}`;
const inPercent = (known: Known) => `${percent(known.value)} % ${plusMinus(known)}`;

export const search = words('search', {
  note: 'Searches select on validation images; the final front is scored on test images.',
  method: 'Method',
  methodsSoon: 'The methods are listed as soon as the engine runs.',
  optionsOf: (method: string) => `Options of ${method}`,
  start: 'Start search',
  queued: 'Starts when the current run ends.',
  failedWith: (run: string, why: string) => `${run} failed with these settings. ${why}`,
  further: 'Further settings',
  budgetIn: 'Budget in',
  budget: (unit: string) => `Budget (${unit})`,
  budgetKind: { evaluations: 'configs measured', images: 'images seen', minutes: 'minutes' },
  configs,
  images: (n: number) => `${count(n)} images`,
  time: (seconds: number) => `~${units.duration(seconds)} at the speed measured here`,
  budgetAtMost: (parts: readonly string[]) => `at most ${parts.join(', ')}`,
  imagesUnknown: 'number of images unknown until the first are measured',
  timeUnknown: 'time unknown until the first are measured',
  training: 'training of the method included',
  limitOn: 'Limit on',
  limitKind: {
    memory: 'model size (KB)',
    compression: 'compression of weights (×)',
    bitOps: 'BitOps per image (millions)',
    loss: 'loss of accuracy (points)',
    none: 'none',
  },
  limitField: {
    memory: 'Size limit (KB)',
    compression: 'Compression of weights, at least (×)',
    bitOps: 'BitOps limit per image (millions)',
    loss: 'Loss limit (points)',
  },
  withinBoard: (budgets: readonly string[]) => `Also within the board's budgets: ${budgets.join(', ')}.`,
  boardBudget: {
    flash: (bytes: number) => `${sizeInWords(bytes)} of flash`,
    ram: (bytes: number) => `${sizeInWords(bytes)} of RAM`,
    latency: (microseconds: number) => `${upTo(microseconds / 1000, 1)} ms`,
    energy: (microjoules: number) => `${upTo(microjoules / 1000, 1)} mJ`,
  },
  limitBound: (kind: string, bound: number) =>
    `${kind === 'compression' ? 'at most' : 'at least'} ${upTo(bound, 2)} with these bits`,
  differs: 'Different from the paper:',
  weightBits: 'Weight bits allowed',
  skip: 'skip',
  skipTip: 'Skips whole branches of residual blocks',
  activationBits: 'Activation bits',
  activations: {
    eight: '8 bits',
    float: 'float',
    asWeights: 'same as the weights',
    pairs: 'DNAS pairs: 1/4, 2/4, 3/3, 4/4, 8/8',
    searched: 'searched, too',
  },
  tied: 'Layers that share one width',
  ties: { none: 'none', shortcuts: 'a shortcut and the first layer of its block', blocks: 'all layers of a block' },
  useMine: 'Include configs I measured',
  summary: {
    bits: (widths: string) => `weight bits ${widths}`,
    images: (n: number) => `${count(n)} images per evaluation`,
    steps: (n: number) => `${count(n)} steps of fine-tuning per config`,
    locked: (n: number) => `${count(n)} locked`,
    ties: { shortcuts: 'shortcuts tied', blocks: 'one width per block' },
  },
  locks: {
    title: 'Locked layers',
    titleWithBits: 'Locked layers: weight / activation bits',
    none: 'None: the search may change every layer. To lock layers, select them on the desk or press L on a fader.',
    unlock: (layer: string, weights: number, activations: number) =>
      `Unlock ${layer}: weights ${units.bitsInWords(weights)}, activations ${units.bitsInWords(activations)}`,
    lockSelected: (n: number) => `Lock the ${count(n)} selected`,
    unlockAll: 'Unlock all',
  },
  /** Runs. */
  runs: 'Runs',
  empty:
    'No search has run yet. Choose a method and press “Start search”: its configs appear on the plot one by one, and you keep the faders.',
  discarded: (run: string) => `“${run}” is discarded.`,
  undo: 'Undo',
  compareTip: 'Show on the plot and compare',
  compareRun: (run: string) => `Compare ${run}`,
  runName: 'Name of the run',
  otherWeights: 'for other weights',
  otherNetwork: (network: string, images: string) => `for ${network} on ${images}`,
  pausing: 'pausing (finishing the current measurement)',
  because: (why: string) => `(${why})`,
  elsewhere: 'running in another tab',
  elsewhereHint: '(it can be resumed here when that tab pauses it or is closed)',
  budgetOf: (run: string) => `Budget of ${run}`,
  frontOf: (run: string) => `Front of ${run} on test images`,
  frontWaits: 'its front is measured after the current search',
  phase: (phase: string, done?: number) =>
    done === undefined ? phase : `${phase}: ${count(Math.floor(done * 100))} %`,
  left: (seconds: number) => `~${units.duration(seconds)} left`,
  stalled: (n: number) => `No improvement in ${configs(n)}`,
  used: (used: number) => `${count(Math.floor(Math.min(1, used) * 100))} %`,
  progress: (used: string, budget: string, evaluations: number, images: number, seconds: number) =>
    `${used} of ${budget} · ${count(evaluations)} measured · ${count(images)} images · ${units.duration(seconds)}`,
  /** What a run without a config to show has done. */
  nothing: {
    notBegun: 'not started yet',
    neverBegan: 'never started',
    shared: (n: number, over: boolean) =>
      `${count(n)} measured with shared weights, none with weights of its own${over ? '' : ' yet'}`,
    layers: (n: number, over: boolean) =>
      `${count(n)} single-layer measurements, no config within the limit${over ? '' : ' yet'}`,
    training: 'in training, no config measured yet',
    trained: 'trained, no config measured',
    measured: (over: boolean) => (over ? 'nothing measured' : 'nothing measured yet'),
  },
  /** The config of a run: its size where that is known, and its accuracies. */
  found: (picked: boolean, bytes?: number) =>
    `${picked ? 'Picked' : 'Best'}${bytes === undefined ? '' : ` ${sizeInWords(bytes)}`}`,
  test: (known: Known) => `test ${inPercent(known)} (n = ${count(known.n)})`,
  validation: (known: Known) => `validation ${inPercent(known)} (n = ${count(known.n)})`,
  notValidated: 'by what the method has learned, not measured on validation images',
  load: 'Load',
  inside: 'Inside',
  pause: 'Pause',
  resume: (used?: string) => (used === undefined ? 'Resume' : `Resume (${used})`),
  resumeTip: 'Available when its network, weights and images are open.',
  change: 'Change settings',
  measureFront: 'Measure on test images',
  measureFrontTip: 'Measures its front, as at the end of a run',
  stop: 'Stop',
  stopTip: 'What it has learned can be read when its network, weights and images are open.',
  discard: 'Discard',
  /** What was measured by hand. */
  byHand: (n: number) => `Measured from the faders, on test images (${count(n)})`,
  seriesLeft: (n: number) => `${count(n)} left`,
  measureUniform: (widths: string) => `Measure uniform ${widths}`,
  byHandEmpty: 'Nothing is measured yet: move a fader, or measure the uniform configs as a baseline.',
});
