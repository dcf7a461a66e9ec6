// The board that a config is meant for: what it takes there, and its accuracy as the board computes it.
import { count, fixed, percent, sizeInWords, upTo } from '../numbers';
import { words } from '../words';

const digits = (value: number) => fixed(value, value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);
const milliseconds = (ms: number) => `${fixed(ms, ms < 10 ? 1 : 0)} ms`;

export const device = words('device', {
  choose: 'Choose a board',
  title: 'Board',
  board: 'Board and runtime',
  none: 'No board',
  unknown: (id: string) =>
    `The list has no board "${id}", which the link asks for. None is chosen: choose one below the model size.`,
  hint: 'Sizes are those of the exported .tflite file.',
  /** Meters. */
  flash: 'Flash',
  ram: 'RAM',
  latency: 'Latency',
  size: (bytes: number) => sizeInWords(bytes),
  time: (ms: number) => `~${milliseconds(ms)}`,
  ofSize: (bytes: number) => `of ${sizeInWords(bytes)}`,
  ofTime: (ms: number) => `of ${milliseconds(ms)}`,
  overSize: (bytes: number) => `over ${sizeInWords(bytes)}`,
  overTime: (ms: number) => `over ${milliseconds(ms)}`,
  between: (low: number, high: number) => `${milliseconds(low)} to ${milliseconds(high)}`,
  noTime: 'not known',
  /** By a table of the user's own. */
  energy: 'Energy',
  tabled: { ms: (ms: number) => `${digits(ms)} ms`, mJ: (mJ: number) => `${digits(mJ)} mJ` },
  ofTabled: (most: number, unit: string) => `of ${upTo(most, 2)} ${unit}`,
  overTabled: (most: number, unit: string) => `over ${upTo(most, 2)} ${unit}`,
  tabledTip: (name: string) => `The sum over the layers, by the table ${name}.`,
  notTabled: (layers: readonly string[]) =>
    `The table does not have these bits (weights/activations): ${layers.slice(0, 4).join(', ')}${layers.length > 4 ? ', …' : ''}`,
  missing: (n: number) => `lacks ${n} ${n === 1 ? 'layer' : 'layers'}`,
  flashTip: (bytes: number) => `${count(bytes)} bytes: the exported .tflite file. The runtime's code comes on top.`,
  ramTip: (bytes: number, kernels: 'reference' | 'dsp' | 'mve') =>
    `${count(bytes)} bytes: tensors and scratch memory at their peak, as TFLM plans them with ${kernels === 'reference' ? 'its reference kernels' : 'CMSIS-NN'}. Its own tables come on top.`,
  latencyTip: 'Estimated from published times of other networks on this board and runtime.',
  noTimeTip: 'Nobody has published times of int8 networks on this board.',
  /** The dialog. */
  flashField: (most: number | undefined) =>
    most === undefined ? 'Flash (KB, 0 for any)' : `Flash (KB, of ${count(most)})`,
  ramField: (most: number | undefined) => (most === undefined ? 'RAM (KB, 0 for any)' : `RAM (KB, of ${count(most)})`),
  latencyField: 'Latency (ms, 0 for any)',
  core: (core: string, clockMHz: number | undefined) =>
    clockMHz === undefined ? core : `${core} at ${fixed(clockMHz, 0)} MHz`,
  computesAny: 'Each layer is built for its own widths.',
  computes: (widths: readonly number[]) =>
    `Computes with weights of ${widths.join(' or ')} bits and activations of 8 bits. Other widths save flash at most: up to 4 bits are stored as INT4, others as INT8.`,
  slower: 'Layers in INT4 are slower: their weights are unpacked for each image.',
  unmeasured: 'INT4 saves flash, not time: nobody has published times of it here. It can take more RAM.',
  source: (programs: string, source: string) => `Times: ${programs}, ${source}.`,
  ownCosts: 'Your own costs',
  ownCostsHint:
    'A table of what each layer takes at each width, measured on your hardware: layer, weights, activations, ms, mJ. It stays in this tab.',
  loadTable: 'Load a table (CSV, JSON)',
  tableToFill: 'Table to fill in (CSV)',
  exampleTable: 'Example: ResNet-18 on a T4, from HAWQ-V3 (CSV)',
  table: (name: string, rows: number) => `${name}, ${count(rows)} rows`,
  removeTable: 'Remove the table',
  energyField: 'Energy (mJ, 0 for any)',
  arithmetic: 'Accuracy as computed by',
  as: { page: 'Page', tflm: 'TFLM', litert: 'LiteRT' },
  arithmeticHint:
    'TFLM rounds as microcontrollers do, LiteRT as phones and browsers do: integers only, from the file that is exported.',
  /** The result. */
  measuredAs: (name: string) => `As ${name} computes it`,
  measured: (low: number, high: number, n: number) => `${percent(low)} to ${percent(high)} · ${count(n)} test images`,
  pending: (name: string) => `by the page; ${name} follows`,
  failed: (name: string, why: string) => `Not measured as ${name}: ${why}`,
  stored: (type: string) => `as ${type}`,
});
