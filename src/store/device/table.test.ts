import { beforeEach, expect, test } from 'vitest';
import { layersOf } from '../../graph/network';
import { redo, undo } from '../link/undo';
import { desk, initialDesk } from '../state/desk';
import { boardCosts } from './board';
import { readTable, removeTable, setTableBudget, tableToFill } from './table';

const bytes = (text: string) => new TextEncoder().encode(text);
const ids = () => layersOf(desk.getState().architecture).map(({ id }) => id);
const rows = () => ids().map((id) => `${id},8,any,0.5,2`);
const csv = (lines: readonly string[]) => bytes(['layer,weights,activations,ms,mJ', ...lines].join('\n'));

beforeEach(() => desk.setState(initialDesk(), true));

test('a table brings meters, and lacks widths by name', () => {
  expect(readTable('own.csv', csv(rows()))).toBeUndefined();
  setTableBudget({ latencyMs: 4 });
  const n = ids().length;
  expect(boardCosts(desk.getState())).toEqual({
    latency: { used: 0.5 * n, budget: 4, missing: [] },
    energy: { used: 2 * n, budget: undefined, missing: [] },
  });
  const { policy } = desk.getState();
  desk.setState({ policy: { ...policy, stem: { weights: 4, activations: 32 } } });
  expect(boardCosts(desk.getState()).latency).toEqual({ used: undefined, budget: 4, missing: ['stem at 4/32'] });
});

test('loading, budgets and removing are undo steps', () => {
  readTable('own.csv', csv(rows()));
  const { costTable } = desk.getState();
  setTableBudget({ latencyMs: 4 });
  removeTable();
  undo();
  expect(desk.getState().costTable).toEqual({ ...costTable, latencyMs: 4 });
  undo();
  expect(desk.getState().costTable).toBe(costTable);
  undo();
  expect(desk.getState().costTable).toBeNull();
  redo();
  expect(desk.getState().costTable).toBe(costTable);
});

test('a table of another network changes nothing', () => {
  expect(readTable('own.csv', csv(['stem,8,8,1,1']))).toContain('The table "own" is not of this network: it lacks');
  expect(readTable('own.csv', bytes('layer'))).toContain('The first line must name the columns');
  expect(desk.getState()).toMatchObject({ costTable: null, history: { at: 0 } });
});

test('the table to fill in has each layer at each width, with the activations on the faders', () => {
  const lines = tableToFill(desk.getState()).trim().split('\n');
  expect(lines.slice(0, 2)).toEqual(['layer,weights,activations,ms,mJ', 'stem,1,32,,']);
  expect(lines.filter((line) => line.startsWith('fc,'))).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 32].map((w) => `fc,${w},8,,`),
  );
});
