// The effect of rounding inside one layer.

import type { WeightInspection, WeightsToInspect } from '../../core/inspecting';
import type { ActivationInspection, ActivationsToInspect } from '../../core/inspectingActivations';

export type { ActivationInspection, WeightInspection };

export interface InspectingCommands {
  /** Reports one layer's weights at one width. Answered between two batches, also while training runs. */
  inspectWeights: {
    params: WeightsToInspect;
    progress: never;
    result: WeightInspection;
  };
  /** Reports one layer's output for one image. Answered between two batches, also while training runs. */
  inspectActivations: {
    params: ActivationsToInspect;
    progress: never;
    result: ActivationInspection;
  };
}
