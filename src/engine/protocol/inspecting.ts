// The effect of rounding: inside one layer, and of each layer on single images.
import type { Attribution, ImagesToAttribute } from '../../core/attribution';
import type { Classification, PictureToClassify } from '../../core/classify';
import type { WeightInspection, WeightsToInspect } from '../../core/inspecting';
import type { ActivationInspection, ActivationsToInspect } from '../../core/inspectingActivations';

export type { ActivationInspection, Attribution, Classification, WeightInspection };

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
  /** Reports which layers change the predictions of images; a newer request aborts the older one. */
  attribute: {
    params: ImagesToAttribute;
    progress: never;
    result: Attribution;
  };
  /** Classifies a picture that belongs to no split; a newer request aborts the older one. */
  classify: {
    params: PictureToClassify;
    progress: never;
    result: Classification;
  };
}
