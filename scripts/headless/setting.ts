// What every command of the headless runner starts from: backend, data set, network, policies.
import type { Dataset } from '../../src/data/dataset';
import { type DatasetId, datasets } from '../../src/data/registry';
import { freshNetwork } from '../../src/engine/checkpoints';
import type { BackendInfo, BackendName } from '../../src/engine/protocol';
import { foldBatchNorms } from '../../src/graph/folding';
import type { Network } from '../../src/graph/network';
import type { BitPolicy } from '../../src/graph/policy';
import type { QuantScheme } from '../../src/quant/registry';
import { type NetworkId, networks } from '../../src/zoo/registry';
import { choice, flags, number, readPolicy, readScheme } from './flags';
import { openBackend, openDataset, openNetwork } from './surroundings';

/** What every command starts from. */
export interface Setting {
  readonly networkId: NetworkId;
  readonly datasetId: DatasetId;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly scheme: QuantScheme;
  readonly backend: BackendInfo;
  readonly seed: number;
  readonly policies: readonly { readonly name: string; readonly policy: BitPolicy }[];
}

/** Opens everything that the flags name. */
export async function prepare(): Promise<Setting> {
  const networkId = choice('network', networks);
  const datasetId = choice('dataset', datasets);
  const scheme = readScheme();
  const batchNorm = choice<'keep' | 'fold'>('batch-norm', { keep: 1, fold: 1 }, 'keep');
  const seed = number('seed', 1, { min: 0 });
  const forced = flags.backend && choice<BackendName>('backend', { wasm: 1, webgpu: 1, cpu: 1, webgl: 1 });
  const dataset = await openDataset(datasetId, flags.data, seed);
  const { network: found } =
    flags.weights === 'none'
      ? freshNetwork(networkId, dataset, seed)
      : await openNetwork(networkId, datasetId, dataset, flags.weights);
  const network = batchNorm === 'fold' ? foldBatchNorms(found) : found;
  const names = (flags.policy ?? 'float').split(',');
  const policies = await Promise.all(names.map(async (name) => ({ name, policy: await readPolicy(name, network) })));
  const backend = await openBackend(forced || undefined);
  return { networkId, datasetId, dataset, network, scheme, backend, seed, policies };
}
