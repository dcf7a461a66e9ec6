// The common inputs of all commands: backend, data set, network, policies.
import type { Session } from '../core/session';
import type { Dataset } from '../data/dataset';
import { type DatasetId, datasets } from '../data/registry';
import type { BackendInfo } from '../engine/protocol/opening';
import type { Network } from '../graph/network';
import type { BitPolicy } from '../graph/policy';
import { openAll } from '../node/open';
import { defaultWorkers } from '../node/surroundings';
import { UsageError } from '../node/usageError';
import { TRAINING } from '../options/training';
import { type QuantScheme, withCalibration } from '../quant/registry';
import type { Rounding } from '../rounding/rounding';
import { type AnyNetworkId, networks } from '../zoo/registry';
import { readCalibration } from './calibrationFlags';
import { choice, flags, number, optionFlag, readScheme } from './flags';
import { readNormalization } from './model';
import { readPolicy } from './policies';

/** The inputs of a command. */
export interface RunInputs {
  /** A session with the data set and the network open. */
  readonly session: Session;
  /** A zoo network's id, or `own-` and the file's name. */
  readonly networkId: AnyNetworkId;
  readonly datasetId: DatasetId;
  /** The images with the network's preprocessing. */
  readonly dataset: Dataset;
  /** The network whose weights the scheme rounds: with its batch norms, or with them folded. */
  readonly network: Network;
  /** With the calibration set by flags. */
  readonly scheme: QuantScheme;
  readonly backend: BackendInfo;
  readonly seed: number;
  readonly policies: readonly { readonly name: string; readonly policy: BitPolicy }[];
}

/** Opens all inputs named by flags. */
export async function prepare(): Promise<RunInputs> {
  const own = flags.model;
  if (own !== undefined && (flags.network ?? flags.weights) !== undefined)
    throw new UsageError('--model names a network with its weights; leave out --network and --weights.');
  const datasetId = choice('dataset', datasets);
  const calibration = readCalibration();
  const seed = optionFlag(TRAINING.seed, 1);
  const forced = flags.backend && choice('backend', { wasm: 1, webgpu: 1, cpu: 1 });
  const { session, backend, known } = await openAll({
    ...(own === undefined && { network: choice('network', networks) }),
    model: own,
    dataset: datasetId,
    data: flags.data,
    weights: flags.weights,
    normalization: own === undefined ? undefined : readNormalization(),
    backend: forced || undefined,
    workers: number('workers', defaultWorkers(), { max: 64 }),
    seed,
    tell: (sentence) => console.log(sentence),
  });
  const { id: networkId, calibrated, dataset } = session.model;
  const names = (flags.policy ?? (known && flags.quantizer === undefined ? 'file' : 'float')).split(',');
  const scheme = withCalibration(names.includes('file') && known ? known.scheme : readScheme(), calibration);
  const network = calibrated.base(scheme);
  const policies = await Promise.all(
    names.map(async (name) => ({ name, policy: name === 'file' ? ofFile(known) : await readPolicy(name, network) })),
  );
  return { session, networkId, datasetId, dataset, network, scheme, backend, seed, policies };
}

/** The policy stated by the file of `--model`. */
function ofFile(stated: Rounding | undefined): BitPolicy {
  if (stated === undefined)
    throw new UsageError('--policy file: this file does not say how it is rounded; say uniform:4, for example.');
  if (flags.quantizer !== undefined)
    throw new UsageError('--policy file comes with the quantizer of the file; leave out --quantizer.');
  return stated.policy;
}
