// The board of the desk: choosing it, its budgets, and what the config on the faders takes there. Loaded once a board is
// chosen or looked for.
import { type Device, deviceOf, devices, executes } from '../../device/devices';
import { latencyModel, latencyMs } from '../../device/latency';
import { BIT_WIDTHS, samePolicy } from '../../graph/policy';
import { KB } from '../../graph/size';
import { contextOf } from '../measure/selectors';
import type { BoardChoice } from '../state/board';
import { type Desk, desk } from '../state/desk';

/** A device of the list; undefined for ids of other versions of it. */
export const deviceById = (id: string): Device | undefined => devices.find((device) => device.id === id);

/** Widths of weights that a device's runtime computes with; null for any. */
export function computedBits(device: Device): readonly number[] | null {
  return device.runtime.runs === 'any' ? null : BIT_WIDTHS.filter((bits) => executes(device.runtime, bits));
}

/** Chooses a board, with all that it has as budgets, or none. @throws UnknownDeviceError */
export function chooseBoard(id: string | null): void {
  if (id === null) {
    desk.setState({ board: null, computedBits: null, measuredAs: 'page' });
    return;
  }
  const device = deviceOf(id);
  const { flashKB, ramKB } = device.board;
  const bytes = (kilobytes: number | undefined) => (kilobytes === undefined ? null : kilobytes * KB);
  desk.setState({
    board: { device: id, flash: bytes(flashKB), ram: bytes(ramKB), latencyMs: null },
    computedBits: computedBits(device),
  });
}

/** Changes budgets of the chosen board. */
export function setBoardBudget(changes: Partial<Omit<BoardChoice, 'device'>>): void {
  const { board } = desk.getState();
  if (board) desk.setState({ board: { ...board, ...changes } });
}

/** A cost on the board: what the config takes and may take, in bytes or milliseconds; undefined where not known. */
export interface BoardCost {
  readonly used: number | undefined;
  readonly budget: number | undefined;
}

export interface BoardCosts {
  readonly flash: BoardCost;
  readonly ram: BoardCost;
  /** With the shortest and the longest that it may be. */
  readonly latency: BoardCost & { readonly range?: readonly [low: number, high: number] };
}

/** What the config on the faders takes on a device. */
export function boardCosts(state: Desk, device: Device, choice: BoardChoice): BoardCosts {
  const { architecture, policy, boardMemory } = state;
  const isHere =
    boardMemory !== null && boardMemory.context === contextOf(state) && samePolicy(boardMemory.policy, policy);
  const memory = isHere ? boardMemory : undefined;
  const model = latencyModel(device);
  const ms = model && latencyMs(device, model, architecture, policy, (layer) => memory?.int4.has(layer) === true);
  const range = ms !== undefined && model && ([ms * (1 - model.band.low), ms * (1 + model.band.high)] as const);
  return {
    flash: { used: memory?.flash, budget: choice.flash ?? undefined },
    ram: { used: memory?.ram, budget: choice.ram ?? undefined },
    latency: { used: ms, budget: choice.latencyMs ?? undefined, ...(range && { range }) },
  };
}
