// Output of a benchmark: one line per comparison, as JSON and as a row of a Markdown table. Ratios are medians over
// alternating rounds, with a bootstrap interval, because machines do other work too.
import { appendFileSync } from 'node:fs';
import { createRng } from '../../src/math/rng';

/** One comparison or, without a baseline, one measurement. */
export interface Line {
  readonly id: string;
  readonly backend: string;
  /** In `unit`, the median of the rounds. */
  readonly ours: number;
  readonly baseline: number | null;
  /** Ratio to the baseline, with its 95 % interval. */
  readonly ratio: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly unit: string;
  /** Whether both sides gave the same result; null if there was nothing to compare with. */
  readonly equal: boolean | null;
  /** Share of the matmul rate of the same run. */
  readonly share?: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** Median of ours[i] / baseline[i] and its 95 % interval by 1,000 resamples (B. Efron, 1979). */
export function ratioOf(ours: readonly number[], baseline: readonly number[]): Pick<Line, 'ratio' | 'lower' | 'upper'> {
  const ratios = ours.map((value, i) => value / baseline[i]);
  const rng = createRng(1);
  const resampled = Array.from({ length: 1000 }, () => median(ratios.map(() => ratios[rng.integer(ratios.length)])));
  resampled.sort((a, b) => a - b);
  return { ratio: median(ratios), lower: resampled[25], upper: resampled[974] };
}

const figure = (value: number | null | undefined) => (value == null ? '' : value.toPrecision(3));

/** The lines as a Markdown table. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map(({ id, backend, ours, baseline, ratio, lower, upper, unit, equal, share }) => {
    const interval = ratio === null ? '' : `x${figure(ratio)} (${figure(lower)}-${figure(upper)})`;
    const percent = share === undefined ? '' : `${(share * 100).toFixed(1)} %`;
    const same = equal === null ? '' : equal ? 'yes' : 'NO';
    return `| ${id} | ${backend} | ${figure(ours)} | ${figure(baseline)} | ${interval} | ${unit} | ${percent} | ${same} |`;
  });
  return [
    '| | backend | ours | baseline | ratio (95 %) | unit | of matmul | equal |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Collects lines; each is printed, and appended to `path` if given, as soon as it is known. */
export class Report {
  readonly lines: Line[] = [];

  constructor(private readonly path?: string) {}

  add(line: Line): void {
    this.lines.push(line);
    const text = JSON.stringify(line);
    console.log(text);
    if (this.path !== undefined) appendFileSync(this.path, `${text}\n`);
  }
}
