// Boards with what their runtimes execute and how long published networks take on them: devices.json, whose form
// devices.schema.json states. Latencies are fitted to these times (latency.ts).
import type { Kernels } from '../formats/tfliteArena';
import data from './devices.json';

/** What a runtime computes with: weights and activations in bits, as "8/8". */
type Executed = `${number}/${number}`;

/** A program that runs .tflite files, or what is made of them. */
export interface Runtime {
  readonly label: string;
  /** On `any`, each layer is built for its own widths. */
  readonly runs: readonly Executed[] | 'any';
  /** Whose kernels it gives to TFLM; its reference kernels if absent. */
  readonly kernels?: 'cmsis-nn';
  /** What INT4 weights do to latency: slower because they are unpacked for each image, or nobody has published it. */
  readonly int4?: 'slower' | 'unmeasured';
}

/** Published times of one image in milliseconds, by network. */
export interface Times {
  readonly runtime: string;
  /** The programs that were measured. */
  readonly with: string;
  readonly source: string;
  readonly ms: Readonly<Partial<Record<NetworkName, number>>>;
  /** True if the program leaves out channels without weights, of which `vww` has many. */
  readonly dropsDeadChannels?: boolean;
  /** The time of `person` without kernels for this core. */
  readonly withoutKernelsMs?: number;
}

export interface Board {
  readonly id: string;
  readonly name: string;
  readonly core: string;
  readonly clockMHz?: number;
  readonly flashKB?: number;
  readonly ramKB?: number;
  /** By runtime, the usual one first. */
  readonly results: readonly Times[];
}

/** A network of published times: multiplications, and numbers that its convolutions give. */
export interface PublishedNetwork {
  readonly name: string;
  readonly macs: number;
  readonly outputs: number;
}

export type NetworkName = keyof typeof data.networks;

/** A board with one of its runtimes. */
export interface Device {
  /** `nucleo-l4r5zi` for the usual runtime, else `nucleo-l4r5zi/x-cube-ai`. */
  readonly id: string;
  readonly board: Board;
  readonly runtime: Runtime;
  readonly times: Times;
}

/** The networks of the published times. */
export const PUBLISHED: Readonly<Record<NetworkName, PublishedNetwork>> = data.networks;
/** `vww` without the channels that have no weights. */
export const WITHOUT_DEAD_CHANNELS = data.networks.vww.withoutDeadChannels;

const runtimes = data.runtimes as unknown as Readonly<Record<string, Runtime>>;

/** All devices, board by board. */
export const devices: readonly Device[] = (data.boards as readonly Board[]).flatMap((board) =>
  board.results.map((times, i) => ({
    id: i === 0 ? board.id : `${board.id}/${times.runtime}`,
    ...{ board, runtime: runtimes[times.runtime], times },
  })),
);

/** A device that is not in the list. */
export class UnknownDeviceError extends Error {
  override readonly name = 'UnknownDeviceError';
}

/** A device by its id. @throws UnknownDeviceError with the ids that there are. */
export function deviceOf(id: string): Device {
  const device = devices.find((known) => known.id === id);
  if (device) return device;
  throw new UnknownDeviceError(
    `There is no device "${id}". Say one of ${devices.map((known) => known.id).join(', ')}.`,
  );
}

/** The kernels that decide a device's scratch memory: CMSIS-NN has others for cores with DSP instructions and with MVE. */
export function kernelsOf({ board: { core }, runtime }: Pick<Device, 'board' | 'runtime'>): Kernels {
  if (runtime.kernels !== 'cmsis-nn') return 'reference';
  return /M(55|85)/.test(core) ? 'mve' : /M(4|7|33)/.test(core) ? 'dsp' : 'reference';
}

/** True if a runtime computes with weights of so many bits, on activations of 8 bits; others are stored in fewer bytes at most. */
export function executes({ runs }: Runtime, weights: number): boolean {
  return runs === 'any' || runs.includes(`${weights}/8`);
}
