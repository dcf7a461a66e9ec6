// German: the names that do not change.
import type { names as english } from '../en/names';

export const names: typeof english = {
  weightBits: (layer: string) => `${layer} Gewichtsbits`,
  activationBits: (layer: string) => `${layer} Aktivierungsbits`,
  accuracy: 'Genauigkeit',
  modelSize: 'Modellgröße',
  plot: 'Genauigkeit gegen Modellgröße',
  table: 'Tabelle',
  layers: 'Schichten',
  result: 'Ergebnis',
  whatChanged: 'Was sich geändert hat',
  weights: 'Gewichte',
  activations: 'Aktivierungen',
  sensitivity: 'Empfindlichkeit',
  training: 'Trainingsverlauf',
  status: 'Status',
  notices: 'Hinweise',
  images: 'Bilder',
  layer: 'Schicht',
  train: 'Training',
  search: 'Suche',
  learn: 'Lernen',
};
