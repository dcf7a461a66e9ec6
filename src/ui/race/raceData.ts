// A race as the view shows it: the lines of docs/race.jsonl by limit, how the methods stand at the end, and where each is while
// images are spent.
import type { DatasetId } from '../../data/registry';
import { type Standing, standings } from '../../math/standings';
import type { NetworkId } from '../../zoo/registry';
import type { BestStep } from '../search/compareData';

/** What the view reads of a line that `race` writes (cli/race.ts). */
export interface RaceRow {
  readonly program: string;
  readonly network: NetworkId;
  readonly dataset: DatasetId;
  readonly limit: string;
  readonly budget: string;
  readonly method: string;
  readonly label: string;
  readonly seed: number;
  readonly images: number;
  readonly curve?: { readonly n: number; readonly best: readonly (readonly [images: number, right: number])[] };
  readonly finish: string;
  readonly right: number;
  readonly n: number;
}

/** A method on its way. */
export interface Track {
  /** Images that the run of each seed has spent at the end. */
  readonly ends: readonly number[];
  /** The best accuracy so far, in percent of the search's validation images: means over the seeds that are replayed, once each has measured. */
  readonly steps: readonly BestStep[];
}

/** The race at one limit. */
export interface Race {
  /** What all its lines have in common is read here. */
  readonly one: RaceRow;
  readonly seeds: readonly number[];
  /** What the methods are called, by id. */
  readonly labels: ReadonlyMap<string, string>;
  /** How the methods stand against each reference that has raced, best first. */
  readonly standings: ReadonlyMap<string, readonly Standing[]>;
  /** The seeds of which every method has told its way. */
  readonly replayed: readonly number[];
  readonly tracks: ReadonlyMap<string, Track>;
  /** Validation images that each seed measures on, where its way is told. */
  readonly validation?: number;
  /** Images at the end of the longest run. */
  readonly most: number;
}

/** What the methods are compared with: uniform bits, and the instant baseline, which reads no label and trains nothing. */
const REFERENCES = ['uniform', 'outputError'];

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of the best accuracies so far, a step for each time that one of them rose. */
function meanSteps(curves: readonly NonNullable<RaceRow['curve']>[]): BestStep[] {
  const moments = new Set(curves.flatMap(({ best }) => best.map(([images]) => images)));
  return [...moments]
    .sort((a, b) => a - b)
    .flatMap((images) => {
      const shares = curves.map(({ n, best }) => {
        const [, right] = best.findLast(([at]) => at <= images) ?? [];
        return right === undefined ? Number.NaN : (100 * right) / n;
      });
      return shares.some(Number.isNaN) ? [] : [{ images, accuracy: mean(shares) }];
    });
}

function raceOf(rows: readonly RaceRow[]): Race {
  const methods = [...new Set(rows.map(({ method }) => method))];
  const seeds = [...new Set(rows.map(({ seed }) => seed))].sort((a, b) => a - b);
  const told = rows.filter(({ curve }) => curve !== undefined);
  const replayed = seeds.filter((seed) =>
    methods.every((method) => told.some((row) => row.method === method && row.seed === seed)),
  );
  const tracks = methods.map((method) => {
    const own = rows.filter((row) => row.method === method);
    const curves = own.filter(({ seed }) => replayed.includes(seed)).flatMap(({ curve }) => curve ?? []);
    return [method, { ends: own.map(({ images }) => images), steps: meanSteps(curves) }] as const;
  });
  const trials = rows.map(({ method, seed, right, n }) => ({ method, seed, accuracy: right / n }));
  return {
    ...{ one: rows[0], seeds, replayed },
    labels: new Map(rows.map(({ method, label }) => [method, label])),
    standings: new Map(
      REFERENCES.filter((id) => methods.includes(id)).map((reference) => [reference, standings(trials, reference)]),
    ),
    tracks: new Map(tracks),
    ...(told[0]?.curve && { validation: told[0].curve.n }),
    most: Math.max(...rows.map(({ images }) => images)),
  };
}

/** The races of a file of lines, one per limit. */
export function readRaces(text: string): Race[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const rows = lines.map((line): RaceRow => JSON.parse(line));
  const limits = [...new Set(rows.map(({ limit }) => limit))];
  return limits.map((limit) => raceOf(rows.filter((row) => row.limit === limit)));
}

/** Images that a method has spent when each run may have spent `images`, and its best accuracy; undefined before the first. */
export function placeAt({ ends, steps }: Track, images: number): { readonly spent: number; readonly best?: number } {
  const best = steps.findLast((step) => step.images <= images)?.accuracy;
  return { spent: mean(ends.map((end) => Math.min(end, images))), ...(best !== undefined && { best }) };
}

/** Seconds that a whole race takes to watch. */
const SECONDS = 12;

/** How many images are spent `seconds` later. */
export const advance = (images: number, seconds: number, most: number): number =>
  Math.min(most, images + (most * seconds) / SECONDS);

/** A budget as the command line takes it: its number and unit. */
export function budgetOf(budget: string): { readonly n: number; readonly unit: 'images' | 'min' | 's' | 'configs' } {
  const [, n, unit = 'configs'] = /^(\d+)(images|min|s)?$/.exec(budget) ?? [];
  return { n: Number(n), unit: unit as 'images' };
}
