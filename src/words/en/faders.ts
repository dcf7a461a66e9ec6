// The rack: strips, their keys and menus, the master strip, and what a budget that holds says.
import { count } from '../numbers';
import { words } from '../words';
import { units } from './units';

export const faders = words('faders', {
  /** Operations on the head of a strip. */
  ops: { conv2d: 'conv', depthwiseConv2d: 'dw', dense: 'dense' },
  /** On a strip. */
  states: { skip: 'skip', mute: 'mute', solo: 'solo' },
  locked: (text: string) => `${text}, locked`,
  isLocked: 'locked',
  stripTip: (layer: string, kind: string, weights: string) => `${layer}: ${kind}, ${weights} weights`,
  weightSize: 'Weights, scales and biases in the packed file',
  activationSize: 'Activations that the layer reads, per image',
  skipLayer: (layer: string) => `Skip ${layer}`,
  skipBranch: (layers: string) => `Skip the branch of ${layers}: the network runs without it`,
  takeBack: (layers: string) => `Take back the skipped branch of ${layers}`,
  lockLayer: (layer: string) => `Lock ${layer}`,
  lock: (layer: string) => `Lock ${layer} (L): sweeps, groups, trimming and searches leave it alone`,
  unlock: (layer: string) => `Unlock ${layer} (L)`,
  tapTwo: 'Tap 2: give this layer 2 bits',

  /** The tensors, as choices. */
  tensors: { weights: 'weights', activations: 'activations' },

  /** The bar. */
  facing: 'Faders show the bits of',
  modes: { weights: 'Weights', activations: 'Activations', both: 'Both' },
  harmKey: (points: string) => `predicted loss (full = ${points} pts)`,
  harmTip: 'Accuracy lost when only this layer has so few bits, from the sensitivity table. An arrow tip means more.',
  massKey: 'area = size',
  massTip: 'As wide as the layer has weights, as high as its bits',
  rampKey: 'bits',
  presets: 'Presets',
  preset: { float: 'Float', uniform: (bits: string) => `Uniform ${bits}`, ends: 'First and last 8, rest 4' },
  best: (size: string) => `Best predicted under ${size}`,
  lacksWidths: (quantizer: string) => `${quantizer} lacks these widths`,
  selection: (layers: string) => `Selection: ${layers}`,
  selectionTip: 'What can be done to the selected layers',
  several: (layers: string) => `${layers} layers`,
  oneOnly: 'Select one layer for this',
  noBranch: 'No shortcut leads around this layer',
  noTable: 'The sensitivity of the layers is not measured yet',
  bestFound: (size: string) => `Least predicted loss under ${size}.`,
  cannotFit: (size: string) => `No config fits ${size}: the smallest, with the locked layers as they are, is larger.`,
  solo: 'Solo',
  unsolo: 'End solo',
  mute: 'Mute',
  unmute: 'Unmute',
  skip: 'Skip',
  unskip: 'Take back',
  lockAll: 'Lock',
  unlockAll: 'Unlock',
  select: { stage: 'Select stage', shape: 'Select same shape', convs: 'Select all convs', all: 'Select all' },
  selectMore: 'Select more',
  clear: 'Clear selection',
  hold: (size: string) => `Hold ${size}`,
  holdTip:
    'While held, other layers give up bits for what a fader adds, so that the model size stays within the budget',
  payingRule: 'Trim first',
  payingTip: 'Which layers give up bits when an edit would exceed the budget',
  /** What the button shows: part of its name, which is the label above with one of those below. */
  payer: { leastLoss: 'Trim first: least sensitive', even: 'Trim first: most bits' },
  rules: { leastLoss: 'least sensitive (lowest predicted loss per byte)', even: 'most bits' },

  /** The master strip. */
  all: 'all',
  allLayers: 'All layers, average bits',
  average: 'avg',
  percent: '%',
  allText: (bits: string, size: string) => `${bits} bits on average, ${size}`,
  masterTip: 'Moves all unlocked layers by as much; with Shift, to the same width',
  sizeTip: (size: string) => `Model size ${size}`,
  sizeBudgetTip: (size: string, budget: string) => `Model size ${size}; the mark is the budget, ${budget}`,
  accuracyTip: (accuracy: string) => `Accuracy ${accuracy} %`,
  accuracyFloatTip: (accuracy: string, float: string) => `Accuracy ${accuracy} %; the mark is float, ${float} %`,

  /** What a hand on the desk is told. */
  noWidth: (quantizer: string, bits: number, tensor: 'weights' | 'activations', range: readonly [number, number]) =>
    `${quantizer} has no ${bits}-bit ${tensor}; choose ${units.widthRange(range)}, or float.`,
  movedTo: (quantizer: string, range: readonly [number, number], layers: number) =>
    `${quantizer} supports ${units.widthRange(range)} or float; ${layers === 1 ? '1 layer was' : `${count(layers)} layers were`} moved to the nearest width.`,
  roundingReset: (quantizer: string) => `The settings of rounding are the defaults of ${quantizer} now.`,
  lockedLayer: (layer: string) => `${layer} is locked: press L on its fader to unlock it.`,
  nothingToHear: (layer: string) => `${layer} is skipped, so it has no bits to listen to.`,
  areLocked: (layers: string) => `Locked: ${layers}.`,
  areUnlocked: (layers: string) => `Unlocked: ${layers}.`,
  movedToo: (steps: string) => `Moved along: ${steps}.`,
  paidBy: (steps: string) => `Trimmed to hold the budget: ${steps}.`,
  wall: (held: string, unlock: string | undefined, needed: string) =>
    `Held at ${held}: no other layer has bits left to give. ${
      unlock === undefined ? 'Raise' : `Unlock ${unlock}, or raise`
    } the budget to ${needed}.`,

  selectAllKeys: 'Ctrl A',
  clearKeys: 'Esc',
});
