// What every command of the headless runner starts from: backend, data set, network, policies.
import { parse } from 'node:path';
import type { Dataset } from '../../src/data/dataset';
import { fitDataset } from '../../src/data/fit';
import { type DatasetId, datasets } from '../../src/data/registry';
import { freshNetwork } from '../../src/engine/checkpoints';
import type { BackendInfo, BackendName } from '../../src/engine/protocol/opening';
import { foldBatchNorms } from '../../src/graph/folding';
import type { InputNode, Network } from '../../src/graph/network';
import type { BitPolicy } from '../../src/graph/policy';
import type { QuantScheme } from '../../src/quant/registry';
import type { Rounding } from '../../src/rounding/rounding';
import { type AnyNetworkId, networks } from '../../src/zoo/registry';
import { choice, flags, number, readScheme, UsageError } from './flags';
import { openModel } from './model';
import { readPolicy } from './policies';
import { openBackend, openDataset, openNetwork } from './surroundings';

/** What every command starts from. */
export interface RunInputs {
  /** A zoo network's id, or `own-` and the file's name. */
  readonly networkId: AnyNetworkId;
  readonly datasetId: DatasetId;
  readonly dataset: Dataset;
  readonly network: Network;
  readonly scheme: QuantScheme;
  readonly backend: BackendInfo;
  readonly seed: number;
  readonly policies: readonly { readonly name: string; readonly policy: BitPolicy }[];
  /** How the file of `--model` says that its network is rounded. */
  readonly stated?: Rounding | undefined;
}

/** Opens everything that the flags name. */
export async function prepare(): Promise<RunInputs> {
  const own = flags.model;
  if (own !== undefined && (flags.network ?? flags.weights) !== undefined)
    throw new UsageError('--model names a network with its weights; leave out --network and --weights.');
  const datasetId = choice('dataset', datasets);
  const batchNorm = choice<'keep' | 'fold'>('batch-norm', { keep: 1, fold: 1 }, 'keep');
  const seed = number('seed', 1, { min: 0 });
  const forced = flags.backend && choice<BackendName>('backend', { wasm: 1, webgpu: 1, cpu: 1, webgl: 1 });
  const zooId = own === undefined ? choice('network', networks) : undefined;
  const images = await openDataset(datasetId, flags.data, seed);
  const backend = await openBackend(forced || undefined);
  const opened =
    zooId === undefined
      ? await openModel(own as string, images)
      : flags.weights === 'none'
        ? freshNetwork(zooId, images, seed)
        : await openNetwork(zooId, datasetId, images, flags.weights);
  const { network: found, normalization = images.normalization } = opened;
  const stated = 'stated' in opened ? opened.stated : undefined;
  const [height, width] = (found.nodes[0] as InputNode).shape;
  const dataset = fitDataset(images, { height, width, normalization });
  const network = batchNorm === 'fold' ? foldBatchNorms(found) : found;
  const names = (flags.policy ?? (stated && flags.quantizer === undefined ? 'file' : 'float')).split(',');
  const policies = await Promise.all(
    names.map(async (name) => ({ name, policy: name === 'file' ? ofFile(stated) : await readPolicy(name, network) })),
  );
  const scheme = names.includes('file') && stated ? stated.scheme : readScheme();
  const networkId = zooId ?? (`own-${parse(own as string).name}` as const);
  return { networkId, datasetId, dataset, network, scheme, backend, seed, policies, stated };
}

/** The policy that the file of `--model` states. */
function ofFile(stated: Rounding | undefined): BitPolicy {
  if (stated === undefined)
    throw new UsageError('--policy file: this file does not say how it is rounded; say uniform:4, for example.');
  if (flags.quantizer !== undefined)
    throw new UsageError('--policy file comes with the quantizer of the file; leave out --quantizer.');
  return stated.policy;
}
