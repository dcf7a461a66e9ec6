// The board of the desk: choosing it, its budgets, and what the config on the faders takes there. Loaded once a board is
// chosen or looked for.
import { hasUnit, sumIn, type TableUnit } from '../../device/costTable';
import { type Device, deviceOf, devices, executes, kernelsOf } from '../../device/devices';
import { latencyModel, latencyMs } from '../../device/latency';
import { BIT_WIDTHS, samePolicy } from '../../graph/policy';
import { KB } from '../../graph/size';
import { contextOf } from '../measure/selectors';
import type { BoardChoice } from '../state/board';
import { type Desk, desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';

/** A device of the list; undefined for ids of other versions of it. */
export const deviceById = (id: string): Device | undefined => devices.find((device) => device.id === id);

/** Widths of weights that a device's runtime computes with; null for any. */
export function computedBits(device: Device): readonly number[] | null {
  return device.runtime.runs === 'any' ? null : BIT_WIDTHS.filter((bits) => executes(device.runtime, bits));
}

/** What follows from the board of a link or an undo step. */
export function boardTraits(device: Device | undefined): Pick<Desk, 'computedBits' | 'estimates'> {
  if (device === undefined) return { computedBits: null, estimates: false };
  return { computedBits: computedBits(device), estimates: latencyModel(device) !== undefined };
}

/** Changes what is undone of the board, as an undo step; quick changes of the same field are one step. */
function change(changes: Partial<Pick<Desk, 'board' | 'computedBits' | 'estimates' | 'measuredAs'>>, field = ''): void {
  rememberStep(undoStateOf(desk.getState()), field);
  desk.setState(changes);
}

/** Chooses a board, with all that it has as budgets, or none, as an undo step. @throws UnknownDeviceError */
export function chooseBoard(id: string | null): void {
  if ((desk.getState().board?.device ?? null) === id) return;
  if (id === null) {
    change({ board: null, ...boardTraits(undefined), measuredAs: 'page' });
    return;
  }
  const device = deviceOf(id);
  const { flashKB, ramKB } = device.board;
  const bytes = (kilobytes: number | undefined) => (kilobytes === undefined ? null : kilobytes * KB);
  const board = { device: id, flash: bytes(flashKB), ram: bytes(ramKB), latencyMs: null };
  change({ board, ...boardTraits(device) });
}

/** Changes budgets of the chosen board, as an undo step. */
export function setBoardBudget(changes: Partial<Omit<BoardChoice, 'device'>>): void {
  const { board } = desk.getState();
  if (board) change({ board: { ...board, ...changes } }, `board:${Object.keys(changes).join()}`);
}

/** Chooses whose arithmetic gives the accuracy shown, as an undo step. */
export function setMeasuredAs(measuredAs: Desk['measuredAs']): void {
  if (measuredAs !== desk.getState().measuredAs) change({ measuredAs });
}

/** A cost: what the config takes and may take, in bytes, milliseconds or millijoules; undefined where not known. */
export interface BoardCost {
  readonly used: number | undefined;
  readonly budget: number | undefined;
}

/** By a table, the layers at bits that it does not have; estimated, the shortest and the longest that it may be. */
interface TimeCost extends BoardCost {
  readonly missing?: readonly string[];
  readonly range?: readonly [low: number, high: number];
}

/** Those of a board, if one is chosen, and those that a table has. */
export interface BoardCosts {
  readonly flash?: BoardCost;
  readonly ram?: BoardCost;
  readonly latency?: TimeCost;
  readonly energy?: TimeCost;
}

function tableCosts({ costTable, policy }: Desk): Pick<BoardCosts, 'latency' | 'energy'> {
  if (costTable === null) return {};
  const { table, latencyMs, energyMJ } = costTable;
  const cost = (unit: TableUnit, most: number | null): TimeCost => {
    const { sum, missing } = sumIn(table, unit, policy);
    return { used: sum, budget: most ?? undefined, missing };
  };
  return {
    ...(hasUnit(table, 'ms') && { latency: cost('ms', latencyMs) }),
    ...(hasUnit(table, 'mJ') && { energy: cost('mJ', energyMJ) }),
  };
}

/** What the config on the faders takes on the chosen board; by the table of the user's own, where there is one. */
export function boardCosts(state: Desk): BoardCosts {
  const { architecture, policy, boardMemory, board } = state;
  const device = board === null ? undefined : deviceById(board.device);
  if (board === null || device === undefined) return tableCosts(state);
  const isHere =
    boardMemory !== null &&
    boardMemory.kernels === kernelsOf(device) &&
    boardMemory.context === contextOf(state) &&
    samePolicy(boardMemory.policy, policy);
  const memory = isHere ? boardMemory : undefined;
  const model = latencyModel(device);
  const ms = model && latencyMs(device, model, architecture, policy, (layer) => memory?.int4.has(layer) === true);
  const range = ms !== undefined && model && ([ms * (1 - model.band.low), ms * (1 + model.band.high)] as const);
  return {
    flash: { used: memory?.flash, budget: board.flash ?? undefined },
    ram: { used: memory?.ram, budget: board.ram ?? undefined },
    latency: { used: ms, budget: board.latencyMs ?? undefined, ...(range && { range }) },
    ...tableCosts(state),
  };
}
