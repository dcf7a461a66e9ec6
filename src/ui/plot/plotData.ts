// What the accuracy plot shows, as plain points: computed here, drawn by AccuracyChart, listed by PlotTable.
import type { Architecture } from '../../graph/network';
import { type BitPolicy, type BitWidth, policyKey, samePolicy, uniformPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import { floatPolicy } from '../../store/measure/costs';
import type { Estimate, Headline, KnownAccuracy } from '../../store/measure/selectors';
import type { Desk, MeasuredPoint } from '../../store/state/desk';
import type { RoomPoint } from '../../store/state/room';
import { isUsable, type SearchRun, testedOf } from '../../store/state/searchRun';
import type { ShippedPoint } from '../../store/state/shipped';
import { configName } from '../../words/config';
import { plot as plotWords } from '../../words/en/plot';
import { room } from '../../words/en/room';

/** A point of the plot. `y` is percent; `lower` and `upper` bound its 95 % interval; an estimate has its typical error. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** `searched`: on the images of a search, which its winners were chosen by; `predicted`: believed by one, not measured. */
  readonly source: 'measured' | 'shipped' | 'estimated' | 'searched' | 'predicted';
  /** Name of the search method that found or predicts it. */
  readonly method?: string;
  readonly n?: number;
  readonly lower?: number;
  readonly upper?: number;
  /** Points within which two of three estimates are; NaN while that is not known. */
  readonly error?: number;
  readonly policy: BitPolicy;
}

/** A point that is named on the plot: the uniform policies, and the weights unrounded. */
export interface PlotMark extends PlotPoint {
  readonly kind: 'uniform' | 'float' | 'unrounded';
}

/** Points of one run of a search, and the step line through its best. */
export interface PlotRun {
  readonly id: string;
  readonly method: string;
  readonly name: string;
  readonly points: readonly PlotPoint[];
  /** What the run expects of policies that it has not measured. */
  readonly predicted: readonly PlotPoint[];
  /** The point measured last, if any. */
  readonly newest: PlotPoint | undefined;
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
  /** The least that a policy without skipped layers can cost. */
  readonly leastCost: number;
}

/** What an axis needs to place a policy. */
export interface PlotFrame {
  /** What a policy costs; NaN while that is not known, and then it is not shown. */
  costOf(policy: BitPolicy): number;
}

/** What the plot is made of. */
export interface PlotInput extends PlotFrame {
  readonly architecture: Architecture;
  /** The least that a policy costs without skipped layers: where the axis begins while nothing is known. */
  readonly leastCost: number;
  readonly measured: readonly MeasuredPoint[];
  readonly cloud: readonly ShippedPoint[];
  readonly float: KnownAccuracy | undefined;
  readonly unrounded: KnownAccuracy | undefined;
  /** Whether the weights unrounded are the float network. */
  readonly isFloat: boolean;
  readonly runs: readonly SearchRun[];
  /** Fronts predicted by the tables of runs, by run. */
  readonly predicted: Desk['predicted'];
  /** What others of a live room have measured. */
  readonly room: readonly RoomPoint[];
  estimate(policy: BitPolicy): Estimate | undefined;
}

const MARKED: readonly BitWidth[] = [8, 6, 5, 4, 3, 2];

/** The point of a policy with an accuracy in [0, 1]. */
export function pointOf(
  { costOf }: PlotFrame,
  policy: BitPolicy,
  accuracy: Proportion | Estimate,
  source: PlotPoint['source'],
): PlotPoint {
  const x = costOf(policy);
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
  const placed = points.filter(({ x }) => !Number.isNaN(x));
  for (const { x, y } of placed.sort((a, b) => a.x - b.x || b.y - a.y)) {
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
    return [{ ...pointOf(input, policy, known, source), kind: 'uniform' }];
  });
  if (unrounded) {
    const point = pointOf(input, floatPolicy(architecture), unrounded.accuracy, unrounded.source);
    marks.push({ ...point, kind: isFloat ? 'float' : 'unrounded' });
  }
  return marks;
}

/** What a run expects of policies: the front that its table predicts, and of a model its choice and the next to measure. */
function predictions(input: PlotInput, { id, label, inside, points, front }: SearchRun): PlotPoint[] {
  const believed =
    inside?.kind === 'posterior'
      ? [inside.choice, ...(inside.next ? [inside.next] : [])].map(({ policy, mean }) => ({ policy, accuracy: mean }))
      : [];
  const known = [...points, ...front, ...input.measured];
  return [...(input.predicted[id] ?? []), ...believed].flatMap(({ policy, accuracy }, i, all) => {
    const isKnown = known.some((other) => samePolicy(other.policy, policy));
    const again = all.findIndex((other) => samePolicy(other.policy, policy)) < i;
    if (accuracy === undefined || isKnown || again) return [];
    return [{ ...pointOf(input, policy, { value: accuracy, error: Number.NaN }, 'predicted'), method: label }];
  });
}

/** A run's points; those measured on test images by then stand where these say. */
function runPoints(frame: PlotInput, run: SearchRun): PlotRun {
  const points = run.points.map(({ policy, accuracy, role, steps }) => {
    const tested = steps === 'shared' ? undefined : testedOf(run, policy);
    const point = pointOf(frame, policy, tested ?? accuracy, tested ? 'measured' : 'searched');
    const remark = role === 'control' ? plotWords.control : steps === 'shared' ? plotWords.shared : '';
    return { ...point, method: run.label, label: `${run.name}: ${point.label}${remark}` };
  });
  const newest = points.at(-1);
  for (const { policy, tested, searched } of run.front)
    if (!searched)
      points.push({
        ...pointOf(frame, policy, tested, 'measured'),
        method: run.label,
        label: `${run.name}: ${plotWords.picked}`,
      });
  const tested = points.filter(({ source }) => source === 'measured');
  const usable = points.filter((_, i) => run.points[i] && isUsable(run.points[i]));
  const { id, name, setting } = run;
  return {
    ...{ id, name, method: setting.method, points, newest },
    predicted: predictions(frame, run),
    front: staircase(tested.length > 0 ? tested : usable),
  };
}

/** What others have measured, as the points of one more run. */
function roomPoints(input: PlotInput): PlotRun[] {
  if (input.room.length === 0) return [];
  const points = input.room.map(({ by, policy, accuracy }) => {
    const point = pointOf(input, policy, accuracy, 'measured');
    return { ...point, method: room.others, label: room.point(by, point.label) };
  });
  const front = staircase(ofMostImages(points));
  return [{ id: 'room', name: room.others, method: 'room', points, predicted: [], newest: points.at(-1), front }];
}

const isPlaced = ({ x }: PlotPoint) => !Number.isNaN(x);

const placedRun = (run: PlotRun): PlotRun => ({
  ...run,
  points: run.points.filter(isPlaced),
  predicted: run.predicted.filter(isPlaced),
  newest: run.newest && isPlaced(run.newest) ? run.newest : undefined,
});

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
  const runs = [...input.runs.map((run) => runPoints(input, run)), ...roomPoints(input)].map(placedRun);
  const placed = { cloud: cloud.filter(isPlaced), measured: measured.filter(isPlaced), marks: marks.filter(isPlaced) };
  return {
    ...{ ...placed, runs, leastCost: input.leastCost },
    front: staircase(ofMostImages(own)),
    shippedFront: staircase(ofMostImages(shipped)),
    ...(float && { float: float.accuracy.value * 100 }),
  };
}

/** Whether some points are drawn where the images of a search put them, and not test images. */
export function hasSearched({ runs }: PlotData): boolean {
  return runs.some(({ points }) => points.some(({ source }) => source === 'searched'));
}

/** Every point but YOU, each config once per split: named ones first, then those on more images. */
export function allPoints({ marks, measured, cloud, runs }: PlotData): PlotPoint[] {
  const unique = new Map<string, PlotPoint>();
  const keyOf = ({ policy, source }: PlotPoint) =>
    `${policyKey(policy)} ${source === 'searched' || source === 'predicted' ? source : 'test'}`;
  const found = runs.flatMap(({ points, predicted }) => [...points, ...predicted]);
  for (const point of [...marks, ...measured, ...cloud, ...found]) {
    const known = unique.get(keyOf(point));
    if (known === undefined || (known.n ?? 0) < (point.n ?? 0)) unique.set(keyOf(point), point);
  }
  return [...unique.values()];
}

/** The front drawn boldly: the one with more steps; what was measured here, where they are equal. */
export function boldFront({ front, shippedFront }: PlotData): 'front' | 'shippedFront' {
  return shippedFront.length > front.length ? 'shippedFront' : 'front';
}
