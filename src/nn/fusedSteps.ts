// Kernels that run a whole network, several steps per dispatch, on a backend that has them (webgpu/evaluation/). Only the
// interface is here, so that others do not load them.
import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../graph/network';
import type { UniformGrid } from '../quant/uniformGrid';
import type { RoundedLayer } from '../rounding/layers';
import type { Step } from './plan';

/** The numbers of a step on the device. Dispose them when done. */
export interface DeviceTable {
  readonly bytes: number;
  dispose(): void;
}

/** Which steps are computed together. */
export interface FusedInputs {
  /** What each step reads. The steps inside others are read by nothing. */
  readonly inputs: readonly (readonly number[])[];
  /** The steps that a step computes besides itself, by its index. */
  readonly inside: ReadonlyMap<number, readonly number[]>;
}

/** One run: dispatches that are submitted together by `end`. */
export interface FusedPass {
  /** The result of a step for its fused inputs. The caller owns all. */
  run(step: number, inputs: readonly tf.Tensor[], tableOf: (step: number) => DeviceTable | undefined): tf.Tensor;
  end(): void;
}

/** A network on the device. Dispose it when done. */
export interface FusedNetwork {
  /** A layer's numbers; undefined if its rounding is not supported. */
  layerTable(layer: RoundedLayer): DeviceTable | undefined;
  /** The grid to which the inputs of a global average are rounded. */
  averageTable(grid: UniformGrid): DeviceTable;
  /** `inputs` are what the steps read if each is computed alone. */
  begin(inputs: readonly (readonly number[])[]): FusedInputs & FusedPass;
  dispose(): void;
}

/** Prepares a network; undefined if it has a step that is not supported. */
type Prepare = (network: Network, steps: readonly Step[]) => FusedNetwork | undefined;

const backends = new Map<string, Prepare>();

/** Registers what prepares networks on a backend. */
export function registerFusedSteps(backend: string, prepare: Prepare): void {
  backends.set(backend, prepare);
}

/** The network on the current backend; undefined if that has no such kernels, or none for this network. */
export function fusedNetwork(network: Network, steps: readonly Step[]): FusedNetwork | undefined {
  return backends.get(tf.getBackend())?.(network, steps);
}
