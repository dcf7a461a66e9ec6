// What the accuracy plot shows, as plain points: computed here, drawn by AccuracyChart, listed by PlotTable.
import type { Architecture } from '../../graph/network';
import { type BitPolicy, type BitWidth, samePolicy, uniformPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';
import { axisRange, costsOf, floatPolicy } from '../../store/measure/costs';
import type { Estimate, Headline, KnownAccuracy } from '../../store/measure/selectors';
import type { Axis, MeasuredPoint } from '../../store/state/desk';
import { isUsable, type SearchRun, testedOf } from '../../store/state/searchRun';
import type { ShippedPoint } from '../../store/state/shipped';
import { configName } from '../../words/config';
import { plot } from '../../words/en/plot';

/** A point of the plot. `y` is percent; `lower` and `upper` bound its 95 % interval; an estimate has its typical error. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** `searched`: on the images of a search, which its winners were chosen by. */
  readonly source: 'measured' | 'shipped' | 'estimated' | 'searched';
  readonly n?: number;
  readonly lower?: number;
  readonly upper?: number;
  /** Points within which two of three estimates are; NaN while that is not known. */
  readonly error?: number;
  readonly policy: BitPolicy;
}

/** A point that is named on the plot: the uniform policies, and the weights unrounded. */
export interface PlotMark extends PlotPoint {
  readonly name: string;
}

/** Points of one run of a search, and the step line through its best. */
export interface PlotRun {
  readonly id: string;
  readonly method: string;
  readonly name: string;
  readonly points: readonly PlotPoint[];
  readonly front: Front;
}

/** Corners of the step line through the best points of one kind, which were measured on as many images. */
export type Front = readonly { readonly x: number; readonly y: number }[];

/** All points but YOU, which moves with every frame of a drag. */
export interface PlotData {
  /** Shipped policies that were not measured here. */
  readonly cloud: readonly PlotPoint[];
  readonly measured: readonly PlotPoint[];
  readonly marks: readonly PlotMark[];
  readonly runs: readonly PlotRun[];
  /** Through what was measured here, and through what is shipped: they were measured on different numbers of images. */
  readonly front: Front;
  readonly shippedFront: Front;
  /** The float network that the weights came from, where these weights are another: its accuracy in percent. */
  readonly float?: number;
  /** What policies that leave nothing out can cost. */
  readonly xRange: readonly [number, number];
}

/** What an axis needs to place a policy. */
export interface PlotFrame {
  readonly architecture: Architecture;
  readonly scheme: QuantScheme;
  readonly axis: Axis;
}

/** What the plot is made of. */
export interface PlotInput extends PlotFrame {
  readonly measured: readonly MeasuredPoint[];
  readonly cloud: readonly ShippedPoint[];
  readonly float: KnownAccuracy | undefined;
  readonly unrounded: KnownAccuracy | undefined;
  /** Whether the weights unrounded are the float network. */
  readonly isFloat: boolean;
  readonly runs: readonly SearchRun[];
  estimate(policy: BitPolicy): Estimate | undefined;
}

const MARKED: readonly BitWidth[] = [8, 6, 4, 3, 2];

function pointOf(
  { architecture, scheme, axis }: PlotFrame,
  policy: BitPolicy,
  accuracy: Proportion | Estimate,
  source: PlotPoint['source'],
): PlotPoint {
  const x = costsOf(architecture, policy, scheme)[axis];
  const label = configName(policy);
  if ('error' in accuracy) return { x, y: accuracy.value * 100, error: accuracy.error * 100, label, source, policy };
  const { value, lower, upper, n } = accuracy;
  return { x, y: value * 100, lower: lower * 100, upper: upper * 100, n, label, source, policy };
}

/** Where YOU are; undefined while nothing is known of the policy's accuracy. */
export function yourPoint(frame: PlotFrame, policy: BitPolicy, headline: Headline): PlotPoint | undefined {
  if (headline.source === 'none') return undefined;
  return pointOf(frame, policy, headline.source === 'estimated' ? headline : headline.accuracy, headline.source);
}

/** Corners of the best-so-far staircase: at each x the highest y of all points at or left of it. */
export function staircase(points: readonly { x: number; y: number }[]): { x: number; y: number }[] {
  const corners: { x: number; y: number }[] = [];
  let best = Number.NEGATIVE_INFINITY;
  for (const { x, y } of [...points].sort((a, b) => a.x - b.x || b.y - a.y)) {
    if (y <= best) continue;
    if (corners.length > 0) corners.push({ x, y: best });
    corners.push({ x, y });
    best = y;
  }
  return corners;
}

/** The points of the largest number of images: accuracies on others do not compare with theirs. */
function ofMostImages(points: readonly PlotPoint[]): PlotPoint[] {
  const most = Math.max(...points.map(({ n = 0 }) => n));
  return points.filter(({ n }) => n === most);
}

function markPoints(input: PlotInput): PlotMark[] {
  const { architecture, measured, cloud, unrounded, isFloat } = input;
  const marks: PlotMark[] = MARKED.flatMap((bits) => {
    const policy = uniformPolicy(architecture, bits, 8);
    const own = measured.find((point) => samePolicy(point.policy, policy));
    const shipped = own ? undefined : cloud.find((point) => samePolicy(point.policy, policy));
    const known = own?.accuracy ?? shipped?.accuracy ?? input.estimate(policy);
    if (known === undefined) return [];
    const source = own ? 'measured' : shipped ? 'shipped' : 'estimated';
    return [{ ...pointOf(input, policy, known, source), name: plot.uniform(bits, source === 'estimated') }];
  });
  if (unrounded) {
    const point = pointOf(input, floatPolicy(architecture), unrounded.accuracy, unrounded.source);
    marks.push({
      ...point,
      name: isFloat ? plot.float : plot.unquantized,
      label: isFloat ? plot.float : plot.sameUnquantized,
    });
  }
  return marks;
}

/** A run's points; those measured on test images by then stand where these say. */
function runPoints(frame: PlotFrame, run: SearchRun): PlotRun {
  const points = run.points.map(({ policy, accuracy, role, steps }) => {
    const tested = steps === 'shared' ? undefined : testedOf(run, policy);
    const point = pointOf(frame, policy, tested ?? accuracy, tested ? 'measured' : 'searched');
    const said = role === 'control' ? plot.ofControl : steps === 'shared' ? plot.ofShared : plot.ofRun;
    return { ...point, label: said(run.name, point.label) };
  });
  for (const { policy, tested, searched } of run.front)
    if (!searched) points.push({ ...pointOf(frame, policy, tested, 'measured'), label: plot.picked(run.name) });
  const tested = points.filter(({ source }) => source === 'measured');
  const usable = points.filter((_, i) => run.points[i] && isUsable(run.points[i]));
  const { id, name, setting } = run;
  return { id, name, method: setting.method, points, front: staircase(tested.length > 0 ? tested : usable) };
}

/** Everything the plot shows but YOU. */
export function plotData(input: PlotInput): PlotData {
  const marks = markPoints(input);
  const isMark = (other: BitPolicy) => marks.some((mark) => samePolicy(mark.policy, other));
  const isMeasured = (other: BitPolicy) => input.measured.some((point) => samePolicy(point.policy, other));
  const shipped = input.cloud.map((point) => pointOf(input, point.policy, point.accuracy, 'shipped'));
  const cloud = shipped.filter(({ policy }) => !isMark(policy) && !isMeasured(policy));
  const measured = input.measured
    .filter((point) => !isMark(point.policy))
    .map((point) => pointOf(input, point.policy, point.accuracy, 'measured'));
  const own = [...measured, ...marks.filter(({ source }) => source === 'measured')];
  const float = input.isFloat ? undefined : input.float;
  const xRange = axisRange(input.architecture, input.scheme, input.axis);
  const runs = input.runs.map((run) => runPoints(input, run));
  return {
    ...{ cloud, measured, marks, runs, xRange },
    front: staircase(ofMostImages(own)),
    shippedFront: staircase(ofMostImages(shipped)),
    ...(float && { float: float.accuracy.value * 100 }),
  };
}

/** Whether some points are drawn where the images of a search put them, and not test images. */
export function hasSearched({ runs }: PlotData): boolean {
  return runs.some(({ points }) => points.some(({ source }) => source === 'searched'));
}

/**
 * The shown range of cost: that of policies that leave nothing out, in halves down to the cheapest point where layers are left
 * out, so that it rarely moves.
 */
export function rangeOfX(
  { cloud, measured, marks, runs, xRange: [least, most] }: PlotData,
  you?: PlotPoint,
): readonly [number, number] {
  const all = [...cloud, ...measured, ...marks, ...runs.flatMap(({ points }) => points), ...(you ? [you] : [])];
  const cheapest = all.reduce((min, { x }) => (x > 0 ? Math.min(min, x) : min), least);
  // What float activations save in the file still has room beside the axis.
  return [least / 2 ** Math.max(0, Math.ceil(Math.log2(least / cheapest) - 0.1)), most];
}

// Percent below the best point that the plot shows unless YOU are lower; what lies deeper is counted, not drawn.
const INTERESTING = 30;

/**
 * The shown range of accuracy in percent. Its ends follow the interesting points, and YOU, in steps of ten and five, so
 * that they rarely move. YOUR interval does not count: it is wide while few images are measured.
 */
export function rangeOfY(
  { cloud, measured, marks, runs, float }: PlotData,
  you?: PlotPoint,
): [low: number, high: number] {
  const named = [...measured, ...marks, ...runs.flatMap(({ points }) => points)];
  const all = [...cloud, ...named];
  const alone = [...(float === undefined ? [] : [float]), ...(you ? [you.y] : [])];
  const top = Math.max(...all.map((point) => point.y), ...alone);
  const lows = named.filter((point) => point.y > top - INTERESTING).map((point) => point.lower ?? point.y);
  lows.push(...alone);
  const sorted = cloud.map((point) => point.y).sort((a, b) => a - b);
  if (sorted.length > 0) lows.push(Math.max(top - INTERESTING, sorted[Math.floor(sorted.length * 0.25)]));
  if (lows.length === 0) return [0, 100];
  const low = Math.max(0, Math.floor((Math.min(...lows) - 1) / 10) * 10);
  const high = Math.max(...all.map((point) => point.upper ?? point.y), ...alone);
  return [low, Math.min(100, Math.max(low + 20, Math.ceil((high + 0.5) / 5) * 5))];
}
