// A network that the site ships, with what its tables need.
import type { Dataset } from '../../src/data/dataset';
import type { DatasetId } from '../../src/data/registry';
import type { Network } from '../../src/graph/network';
import type { NetworkId } from '../../src/zoo/registry';

export interface Shipped {
  /** `<network>-<dataset>`, as its files are called. */
  readonly name: string;
  readonly networkId: NetworkId;
  readonly datasetId: DatasetId;
  readonly network: Network;
  readonly dataset: Dataset;
  /** Of weights, structure and images: tables with another are of other weights. */
  readonly fingerprint: string;
}
