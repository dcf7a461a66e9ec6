// The published table with our rows beside it. A row that was not run says so.
import { type PairedDifference, wilson } from '../math/statistics';
import { type SearchId, searches } from '../search/registry';
import { markdownTable } from './markdownTable';
import { TABLE_1, type TABLE_1_NETWORKS } from './metaquantnet';

/** One finished row: a line of the file. */
export interface ReproducedRow {
  readonly program: string;
  readonly table: string;
  readonly network: string;
  readonly dataset: string;
  readonly name: string;
  readonly seed: number;
  readonly published: readonly [megabytes: number, accuracy: number];
  /** One range per layer, or per output channel. */
  readonly granularity: string;
  /** 1e6 bytes, by the paper's convention. */
  readonly megabytes: number;
  readonly bits: string;
  /** Epochs of training under the row's bits, and images of each; none for the float row. */
  readonly epochs: number;
  readonly imagesPerEpoch: number;
  /** Rounding and training of the row's bits, in words; absent in float. */
  readonly finish?: string;
  /** Of a searched row: the method, and what it has spent. */
  readonly search?: {
    readonly method: SearchId;
    readonly images: number;
    readonly evaluations: number;
    readonly seconds: number;
  };
  /** Correct predictions among the first `n` test images, and the paired difference from the float network. */
  readonly right: number;
  readonly n: number;
  readonly fromFloat: PairedDifference;
  /** Of the whole row, by the clock, and of the processor. */
  readonly hours: number;
  readonly processorHours: number;
  /** Hash of everything that the row depends on. */
  readonly settings: string;
}

const points = (share: number) => (100 * share).toFixed(2);

/** All rows of the table for a network; drops are from the float network of each side. */
export function tableInWords(network: (typeof TABLE_1_NETWORKS)[number], rows: readonly ReproducedRow[]): string {
  const heads = [
    'row',
    'paper MB',
    'paper %',
    'paper drop',
    'MB here',
    '% here',
    'drop here',
    'bits by',
    'rounded per',
    'epochs',
    'seed',
  ];
  const float = TABLE_1.find(({ how }) => how.kind === 'float')?.published[network][1] ?? Number.NaN;
  const lines = TABLE_1.flatMap(({ name, published }) => {
    const [size, accuracy] = published[network];
    const paper = [name, size, accuracy.toFixed(2), name === 'float' ? '-' : (float - accuracy).toFixed(2)];
    const own = rows.filter((row) => row.name === name);
    if (own.length === 0) return [[...paper, 'not run', '', '', '', '', '', '', '', '']];
    return own.map(({ megabytes, right, n, fromFloat, search, granularity, epochs, seed, processorHours, bits }) => {
      const { value, lower, upper } = wilson(right, n);
      const drop = `${points(-fromFloat.difference)} (${points(-fromFloat.upper)} to ${points(-fromFloat.lower)})`;
      return [
        ...paper,
        megabytes.toFixed(4),
        `${points(value)} (${points(lower)} to ${points(upper)}), n = ${n}`,
        name === 'float' ? '-' : drop,
        search ? searches[search.method].label : '-',
        name === 'float' ? '-' : granularity,
        ...[epochs, seed, processorHours, bits],
      ];
    });
  });
  return markdownTable([...heads, 'processor h', 'weight bits here'], lines);
}
