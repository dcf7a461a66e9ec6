// Imported networks on the command line: the summary card (`inspect`), and `--normalize`.
import type { Normalization } from '../data/dataset';
import { allNormalizations, type NormalizationId } from '../data/normalizations';
import { kindsOf } from '../formats/import/unsupported';
import { packedBytes } from '../formats/packed';
import { layersOf } from '../graph/network';
import { inferShapes } from '../graph/shapes';
import { sizeInWords } from '../graph/size';
import { inspectModel, statedIn } from '../node/models';
import { UsageError } from '../node/usageError';
import { flags } from './flags';

/** `inspect FILE`: prints the summary card. */
export async function runInspect(path: string | undefined) {
  if (path === undefined) throw new UsageError('inspect needs a file: fewbits inspect FILE.');
  const inspection = await inspectModel(path);
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
  if (Object.hasOwn(allNormalizations, id)) return allNormalizations[id as NormalizationId].normalization;
  const [mean, std] = normalize.split('/').map(readNumbers);
  if (mean === undefined || std === undefined || std.some((s) => !(s > 0)))
    throw new UsageError(
      `--normalize "${normalize}" is neither ${[...Object.keys(names), ...Object.keys(allNormalizations)].join(', ')}, nor MEAN/STD with one or three numbers each, e.g. 0.49,0.48,0.45/0.25,0.24,0.26.`,
    );
  return { mean, std };
}
