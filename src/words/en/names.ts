// Names that do not change: end-to-end tests, lessons and people who use assistive technology find things by them, so they
// are here once and docs/architecture.md lists them. Changing one is a breaking change.
import { words } from '../words';

export const names = words('names', {
  weightBits: (layer: string) => `${layer} weight bits`,
  activationBits: (layer: string) => `${layer} activation bits`,
  /** Outputs. */
  accuracy: 'Accuracy',
  modelSize: 'Model size',
  /** Regions. */
  plot: 'Accuracy against model size',
  table: 'Table',
  layers: 'Layers',
  result: 'Result',
  whatChanged: 'What changed',
  weights: 'Weights',
  activations: 'Activations',
  sensitivity: 'Sensitivity',
  training: 'Training',
  status: 'Status',
  notices: 'Notices',
  /** Tabs; the panels behind them have the same names. */
  images: 'Images',
  layer: 'Layer',
  train: 'Train',
  search: 'Search',
  learn: 'Learn',
});
