// What the accuracy plot shows, as plain points: computed here, drawn by AccuracyChart, listed by PlotTable.

import type { QuantScheme } from '../../engine/protocol';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, type BitWidth, uniformPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import { axisRange, costsOf, floatPolicy } from '../../store/costs';
import type { Axis, MeasuredPoint } from '../../store/desk';
import { policyLabel, samePolicy } from '../../store/policyEdits';
import type { Headline } from '../../store/selectors';
import type { ShippedPoint } from '../../store/shippedResults';

/** A point of the plot. `y` is percent; `lower` and `upper` bound its 95 % interval; estimates have neither those nor `n`. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly source: 'measured' | 'shipped' | 'estimated';
  readonly n?: number;
  readonly lower?: number;
  readonly upper?: number;
  readonly policy: BitPolicy;
}

/** A point that is named on the plot: float and the uniform policies. */
export interface PlotMark extends PlotPoint {
  readonly name: string;
  /** True when YOU stand on it; its name is then part of YOUR label. */
  readonly covered: boolean;
}

export interface PlotData {
  readonly cloud: readonly PlotPoint[];
  readonly measured: readonly PlotPoint[];
  readonly marks: readonly PlotMark[];
  readonly you: PlotPoint | undefined;
  /** "you", with the name of the mark that YOU stand on. */
  readonly youLabel: string;
  /** Corners of the step line through the best measured points. */
  readonly front: readonly { readonly x: number; readonly y: number }[];
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** How many points lie below `yRange`. */
  readonly below: number;
}

/** What the plot is made of. */
export interface PlotInput {
  readonly architecture: Architecture;
  readonly scheme: QuantScheme;
  readonly axis: Axis;
  readonly policy: BitPolicy;
  readonly headline: Headline;
  readonly measured: readonly MeasuredPoint[];
  readonly cloud: readonly ShippedPoint[];
  readonly float: Proportion | undefined;
  estimate(policy: BitPolicy): number | undefined;
}

const MARKED: readonly BitWidth[] = [8, 6, 4, 3, 2];

function pointOf(
  input: PlotInput,
  policy: BitPolicy,
  accuracy: Proportion | number,
  source: PlotPoint['source'],
): PlotPoint {
  const x = costsOf(input.architecture, policy, input.scheme)[input.axis];
  const label = policyLabel(policy);
  if (typeof accuracy === 'number') return { x, y: accuracy * 100, label, source, policy };
  const { value, lower, upper, n } = accuracy;
  return { x, y: value * 100, lower: lower * 100, upper: upper * 100, n, label, source, policy };
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

function markPoints(input: PlotInput): PlotMark[] {
  const { architecture, measured, cloud, float } = input;
  const covers = (policy: BitPolicy) => input.headline.source !== 'none' && samePolicy(policy, input.policy);
  const marks: PlotMark[] = MARKED.flatMap((bits) => {
    const policy = uniformPolicy(architecture, bits, 8);
    const own = measured.find((point) => samePolicy(point.policy, policy));
    const shipped = own ? undefined : cloud.find((point) => samePolicy(point.policy, policy));
    const known = own?.accuracy ?? shipped?.accuracy ?? input.estimate(policy);
    if (known === undefined) return [];
    const source = own ? 'measured' : shipped ? 'shipped' : 'estimated';
    return [
      {
        ...pointOf(input, policy, known, source),
        name: `${source === 'estimated' ? '~' : ''}${bits}`,
        covered: covers(policy),
      },
    ];
  });
  if (float)
    marks.push({
      ...pointOf(input, floatPolicy(architecture), float, 'measured'),
      name: 'float',
      covered: covers(floatPolicy(architecture)),
    });
  return marks;
}

// Percent below the best point that the plot shows unless YOU are lower; what lies deeper is counted, not drawn.
const INTERESTING = 45;

// The lower end follows the interesting points in steps of ten percent, so that it rarely moves.
function rangeOfY(points: readonly PlotPoint[], cloud: readonly PlotPoint[], you?: PlotPoint): [number, number] {
  const top = Math.max(...[...points, ...cloud].map((point) => point.y));
  const lows = points.filter((point) => point.y > top - INTERESTING).map((point) => point.lower ?? point.y);
  if (you) lows.push(you.lower ?? you.y);
  const sorted = cloud.map((point) => point.y).sort((a, b) => a - b);
  if (sorted.length > 0) lows.push(sorted[Math.floor(sorted.length * 0.15)]);
  if (lows.length === 0) return [0, 100];
  const low = Math.max(0, Math.floor((Math.min(...lows) - 1) / 10) * 10);
  const highs = [...points, ...cloud, ...(you ? [you] : [])].map((point) => point.upper ?? point.y);
  return [low, Math.min(100, Math.max(low + 20, Math.ceil((Math.max(...highs) + 0.5) / 5) * 5))];
}

/** Everything the plot shows. */
export function plotData(input: PlotInput): PlotData {
  const { architecture, scheme, axis, policy, headline } = input;
  const marks = markPoints(input);
  const isMark = (other: BitPolicy) => marks.some((mark) => samePolicy(mark.policy, other));
  const cloud = input.cloud.map((point) => pointOf(input, point.policy, point.accuracy, 'shipped'));
  const measured = input.measured
    .filter((point) => !isMark(point.policy))
    .map((point) => pointOf(input, point.policy, point.accuracy, 'measured'));
  const yours =
    headline.source === 'none' ? undefined : headline.source === 'estimated' ? headline.value : headline.accuracy;
  const you =
    yours === undefined || headline.source === 'none' ? undefined : pointOf(input, policy, yours, headline.source);
  const solid = [...cloud, ...measured, ...marks.filter((mark) => mark.source !== 'estimated')];
  if (you && you.source !== 'estimated') solid.push(you);
  const yRange = rangeOfY([...marks, ...measured], cloud, you);
  return {
    below: [...cloud, ...measured, ...marks].filter((point) => point.y < yRange[0]).length,
    cloud,
    measured,
    marks,
    you,
    youLabel: ['you', ...marks.filter((mark) => mark.covered).map((mark) => mark.name)].join(', '),
    front: staircase(solid),
    xRange: axisRange(architecture, scheme, axis),
    yRange,
  };
}
