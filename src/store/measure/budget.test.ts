import { beforeEach, describe, expect, it } from 'vitest';
import { KB } from '../../graph/size';
import { ArchitectureBuilder } from '../../zoo/definition';
import { redo, undo } from '../link/undo';
import { desk, initialDesk } from '../state/desk';
import { pastOf } from '../state/history';
import {
  budgetLeft,
  dragBudget,
  endBudgetDrag,
  roundedBudget,
  setBudget,
  setBudgetSize,
  suggestedBudget,
} from './budget';
import { costsOf } from './costs';

beforeEach(() => desk.setState(initialDesk(), true));
const steps = () => pastOf(desk.getState().history).length;

describe('the budget', () => {
  it('is off at first, and set, changed and removed by one undo step each', async () => {
    expect(desk.getState().budget).toBeNull();
    setBudgetSize(64 * KB);
    setBudget({ bytes: 64 * KB, mode: 'hold' });
    setBudgetSize(32 * KB);
    expect(desk.getState().budget).toEqual({ bytes: 32 * KB, mode: 'hold' });
    setBudget(null);
    expect(steps()).toBe(4);
    undo();
    expect(desk.getState().budget).toEqual({ bytes: 32 * KB, mode: 'hold' });
    undo();
    undo();
    expect(desk.getState().budget).toEqual({ bytes: 64 * KB, mode: 'warn' });
    await expect.poll(() => desk.getState().announcement).toMatch(/budget/);
    redo();
    expect(desk.getState().budget?.mode).toBe('hold');
  });

  it('adds no step for what changes nothing, nor for quick changes of one field', () => {
    setBudgetSize(64 * KB, 'line');
    setBudgetSize(64 * KB, 'line');
    setBudgetSize(63 * KB, 'line');
    setBudgetSize(62 * KB, 'line');
    expect(steps()).toBe(1);
  });

  it('is one undo step per drag, back to where the drag began', () => {
    const start = { bytes: 64 * KB, mode: 'warn' } as const;
    setBudget(start);
    for (const size of [60, 50, 40]) dragBudget(size * KB);
    endBudgetDrag(start);
    expect(steps()).toBe(2);
    undo();
    expect(desk.getState().budget).toEqual(start);
    dragBudget(64 * KB);
    endBudgetDrag(start);
    expect(steps()).toBe(1);
  });

  it('is rounded to tenths of KB, and to whole KB from 100 on, within its range', () => {
    expect(roundedBudget(63.68 * KB) / KB).toBe(63.7);
    expect(roundedBudget(273.4 * KB) / KB).toBe(273);
    expect([roundedBudget(0), roundedBudget(1e15)]).toEqual([KB, 1e6 * KB]);
  });

  it('is compared with the exact size of the packed file', () => {
    const { architecture, policy, scheme } = desk.getState();
    expect(budgetLeft(desk.getState())).toBeNull();
    setBudgetSize(64 * KB);
    expect(budgetLeft(desk.getState())).toBe(64 * KB - costsOf(architecture, policy, scheme).memory);
  });

  it('is suggested below the size at 8 bits, or at 4 bits where that is small', () => {
    expect(suggestedBudget(initialDesk('resnet8')) / KB).toBe(64);
    expect(suggestedBudget(initialDesk('resnet20')) / KB).toBe(256);
    expect(suggestedBudget(initialDesk('tiny')) / KB).toBe(32);
    const net = new ArchitectureBuilder();
    const pooled = net.add('globalAvgPool', 'pool', [net.add('input', 'image', [], { shape: [8, 8, 64] })], {});
    net.add('dense', 'fc', [pooled], { units: 100, bias: true });
    // 6,400 weights at 4 bits, with scales and biases of 100 rows, rounded: above 3.1 KB.
    const small = suggestedBudget({ ...initialDesk(), architecture: net.build('small') }) / KB;
    expect(small).toBeGreaterThan(3.1);
    expect(small).toBeLessThan(5);
  });
});
