// The accuracy of policies: one policy measured, all layers at all widths, and the images to show.
import type {
  LabeledImage,
  MeasuredSplit,
  Measurement,
  MeasureParams,
  SensitivityParams,
  SensitivityProgress,
  SensitivityTable,
} from '../../core/measurement';

export type { Flips, LabeledImage, Measurement, SensitivityTable } from '../../core/measurement';
export type { SensitivityCell as SensitivityEntry } from '../../train/sensitivity';

export interface MeasuringCommands {
  /** Measures a policy in growing stages; a newer request aborts the older one. */
  evaluate: {
    params: MeasureParams;
    progress: Measurement;
    result: Measurement;
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
