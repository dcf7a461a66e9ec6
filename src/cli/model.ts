// Imported networks: reading a file (`--model`), the summary card (`inspect`), and the file's preprocessing.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FoundNetwork } from '../core/foundNetwork';
import type { Dataset, Normalization } from '../data/dataset';
import { type NormalizationId, normalizations } from '../data/normalizations';
import { fitOwnNetwork, ownCheckpoint } from '../engine/ownNetworks';
import { IMPORT_LIMITS, ImportError, type Inspection, type ModelFile } from '../formats/import/importer';
import { inspectFiles } from '../formats/import/readers';
import { kindsOf } from '../formats/import/unsupported';
import { packedBytes } from '../formats/packed';
import { layersOf, type Network } from '../graph/network';
import { inferShapes } from '../graph/shapes';
import { sizeInWords } from '../graph/size';
import { plainSize, readPlain } from '../node/reading';
import { UsageError } from '../node/usageError';
import type { Rounding } from '../rounding/rounding';
import { tryInputs } from '../train/inputTrials';
import { flags } from './flags';
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

/** The summary card of a file, as on the page. */
export async function inspectFile(path: string): Promise<Inspection & { readonly fileBytes: number }> {
  const files = await filesOf(path);
  return { ...(await inspectFiles(files)), fileBytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) };
}

/** `inspect FILE`: prints the summary card. */
export async function runInspect(path: string | undefined) {
  if (path === undefined) throw new UsageError('inspect needs a file: npm run headless -- inspect FILE.');
  const inspection = await inspectFile(path);
  const { network, weights, operations, ...card } = inspection;
  const stated = statedIn(inspection);
  const packed = network && stated ? packedBytes(network, stated.policy, stated.scheme) : undefined;
  console.log(
    `${card.format}${card.producer && ` (${card.producer})`}, ${card.parameters.toLocaleString('en')} weights`,
  );
  if (network) {
    const input = inferShapes(network).get(network.nodes[0].id);
    const layers = layersOf(network).length;
    console.log(`input [${input?.join(', ')}], ${network.nodes.length} nodes, ${layers} layers with bit widths`);
  }
  const rounded =
    packed === undefined ? '' : `, ${sizeInWords(packed)} as a packed file with the rounding that it states`;
  console.log(`${sizeInWords(card.fileBytes)}${rounded}`);
  for (const [op, count] of operations) console.log(`  ${count} x ${op}`);
  for (const note of card.notes) console.log(`note: ${note}`);
  for (const { nodes, op, why } of kindsOf(card.unsupported))
    console.log(`not supported: ${op} "${nodes[0]}"${nodes.length > 1 ? ` and ${nodes.length - 1} more` : ''}: ${why}`);
  return {
    ...card,
    ...(packed !== undefined && { packedBytes: packed }),
    operations: Object.fromEntries(operations),
    layers: network && layersOf(network).map(({ id }) => id),
    tensors: weights && Object.fromEntries([...weights].map(([name, { shape }]) => [name, shape])),
  };
}

/** The numbers of `--normalize MEAN/STD`, one or three each. */
function readNumbers(text: string): readonly [number, number, number] | undefined {
  const numbers = text.split(',').map(Number);
  if (numbers.some((n) => !Number.isFinite(n)) || (numbers.length !== 1 && numbers.length !== 3)) return undefined;
  const [r, g = r, b = r] = numbers;
  return [r, g, b];
}

/**
 * `--normalize`: a preset, `none` (0 to 1), `0-255`, or MEAN/STD of values in 0 to 1; undefined to determine by trial.
 */
export function readNormalization(): Normalization | undefined {
  const { normalize } = flags;
  if (normalize === undefined) return undefined;
  const names: Readonly<Record<string, NormalizationId>> = { none: 'unit', '0-255': 'bytes', '-1-1': 'signed' };
  const id = Object.hasOwn(names, normalize) ? names[normalize] : normalize;
  if (Object.hasOwn(normalizations, id)) return normalizations[id as NormalizationId].normalization;
  const [mean, std] = normalize.split('/').map(readNumbers);
  if (mean === undefined || std === undefined || std.some((s) => !(s > 0)))
    throw new UsageError(
      `--normalize "${normalize}" is neither ${[...Object.keys(names), ...Object.keys(normalizations)].join(', ')}, nor MEAN/STD with one or three numbers each, e.g. 0.49,0.48,0.45/0.25,0.24,0.26.`,
    );
  return { mean, std };
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
    next: 'Export it without them, or look at the whole card with: npm run headless -- inspect FILE.',
  });
}

/** The network of `--model` with its preprocessing, by `--normalize` or by trial, and with its stated rounding. */
export async function openModel(path: string, dataset: Dataset): Promise<FoundNetwork> {
  const inspection = await inspectFile(path);
  const network = networkIn(inspection, path);
  const known = statedIn(inspection);
  const facts = { checkpoint: ownCheckpoint(basename(path), false), ...(known && { known }) };
  const given = readNormalization();
  if (given !== undefined) {
    const input = { normalization: given, channels: 'rgb' } as const;
    return { ...facts, network: fitOwnNetwork(network, input, dataset), normalization: given };
  }
  const plain = fitOwnNetwork(network, { normalization: dataset.normalization, channels: 'rgb' }, dataset);
  const { trials, nearChance, reordered } = await tryInputs(plain, dataset, TRIAL_IMAGES, async () => {});
  const [best] = reordered === undefined ? trials : [reordered];
  const { normalization: way, values: normalization } = best;
  const label = way === 'images' || way === 'file' ? `as ${dataset.label} is prepared` : normalizations[way].label;
  console.log(
    `--normalize was not given; best of ${trials.length} tried: ${label}, ${best.channels}${reordered ? `, classes in the order ${reordered.order.join(',')}` : ''}: ${percent(best.accuracy)}`,
  );
  if (nearChance && reordered === undefined)
    console.log('That is hardly better than guessing: another data set, another normalization, or other classes?');
  const order = reordered && { order: reordered.order };
  const input = { normalization, channels: best.channels, ...order };
  return { ...facts, network: fitOwnNetwork(network, input, dataset), normalization };
}
