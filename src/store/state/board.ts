// The board that the config on the faders is meant for, as plain data; store/device/ has its actions and costs.
import type { DeviceMemory } from '../../device/costs';
import type { CostTable } from '../../device/costTable';
import type { DeviceRounding } from '../../device/requantize';
import type { Kernels } from '../../formats/tfliteArena';
import type { BitPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';

/** A board and what the config may take on it. */
export interface BoardChoice {
  /** Id of a device, as `--limit latency@ID` takes it. */
  readonly device: string;
  /** Bytes; null for any. */
  readonly flash: number | null;
  readonly ram: number | null;
  /** Milliseconds per image; null for any. */
  readonly latencyMs: number | null;
}

/** A table of the user's own costs, and what the config may take by it. */
export interface TableChoice {
  readonly table: CostTable;
  /** Milliseconds and millijoules per image; null for any. */
  readonly latencyMs: number | null;
  readonly energyMJ: number | null;
}

/** What a config takes on boards with these kernels. */
interface BoardMemory extends DeviceMemory {
  readonly kernels: Kernels;
  readonly policy: BitPolicy;
  readonly context: string;
}

/** A measurement of the .tflite file in integers, on the first test images. */
export interface DeviceResult {
  /** Network, images, scheme and weights, as of a measurement. */
  readonly context: string;
  readonly policy: BitPolicy;
  readonly rounding: DeviceRounding;
  readonly accuracy: Proportion;
  /** False while images are being added. */
  readonly final: boolean;
}

export interface BoardSlice {
  readonly board: BoardChoice | null;
  /** Costs that come before those of the board. */
  readonly costTable: TableChoice | null;
  /** Of the latest config whose file was laid out, and why there is none. */
  readonly boardMemory: BoardMemory | null;
  readonly boardProblem: string | null;
  readonly boardDialog: boolean;
  /** Widths of weights that the board's runtime computes with; null without a board, or where it takes any. */
  readonly computedBits: readonly number[] | null;
  /** Whether times are known of the board. */
  readonly estimates: boolean;
  /** Counts how often costs of configs on the board have become known. */
  readonly boardCosted: number;
  /** Whose arithmetic gives the accuracy shown. */
  readonly measuredAs: 'page' | DeviceRounding;
  readonly deviceResult: DeviceResult | null;
  /** Why the file could not be measured so. */
  readonly deviceProblem: string | null;
}

export const NO_BOARD: BoardSlice = {
  board: null,
  costTable: null,
  boardMemory: null,
  boardProblem: null,
  boardDialog: false,
  computedBits: null,
  estimates: false,
  boardCosted: 0,
  measuredAs: 'page',
  deviceResult: null,
  deviceProblem: null,
};
