// The accuracy of policies: one policy measured, all layers at all widths, and the images to show.

import type { DeviceMeasured, DeviceParams } from '../../core/deviceMeasuring';
import type {
  LabeledImage,
  MeasuredSplit,
  Measurement,
  MeasureParams,
  RoundingParams,
  SensitivityParams,
  SensitivityProgress,
  SensitivityTable,
} from '../../core/measurement';
import type { TimedPaper } from '../../core/papers';
import type { Speed, SpeedOptions } from '../../core/speed';
import type { DeviceMemory } from '../../device/costs';
import type { Kernels } from '../../formats/tfliteArena';
import type { BitPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';
import type { RoundingProgress } from '../../train/calibrated';

export type { Flips, LabeledImage, Measurement, SensitivityProgress, SensitivityTable } from '../../core/measurement';
export type { TimedPaper } from '../../core/papers';
export type { Speed, SpeedSubject } from '../../core/speed';
export type { SensitivityCell as SensitivityEntry } from '../../train/sensitivity';
export type { RoundingProgress };

export interface MeasuringCommands {
  /** Solves the integer programs that papers published; no network is needed. */
  solvePapers: {
    params: Record<string, never>;
    progress: TimedPaper;
    result: undefined;
  };
  /** Measures how many images per second are evaluated and trained here. Not while training runs. */
  speed: {
    params: SpeedOptions;
    progress: Speed;
    result: undefined;
  };
  /** Measures a policy in growing stages; a newer request aborts the older one. */
  evaluate: {
    params: MeasureParams;
    progress: Measurement;
    result: Measurement;
  };
  /** Measures a policy's .tflite file in integers; a newer request aborts the older one. */
  evaluateOnDevice: {
    params: DeviceParams;
    progress: Proportion;
    result: DeviceMeasured;
  };
  /** What a policy's .tflite file takes on a board, to the byte; a newer request aborts the older one. */
  deviceMemory: {
    params: RoundingParams & { readonly kernels: Kernels };
    progress: never;
    result: DeviceMemory;
  };
  /** The same of many policies; null where a .tflite file cannot hold one. */
  deviceMemories: {
    params: { policies: readonly BitPolicy[]; scheme: QuantScheme; kernels: Kernels };
    progress: never;
    result: readonly (DeviceMemory | null)[];
  };
  /** Chooses codes for a policy on images before it is measured; a newer request aborts the older one. */
  round: {
    params: RoundingParams;
    progress: RoundingProgress;
    result: undefined;
  };
  /** Images of a split, to be drawn. */
  pictures: {
    params: { split: MeasuredSplit; indices: readonly number[] };
    progress: never;
    result: readonly LabeledImage[];
  };
  /** Measures every layer at every width, in the background. */
  sensitivity: {
    params: SensitivityParams;
    progress: SensitivityProgress;
    result: SensitivityTable;
  };
}
