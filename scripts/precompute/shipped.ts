// A shipped network, with the inputs for its tables.
import type { Dataset } from '../../src/data/dataset';
import type { DatasetId } from '../../src/data/registry';
import type { Network } from '../../src/graph/network';
import type { NetworkId } from '../../src/zoo/registry';

export interface Shipped {
  /** `<network>-<dataset>`, the base name of its files. */
  readonly name: string;
  readonly networkId: NetworkId;
  readonly datasetId: DatasetId;
  readonly network: Network;
  readonly dataset: Dataset;
  /** Of weights, structure and images; a table with another fingerprint belongs to other weights. */
  readonly fingerprint: string;
}
