// What the page says of a link that it reads: of each part that it does not understand, why, and what it does instead.
import { count } from '../numbers';
import { words } from '../words';
import { units } from './units';

/** The first names of a list that may be long. */
const few = (names: readonly string[]) => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and others' : ''}`;
const tensors = { weights: 'weights', activations: 'activations' };

export const linking = words('linking', {
  opened: 'Link opened.',
  /** About the link as a whole. */
  nothing: 'Nothing in it is used.',
  tooLong: (length: number, most: number) => `It has ${count(length)} characters; at most ${count(most)} are read.`,
  version: 'This page reads links that begin with v1. A newer version may read this one: reload the page.',
  surplus: 'Every part after the images must be written as key=value.',
  noField: 'This page has no such field.',
  twice: 'It appears twice.',
  networks: (ids: readonly string[]) => `This page has the networks ${ids.join(', ')}.`,
  networkShown: (network: string) => `${network} is shown, without the bit widths of the link.`,
  images: (ids: readonly string[]) => `This page has the images ${ids.join(', ')}.`,
  imagesUsed: (images: string) => `${images} is used.`,
  otherWeights: (network: string, version: string) =>
    `The link was made with other weights of ${network} than this page has (version ${version}).`,
  otherAccuracies: 'Accuracies differ from those that its author saw.',
  ignored: 'It is ignored.',
  firstCounts: 'The first one counts.',

  /** About one field. */
  canBe: (field: string, values: string) => `The ${field} can be: ${values}.`,
  stays: (value: string) => `It stays ${value}.`,
  /** Numbers as they are written in a link. */
  number: (whole: boolean, min: number, max: number) => `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`,
  yesNo: 'yes or no',
  someOf: (names: readonly string[]) => `some of ${names.join(', ')}, with commas between them`,
  orNone: (values: string) => `${values}, or none`,
  challenges: 'accurate:64KB, accurate:64KB:88 (at least 88 %), small:1 (at most one point lost), none',
  names: (longest: number) => `up to ${longest} characters`,
  widthCount: (given: number, layers: number, network: string) =>
    `It has ${count(given)} widths for the ${count(layers)} layers of ${network}.`,
  bitsStay: (tensor: 'weights' | 'activations') => `The bits of the ${tensors[tensor]} stay as they are.`,
  widths: (tensor: 'weights' | 'activations', skips: boolean, layers: readonly string[]) =>
    `Widths of ${tensors[tensor]} are ${tensor === 'weights' ? 1 : 2} to 8, or f for float${skips ? ', and 0 on branches of blocks' : ''}; ${few(layers)} had others.`,
  layersStay: 'These layers stay as they are.',
  reach: (range: readonly [number, number], tensor: 'weights' | 'activations', layers: readonly string[]) =>
    `The quantizer has ${units.widthRange(range)} for ${tensors[tensor]}, or float; ${few(layers)} had others.`,
  layersMoved: 'These layers take the nearest width.',
  pins: (names: readonly string[]) => `Pins are named ${names.join(', ')}, once each, with two rows of widths.`,
  pinLeftOut: 'This pin is left out.',
  places: (what: string, layers: number) => `The ${what} are given by position, from 1 to ${count(layers)}, each once.`,
  onlyExisting: 'Only existing ones are used.',
  granularity: 'tensor, channel or block:32, if the quantizer has it',
  scalesPer: (quantizer: string, granularities: readonly string[]) =>
    `${quantizer} has scales per ${granularities.join(' or ')}.`,
  staysPer: (granularity: string) => `They stay per ${granularity}.`,
  boards: 'none, or a board and its budgets, such as nucleo-l4r5zi,64KB,52KB,any',
  sizes: 'off, or a size such as 64KB, or 64KB-hold to keep edits within it',
  searchBudgets: 'e.g. 20000images, 5minutes or 60policies',
  searchLimits:
    'e.g. 64KB, 16x, 120MBitOps, 1points (of accuracy lost), none, or memory, compression or bitOps to follow the network',
  searchWidths: 'widths from 0 (skipped) to 8, and f for float, each once, such as 1234568',
  searchOptions: 'e.g. steps:100,batch:16',
  noOption: (method: string) => `${method} has no such option.`,
  optionTakes: (method: string, values: string) => `For this option, ${method} takes ${values}.`,
  optionNumbers: (whole: boolean, min: number, max: number) =>
    `${whole ? 'whole numbers' : 'numbers'} from ${min} to ${max}`,
  optionStays: 'The option stays as it is.',

  /** Fields by key: each completes "The … can be". */
  fields: {
    fits: 'budget for the model size',
    board: 'board with its budgets',
    as: 'arithmetic of the accuracy',
    faders: 'choice of faders',
    axis: 'axis of the plot',
    tab: 'tab',
    lesson: 'lesson',
    select: 'selected layers',
    layer: 'layers shown in the tab Layer',
    look: 'view of the layer',
    image: 'index of the test image',
    challenge: 'challenge',
    by: 'name',
    hide: 'list of hidden parts',
    fix: 'fixed seed',
    view: 'view of the page',
    method: 'search method',
    options: 'list of options',
    budget: 'search budget',
    limit: 'search limit',
    bits: 'widths that searches may choose',
    inputs: 'choice of activation bits in searches',
    tie: 'choice of layers that share one width',
    lock: 'locked layers',
    mine: 'choice of including your own configs',
  },
});
