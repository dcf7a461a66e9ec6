// Weights without a graph, from PyTorch or safetensors: their limits, their names, and the matching zoo network.
import type { Parameter } from '../../graph/network';
import {
  IMPORT_LIMITS,
  ImportError,
  type Inspection,
  nameWithin,
  tensorsWithin,
  tooManyWeights,
  type Unsupported,
} from './importer';
import { isFloatType, type NumberType } from './numbers';
import { fitZoo } from './zooWeights';

/** A tensor of a file, whose numbers are read on demand. */
export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: NumberType;
  /** @throws ImportError if the numbers are missing. */
  values(): Float32Array;
}

/** Facts about the file. Callees append to `notes`. */
export interface WeightsFile {
  readonly file: string;
  readonly format: string;
  readonly producer: string;
  readonly notes: readonly string[];
}

/** Prefixes that wrapper modules add to all names. */
const WRAPPERS: readonly (readonly [prefix: string, who: string])[] = [
  ['module.', 'DataParallel'],
  ['_orig_mod.', 'torch.compile'],
  ['model.', 'Lightning'],
];

function withoutWrappers(names: readonly string[], notes: string[]): string[] {
  let bare = [...names];
  for (let again = true; again; ) {
    const wrapper = WRAPPERS.find(([prefix]) => bare.length > 0 && bare.every((name) => name.startsWith(prefix)));
    again = wrapper !== undefined;
    if (wrapper === undefined) break;
    const [prefix, who] = wrapper;
    bare = bare.map((name) => name.slice(prefix.length));
    notes.push(`All names began with "${prefix}", as ${who} leaves them; it was taken off.`);
  }
  return bare;
}

/** Observer state kept beside the weights by quantization-aware training: observed ranges, and switches. */
const OBSERVER = /(^|\.)(activation_post_process(_\d+)?|weight_fake_quant|act_fake_quant|fake_quant|observer)\./;

function withoutObservers(tensors: readonly FileTensor[], notes: string[]): readonly FileTensor[] {
  const weights = tensors.filter(({ name }) => !OBSERVER.test(name));
  const left = tensors.length - weights.length;
  if (left > 0)
    notes.push(
      `${left} numbers and ranges of the observers of quantization-aware training were left out: the weights are the float ones.`,
    );
  return weights;
}

/** Counts stored by thop as buffers of every module: operations and parameters. */
const COUNTS = /(^|\.)total_(ops|params)$/;

function withoutCounts(tensors: readonly FileTensor[], notes: string[]): readonly FileTensor[] {
  const weights = tensors.filter(({ name }) => !COUNTS.test(name));
  const left = tensors.length - weights.length;
  if (left > 0)
    notes.push(`${left} counts of operations and parameters (total_ops, total_params of thop) were left out.`);
  return weights;
}

/** Weights that PyTorch computes from other tensors, and the call that makes them plain. */
const REPARAMETRIZED: readonly (readonly [name: RegExp, why: string])[] = [
  [
    /\.parametrizations\./,
    'It has a parametrization. Call torch.nn.utils.parametrize.remove_parametrizations(module, "weight")',
  ],
  [/(^|\.)weight_g$/, 'It is weight-normalized. Call torch.nn.utils.remove_weight_norm(module)'],
  [/(^|\.)weight_u$/, 'It is spectrally normalized. Call torch.nn.utils.remove_spectral_norm(module)'],
];

/** The first tensor of a computed weight, and the remedy; undefined if all weights are plain. */
function reparametrized(names: readonly string[]): Unsupported | undefined {
  for (const [pattern, why] of REPARAMETRIZED) {
    const node = names.find((name) => pattern.test(name));
    if (node !== undefined)
      return { node, op: 'weights', why: `${why} for each such layer, and save the state_dict again.` };
  }
  return undefined;
}

/** A pruned weight consists of two tensors, `weight_orig` and `weight_mask`, until prune.remove multiplies them. */
function multipliedMasks(tensors: readonly FileTensor[], notes: string[]): readonly FileTensor[] {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  let pruned = 0;
  const result = tensors.flatMap((tensor): FileTensor[] => {
    const [, stem, part] = /^(.*)_(orig|mask)$/.exec(tensor.name) ?? [];
    const mask = byName.get(`${stem}_mask`);
    if (part === undefined || mask === undefined || !byName.has(`${stem}_orig`)) return [tensor];
    if (part === 'mask' || mask.shape.join() !== tensor.shape.join()) return part === 'mask' ? [] : [tensor];
    pruned++;
    const values = () => {
      const kept = mask.values();
      return tensor.values().map((v, i) => v * kept[i]);
    };
    return [{ ...tensor, name: stem, values }];
  });
  if (pruned > 0)
    notes.push(
      `${pruned} pruned weight${pruned === 1 ? ' was' : 's were'} multiplied with ${pruned === 1 ? 'its mask' : 'their masks'} (weight_orig x weight_mask), as prune.remove does.`,
    );
  return result;
}

const sizeOf = ({ shape }: FileTensor): number => shape.reduce((product, d) => product * d, 1);

/**
 * The card of a weights-only file, with the matching zoo network, if any.
 * @throws ImportError for too many or non-finite weights.
 */
export function inspectWeights(
  { file, format, producer, notes: before }: WeightsFile,
  tensors: readonly FileTensor[],
): Inspection {
  const notes = [...before];
  tensorsWithin(tensors.length, file);
  for (const { name } of tensors) nameWithin(name, file);
  const trained = multipliedMasks(withoutCounts(withoutObservers(tensors, notes), notes), notes);
  const floats = trained.filter(({ type }) => isFloatType(type));
  const counters = trained.filter(({ name, type }) => !isFloatType(type) && !name.endsWith('num_batches_tracked'));
  if (counters.length > 0)
    notes.push(
      `Integers are no weights and were left out: ${counters
        .slice(0, 10)
        .map(({ name }) => `"${name}"`)
        .join(', ')}${counters.length > 10 ? ', …' : ''}.`,
    );
  const parameters = floats.reduce((sum, tensor) => sum + sizeOf(tensor), 0);
  if (!(parameters <= IMPORT_LIMITS.parameters)) tooManyWeights(file, parameters);
  const names = withoutWrappers(
    floats.map(({ name }) => name),
    notes,
  );
  const weights = new Map<string, Parameter>();
  floats.forEach((tensor, i) => {
    const values = tensor.values();
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new ImportError({
        what: `The tensor "${tensor.name}" holds ${values[bad]} at index ${bad}.`,
        where: `${file}, tensor "${tensor.name}"`,
        why: 'A network with such a weight gives no numbers.',
        next: 'Look at this tensor in the program that made the file, and use a checkpoint with finite numbers.',
      });
    weights.set(names[i], { shape: tensor.shape, values });
  });
  const fit = fitZoo(weights);
  const card = { format, producer, parameters, operations: new Map<string, number>(), weights };
  if ('network' in fit) return { ...card, notes: [...notes, ...fit.notes], unsupported: [], network: fit.network };
  const misfit = reparametrized(names) ?? { node: fit.tensor, op: 'weights', why: fit.why };
  return { ...card, notes, unsupported: [misfit] };
}
