import { describe, expect, it } from 'vitest';
import { type BitWidth, uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { floatPolicy } from '../../store/measure/costs';
import { initialDesk, type MeasuredPoint } from '../../store/state/desk';
import { decimalTicks } from '../parts/scale';
import { type PlotInput, type PlotPoint, plotData, rangeOfX, rangeOfY, staircase } from './plotData';

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

describe('the range of cost', () => {
  const at = (x: number) => ({ x }) as PlotPoint;
  const data = {
    cloud: [at(40)],
    measured: [],
    marks: [],
    runs: [],
    front: [],
    shippedFront: [],
    xRange: [16, 1000] as const,
  };

  it('is that of the network, as long as all points are within', () => {
    expect(rangeOfX(data)).toEqual([16, 1000]);
    expect(rangeOfX(data, at(16))).toEqual([16, 1000]);
    expect(rangeOfX(data, at(15.5))).toEqual([16, 1000]);
  });
  it('goes down in halves to what is left where layers are left out', () => {
    expect(rangeOfX(data, at(12))).toEqual([8, 1000]);
    expect(rangeOfX({ ...data, measured: [at(3)] })).toEqual([2, 1000]);
    expect(rangeOfX(data, at(0))).toEqual([16, 1000]);
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
    ...{ architecture, scheme, axis: 'memory', runs: [], isFloat: true, estimate: () => undefined },
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
    expect(marks.find(({ name }) => name === 'unquantized')).toMatchObject({
      y: 48,
      label: 'the same weights unquantized',
    });
    expect(marks.some(({ name }) => name === 'float')).toBe(false);
    expect(float).toBe(90);
    expect(rangeOfY(plotData(trained))[1]).toBeGreaterThan(90);
  });
  it('do not move the axis by the wide interval of your first few images', () => {
    const data = plotData(input);
    const you = { x: 1, y: 81, lower: 60, upper: 100, label: '', source: 'measured', policy: policy(4) } as const;
    expect(rangeOfY({ ...data, measured: [] }, you)).toEqual(
      rangeOfY({ ...data, measured: [] }, { ...you, lower: 80, upper: 82 }),
    );
  });
});

describe('ticks of bit operations', () => {
  it('are 1, 2 and 5 times powers of ten, none skipped', () => {
    expect(decimalTicks([3e9, 300e9], 8)).toEqual([5e9, 10e9, 20e9, 50e9, 100e9, 200e9]);
    expect(decimalTicks([3e9, 300e9], 5)).toEqual([3e9, 10e9, 30e9, 100e9, 300e9]);
    expect(decimalTicks([3e9, 300e9], 4)).toEqual([10e9, 100e9]);
  });
});
