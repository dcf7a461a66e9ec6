// Networks in files of one's own: reading them, their stated rounding, and their preprocessing.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FoundNetwork } from '../core/foundNetwork';
import type { Dataset, Normalization } from '../data/dataset';
import { allNormalizations, forChannels } from '../data/normalizations';
import { fitOwnNetwork, ownCheckpoint } from '../engine/ownNetworks';
import { IMPORT_LIMITS, ImportError, type Inspection, type ModelFile } from '../formats/import/importer';
import { inspectFiles } from '../formats/import/readers';
import { kindsOf } from '../formats/import/unsupported';
import type { InputNode, Network } from '../graph/network';
import type { Rounding } from '../rounding/rounding';
import { tryInputs } from '../train/inputTrials';
import { plainSize, readPlain } from './reading';
import { UsageError } from './usageError';
import { percent } from './words';

/** Validation images for choosing a normalization. */
const TRIAL_IMAGES = 256;

/** The files of a model: one file, or all files of a directory, as for a TF.js model. */
async function filesOf(path: string): Promise<ModelFile[]> {
  const most = IMPORT_LIMITS.bytes;
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [{ name: basename(path), bytes: await readPlain(path, most) }];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  if (names.length > IMPORT_LIMITS.entries)
    throw new UsageError(`"${path}" holds ${names.length} files, more than a model has: name the folder of one model.`);
  const sizes = await Promise.all(names.map((name) => plainSize(join(path, name), most)));
  // A file of size 0 belongs to no model and may be endless, like system files.
  const filled = names.filter((_, i) => sizes[i] > 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (filled.length === 0) throw new UsageError(`"${path}" holds no file of a model: name its file or its folder.`);
  if (total > most)
    throw new UsageError(
      `"${path}" holds ${Math.ceil(total / 1e6)} MB, more than the ${most / 1e6} MB that are read: name the folder of one model.`,
    );
  return Promise.all(filled.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(path, name))) })));
}

/**
 * The summary card of a file, as on the page: format, operations, what is not supported, and the network if all is.
 *
 * @example
 * const session = await open({ network: 'tiny', dataset: 'emoji10' });
 * const { files } = await exportAs(session, 'onnx', uniformPolicy(session.model.network, 4, 8));
 * await writeFile('tiny.onnx', files[0].content); // of node:fs/promises
 * const { format, parameters, unsupported } = await inspectModel('tiny.onnx');
 * console.log(format, parameters, unsupported.length);
 * @throws UsageError for no plain file, ImportError for one that is no model.
 */
export async function inspectModel(path: string): Promise<Inspection & { readonly fileBytes: number }> {
  const files = await filesOf(path);
  return { ...(await inspectFiles(files)), fileBytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) };
}

/** The rounding stated by a file, if any. */
export function statedIn({ setting }: Inspection): Rounding | undefined {
  const { policy, scheme, ranges = new Map() } = setting ?? {};
  return policy && scheme && { policy, scheme, ranges };
}

/**
 * The network in a file.
 * @throws ImportError naming the unsupported parts, or for weights of an unknown network.
 */
export function networkIn({ network, unsupported, weights }: Inspection, path: string): Network {
  if (network !== undefined) return network;
  if (weights !== undefined)
    throw new ImportError({
      what: `These ${weights.size} tensors fit no network of the zoo: ${unsupported.map(({ why }) => why).join(' ')}`,
      where: path,
      why: 'Weights alone do not say how a network computes.',
      next: 'Export the network as ONNX.',
    });
  throw new ImportError({
    what: `${unsupported.length} part${unsupported.length === 1 ? '' : 's'} of this network cannot be run: ${kindsOf(
      unsupported,
    )
      .map(({ op, nodes, why }) => `${op} "${nodes[0]}" (${why})`)
      .join('; ')}.`,
    where: path,
    why: 'A network is used whole or not at all.',
    next: 'Export it without them, or look at the whole card with: fewbits inspect FILE.',
  });
}

/** The network of a file with its preprocessing, found by trial if it is not given, and with its stated rounding. */
export async function openModel(
  path: string,
  dataset: Dataset,
  given: Normalization | undefined,
  tell: (sentence: string) => void,
): Promise<FoundNetwork> {
  const inspection = await inspectModel(path);
  const network = networkIn(inspection, path);
  const known = statedIn(inspection);
  const facts = { checkpoint: ownCheckpoint(basename(path), false), ...(known && { known }) };
  if (given !== undefined) {
    const input = { normalization: given, channels: 'rgb' } as const;
    const fitted = fitOwnNetwork(network, input, dataset);
    const [, , channels] = (fitted.nodes[0] as InputNode).shape;
    return { ...facts, network: fitted, normalization: forChannels(given, channels) };
  }
  const plain = fitOwnNetwork(network, { normalization: dataset.normalization, channels: 'rgb' }, dataset);
  const { trials, nearChance, reordered } = await tryInputs(plain, dataset, TRIAL_IMAGES, async () => {});
  const [best] = reordered === undefined ? trials : [reordered];
  const { normalization: way, values: normalization } = best;
  const label = way === 'images' || way === 'file' ? `as ${dataset.label} is prepared` : allNormalizations[way].label;
  tell(
    `The file does not say how it expects its images; best of ${trials.length} tried: ${label}, ${normalization.mean.length === 1 ? 'gray' : best.channels}${reordered ? `, classes in the order ${reordered.order.join(',')}` : ''}: ${percent(best.accuracy)}`,
  );
  if (nearChance && reordered === undefined)
    tell('That is hardly better than guessing: another data set, another normalization, or other classes?');
  const order = reordered && { order: reordered.order };
  const input = { normalization, channels: best.channels, ...order };
  return { ...facts, network: fitOwnNetwork(network, input, dataset), normalization };
}
