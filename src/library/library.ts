// The library: every name that `import ... from 'fewbits'` has, and no other. A name here is a promise: a change of its
// meaning is a major version. Each has its example where it is declared; e2e/package.spec.ts runs them all.
export type { Exported } from '../core/exporting';
export type { Measured, SensitivityTable } from '../core/measurement';
export type { SearchSettings, SearchStep } from '../core/searching';
export type { Session } from '../core/session';
export type { TrainingStep } from '../core/training';
export type { TrainOptions } from '../core/trainOptions';
export { resultOf } from '../core/turn';
export { type DatasetId, datasets } from '../data/registry';
export { BackendError } from '../engine/backend';
export type { BackendName } from '../engine/protocol/opening';
export { type ExportId, exports as exportFormats } from '../formats/export/registry';
export { ImportError, type Inspection } from '../formats/import/importer';
export { packedBytes } from '../formats/packed';
export { type LayerCost, layerCosts, type PolicyCost, policyCost } from '../graph/cost';
export { type Architecture, layersOf, type Network } from '../graph/network';
export {
  BIT_WIDTHS,
  type BitPolicy,
  type BitWidth,
  checkPolicy,
  FLOAT,
  type LayerBits,
  PolicyError,
  uniformPolicy,
} from '../graph/policy';
export { createRng, type Rng } from '../math/rng';
export { type Proportion, wilson } from '../math/statistics';
export { inspectModel } from '../node/models';
export type { Opening } from '../node/open';
export { UsageError } from '../node/usageError';
export { budgetFront } from '../optim/knapsack';
export { paretoFront } from '../optim/pareto';
export { type QuantizerId, type QuantScheme, quantizerOf, quantizers } from '../quant/registry';
export { type SearchId, searches } from '../search/registry';
export type { RunResult } from '../search/run';
export { LimitError } from '../search/space';
export { type NetworkId, networks } from '../zoo/registry';
export {
  DEFAULT_SCHEME,
  exportAs,
  type MeasureOptions,
  measure,
  open,
  type SearchRequest,
  search,
  sensitivity,
  train,
} from './jobs';
