import { describe, expect, it } from 'vitest';
import { type BitPolicy, type BitWidth, uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { costsOf, floatPolicy } from '../../store/measure/costs';
import { initialDesk, type MeasuredPoint } from '../../store/state/desk';
import { allPoints, boldFront, type PlotInput, plotData, staircase } from './plotData';
import { rangesOf } from './usePlotScales';

describe('staircase', () => {
  it('steps up at each better point and ignores dominated ones', () => {
    const points = [
      { x: 4, y: 90 },
      { x: 1, y: 50 },
      { x: 2, y: 40 },
      { x: 3, y: 80 },
    ];
    expect(staircase(points)).toEqual([
      { x: 1, y: 50 },
      { x: 3, y: 50 },
      { x: 3, y: 80 },
      { x: 4, y: 80 },
      { x: 4, y: 90 },
    ]);
  });
  it('is empty for no points', () => {
    expect(staircase([])).toEqual([]);
  });
});

describe('points of different origin', () => {
  const { architecture, scheme } = initialDesk('tiny');
  const policy = (bits: BitWidth) => uniformPolicy(architecture, bits, bits === 32 ? 32 : 8);
  const shipped = (bits: BitWidth, right: number) => ({ policy: policy(bits), accuracy: wilson(right, 1000), loss: 1 });
  const measured = (bits: BitWidth, right: number): MeasuredPoint => ({
    ...{ context: '', policy: policy(bits), accuracy: wilson(right, 2000), loss: 1 },
    againstFloat: pairedDifference(0, 0, 2000),
  });
  const input: PlotInput = {
    ...{
      architecture,
      leastCost: 1000,
      costOf: (of: BitPolicy) => costsOf(architecture, of, scheme).memory,
      runs: [],
      predicted: {},
      room: [],
      isFloat: true,
      estimate: () => undefined,
    },
    cloud: [
      shipped(5, 880),
      shipped(4, 870),
      shipped(2, 500),
      { ...shipped(32, 897), policy: floatPolicy(architecture) },
    ],
    measured: [measured(5, 1790), measured(2, 1100)],
    float: { accuracy: wilson(1800, 2000), source: 'measured' },
    unrounded: { accuracy: wilson(1800, 2000), source: 'measured' },
  };

  it('stand once: what was measured here replaces what is shipped', () => {
    const { cloud, measured: here, marks } = plotData(input);
    const all = [...cloud, ...here, ...marks].map((point) => `${point.label}, ${point.source}, n = ${point.n}`);
    expect(all.sort()).toEqual([
      'float, measured, n = 2000',
      'uniform 2, activations 8, measured, n = 2000',
      'uniform 4, activations 8, shipped, n = 1000',
      'uniform 5, activations 8, measured, n = 2000',
    ]);
  });
  it('have a front each, so that none joins numbers of different images', () => {
    const { front, shippedFront } = plotData(input);
    const ys = (corners: typeof front) => [...new Set(corners.map(({ y }) => Math.round(y * 100) / 100))];
    expect(ys(front)).toEqual([55, 89.5, 90]);
    expect(ys(shippedFront)).toEqual([50, 87, 88, 89.7]);
    const fewer = { ...measured(8, 500), accuracy: wilson(500, 512) };
    expect(ys(plotData({ ...input, measured: [...input.measured, fewer] }).front)).toEqual([55, 89.5, 90]);
  });
  it('name weights trained under rounding that run unrounded; the float network that they came from is a line', () => {
    const trained = {
      ...input,
      cloud: [],
      isFloat: false,
      unrounded: { accuracy: wilson(960, 2000), source: 'measured' },
    } as const;
    const { marks, float } = plotData(trained);
    expect(marks.find(({ kind }) => kind === 'unrounded')).toMatchObject({ y: 48, label: 'float' });
    expect(marks.some(({ kind }) => kind === 'float')).toBe(false);
    expect(float).toBe(90);
    expect(rangesOf(plotData(trained), undefined, 'top').accuracy.high).toBeGreaterThan(90);
  });
  it('set the ranges, and YOUR accuracy does not; the float network is beyond the costs unless all are shown', () => {
    const data = plotData(input);
    const far = data.marks.find(({ kind }) => kind === 'float')?.x as number;
    const top = rangesOf(data, undefined, 'top');
    expect(top.accuracy).toEqual({ low: 50, high: 91, breakAt: 82 });
    expect(top.cost[1]).toBeLessThan(far);
    expect(rangesOf(data, undefined, 'all').cost[1]).toBeGreaterThan(far);
    const you = { x: data.marks[0].x, y: 12, label: '', source: 'measured', policy: policy(4) } as const;
    expect(rangesOf(data, you, 'top')).toEqual(top);
    expect(rangesOf(data, { ...you, x: 1 }, 'top').cost[0]).toBeLessThan(1);
  });
  it('are listed once per split, on the most images', () => {
    const points = allPoints(plotData(input));
    expect(points).toHaveLength(4);
    expect(points.every(({ n }) => (n ?? 0) >= 1000)).toBe(true);
    expect(boldFront(plotData(input))).toBe('shippedFront');
    expect(boldFront(plotData({ ...input, cloud: [] }))).toBe('front');
  });
});
