import { expect, test } from 'vitest';
import { listSteps } from '../link/steps';
import { redo, undo } from '../link/undo';
import { contextOf } from '../measure/selectors';
import { desk, initialDesk } from '../state/desk';
import { boardCosts, chooseBoard, computedBits, deviceById, setBoardBudget, setMeasuredAs } from './board';
import { deviceResult } from './result';

const device = (id: string) => deviceById(id) as NonNullable<ReturnType<typeof deviceById>>;

test('a board brings its memory as budgets, and what it computes with', () => {
  desk.setState(initialDesk());
  chooseBoard('nucleo-l4r5zi');
  expect(desk.getState().computedBits).toEqual([4, 8]);
  expect(computedBits(device('pynq-z2'))).toBeNull();
  setBoardBudget({ latencyMs: 300, ram: 50_000 });
  const state = desk.getState();
  const costs = () => boardCosts(desk.getState());
  expect(costs().flash).toEqual({ used: undefined, budget: 2048 * 1024 });
  expect(costs().ram).toEqual({ used: undefined, budget: 50_000 });
  const { used, budget, range } = costs().latency as NonNullable<ReturnType<typeof costs>['latency']>;
  expect(budget).toBe(300);
  // 389.56 ms were published of a ResNet-8.
  expect(used).toBeGreaterThan(370);
  expect(used).toBeLessThan(410);
  expect(range?.map((ms) => ms / (used as number))).toEqual([expect.closeTo(0.8), expect.closeTo(1.2)]);
  const { policy } = state;
  const boardMemory = { flash: 90_000, ram: 51_264, int4: new Set<string>(), policy, context: contextOf(state) };
  desk.setState({ boardMemory: { ...boardMemory, kernels: 'dsp' } });
  expect(costs().ram?.used).toBe(51_264);
  desk.setState({ boardMemory: { ...boardMemory, kernels: 'mve' } });
  expect(costs().ram?.used).toBeUndefined();
  desk.setState({ boardMemory: { ...boardMemory, kernels: 'dsp' } });
  // Of another config, nothing is said.
  desk.setState({ policy: { ...policy, stem: { weights: 2, activations: 32 } } });
  expect(costs().ram?.used).toBeUndefined();
  chooseBoard(null);
  expect(desk.getState()).toMatchObject({ board: null, computedBits: null, measuredAs: 'page' });
  expect(() => chooseBoard('none')).toThrow('There is no device "none".');
});

test('choosing a board, its budgets and whose arithmetic counts are undone and redone', () => {
  desk.setState(initialDesk(), true);
  chooseBoard('nucleo-l4r5zi');
  setBoardBudget({ ram: 50_000 });
  setMeasuredAs('tflm');
  const { board } = desk.getState();
  chooseBoard(null);
  const rows = listSteps(desk.getState()).map(({ change }) => change);
  expect(rows.slice(1)).toEqual([
    'board nucleo-l4r5zi',
    'budgets of the board',
    'accuracy by TFLM',
    'no board, accuracy by Page',
  ]);
  undo();
  expect(desk.getState()).toMatchObject({ board, measuredAs: 'tflm' });
  undo();
  expect(desk.getState().measuredAs).toBe('page');
  undo();
  expect(desk.getState().board?.ram).toBe(640 * 1024);
  undo();
  expect(desk.getState().board).toBeNull();
  redo();
  expect(desk.getState().board).toMatchObject({ device: 'nucleo-l4r5zi', ram: 640 * 1024 });
});

test('the accuracy shown is of this config, these weights and the chosen arithmetic', () => {
  const state = initialDesk();
  const accuracy = { value: 0.9, lower: 0.87, upper: 0.92, n: 500 };
  const found = { context: contextOf(state), policy: state.policy, rounding: 'tflm', accuracy, final: true } as const;
  const shown = { ...state, measuredAs: 'tflm', deviceResult: found } as const;
  expect(deviceResult(shown)).toBe(found);
  expect(deviceResult({ ...shown, measuredAs: 'litert' })).toBeNull();
  expect(deviceResult({ ...shown, policy: { ...state.policy, stem: { weights: 2, activations: 32 } } })).toBeNull();
  expect(deviceResult({ ...shown, weights: 'others', deviceResult: { ...found, context: '' } })).toBeNull();
});
