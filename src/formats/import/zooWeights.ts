// Finds the zoo network for weights with PyTorch's names and layouts, and assigns them: by our own names, or else by
// order and shapes of convolutions, batch norms and dense layers. All tensors must be used.
import {
  type Architecture,
  type BatchNormNode,
  isLayer,
  type Network,
  type NetworkNode,
  type Parameter,
  parameterName,
} from '../../graph/network';
import { inferShapes, parameterShapes } from '../../graph/shapes';
import { type NetworkId, networks } from '../../zoo/registry';
import { torchModules } from './torch/names';

type Weights = ReadonlyMap<string, Parameter>;

/** The network of the weights, with the assumptions made. */
export interface ZooFit {
  readonly id: NetworkId;
  readonly network: Network;
  readonly notes: readonly string[];
}

/** The first tensor that does not fit the nearest network. */
export interface ZooMisfit {
  readonly tensor: string;
  readonly why: string;
}

/** Image sizes to try; only networks that flatten an image depend on them. */
export const SIDES = [32, 64, 96, 128, 160, 192, 224];

/** The first tensor that does not fit, and the number of tensors that do. */
class Misfit extends Error {
  constructor(
    readonly tensor: string,
    readonly why: string,
    readonly fitted: number,
  ) {
    super(why);
  }
}

/** The module (name without its last part) with each node's weights. */
type Modules = ReadonlyMap<string, string>;

/** The zoo network that the weights fit, or the first mismatch with the nearest one. */
export function fitZoo(weights: Weights): ZooFit | ZooMisfit {
  const shapes = [...weights.values()].map(({ shape }) => shape);
  const classes = shapes.filter(({ length }) => length === 2).at(-1)?.[0];
  const channels = shapes.find(({ length }) => length === 4)?.[1];
  if (classes === undefined || channels === undefined || !(classes >= 1 && channels >= 1))
    return { tensor: '', why: 'It has no convolution or no dense layer, as every network of the zoo has.' };
  let nearest: Misfit & { label?: string } = new Misfit('', '', -1);
  for (const [id, definition] of Object.entries(networks) as [NetworkId, (typeof networks)[NetworkId]][])
    for (const side of SIDES) {
      const architecture = definition.build([side, side, channels], classes);
      try {
        return { id, ...placeIn(architecture, weights) };
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        if (error.fitted > nearest.fitted) nearest = Object.assign(error, { label: definition.label });
      }
      if (!architecture.nodes.some(({ op }) => op === 'flatten')) break;
    }
  return { tensor: nearest.tensor, why: `Nearest is ${nearest.label}: ${nearest.why}` };
}

/** @throws Misfit */
function placeIn(architecture: Architecture, weights: Weights): Omit<ZooFit, 'id'> {
  const named = namedModules(architecture);
  if (named && [...named.values()].every((module) => weights.has(`${module}.weight`)))
    return fill(architecture, weights, named);
  const label = `The names are not those of our ${architecture.name}; its weights were found by their order and shapes.`;
  const natural = new Intl.Collator('en', { numeric: true });
  const names = [...weights.keys()];
  const orders = [names, [...names].sort(natural.compare)];
  let first: unknown;
  for (const order of orders) {
    try {
      const found = fill(architecture, weights, orderedModules(architecture, order, weights));
      return { ...found, notes: [label, ...found.notes] };
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

function namedModules(architecture: Architecture): Modules | undefined {
  const known = torchModules(architecture);
  if (known === undefined) return undefined;
  return new Map(
    [...known].flatMap(([id, { layer, norm }]) => [
      [id, layer] as const,
      ...(norm === '' ? [] : [[`${id}.bn`, norm] as const]),
    ]),
  );
}

const moduleOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')));

/** Matches the n-th convolution of the file with the n-th of the network; the same for batch norms and dense layers. */
function orderedModules(architecture: Architecture, order: readonly string[], weights: Weights): Modules {
  const modules = { conv2d: [] as string[], dense: [] as string[], batchNorm: [] as string[] };
  for (const name of order) {
    const dimensions = weights.get(name)?.shape.length;
    if (name.endsWith('.running_mean')) modules.batchNorm.push(moduleOf(name));
    else if (name.endsWith('.weight') && dimensions === 4) modules.conv2d.push(moduleOf(name));
    else if (name.endsWith('.weight') && dimensions === 2) modules.dense.push(moduleOf(name));
  }
  const found = new Map<string, string>();
  for (const { id, op } of architecture.nodes) {
    const module = op === 'conv2d' || op === 'dense' || op === 'batchNorm' ? modules[op].shift() : undefined;
    if (module !== undefined) found.set(id, module);
  }
  return found;
}

/**
 * The network with the file's weights.
 * @throws Misfit
 */
function fill(architecture: Architecture, weights: Weights, modules: Modules): Omit<ZooFit, 'id'> {
  const parameters = new Map<string, Parameter>();
  const used = new Set<string>();
  const notes: string[] = [];
  const images = inferShapes(architecture);
  let problem: ZooMisfit | undefined;
  const note = (tensor: string, why: string) => {
    problem ??= { tensor, why };
  };
  const take = (name: string, wanted: readonly number[]): Parameter | undefined => {
    const found = weights.get(name);
    if (found === undefined) note(name, `the file has no tensor "${name}" [${wanted.join(', ')}].`);
    else if (found.shape.join() !== wanted.join())
      note(name, `the tensor "${name}" is [${found.shape.join(', ')}] where [${wanted.join(', ')}] is expected.`);
    else {
      used.add(name);
      return found;
    }
    return undefined;
  };
  const shapes = parameterShapes(architecture);
  for (const node of architecture.nodes) {
    if (node.op !== 'batchNorm' && !isLayer(node)) continue;
    const module = modules.get(node.id);
    if (module === undefined) note(node.id, `the file has nothing for its node "${node.id}".`);
    const shapeOf = (part: string) => shapes.get(parameterName(node.id, part)) as readonly number[];
    const put = (part: string, value: Parameter | undefined) => {
      if (value !== undefined) parameters.set(parameterName(node.id, part), value);
    };
    if (module === undefined) continue;
    if (node.op === 'batchNorm')
      for (const [part, torch] of Object.entries(NORM)) put(part, take(`${module}.${torch}`, shapeOf(part)));
    else {
      const shape = shapeOf('kernel');
      const kernel = take(`${module}.weight`, [...shape.slice(-2).reverse(), ...shape.slice(0, -2)]);
      put('kernel', kernel && fromTorch(kernel, flattened(architecture, node, images)));
      if (node.bias) put('bias', take(`${module}.bias`, shapeOf('bias')));
    }
  }
  foldBiases(architecture, modules, weights, parameters, used, notes);
  const left = [...weights.keys()].find((name) => !used.has(name));
  if (left !== undefined) note(left, `it has no place for the tensor "${left}" of the file.`);
  if (problem !== undefined) throw new Misfit(problem.tensor, problem.why, used.size);
  notes.push(`The weights fit ${architecture.name} of the zoo.`);
  return { network: { ...architecture, parameters }, notes };
}

const NORM = { gamma: 'weight', beta: 'bias', mean: 'running_mean', variance: 'running_var' };

/** Height and width times channels that a dense layer reads flattened; undefined where it reads no image. */
function flattened(architecture: Architecture, node: NetworkNode, images: ReturnType<typeof inferShapes>) {
  const before = architecture.nodes.find(({ id }) => id === node.inputs[0]);
  const image = before?.op === 'flatten' ? images.get(before.inputs[0]) : undefined;
  return image?.length === 3 ? { pixels: image[0] * image[1], channels: image[2] } : undefined;
}

/**
 * [out, in, h, w] -> [h, w, in, out], and [out, in] -> [in, out]. PyTorch flattens images channel by channel, this
 * project pixel by pixel, so the inputs of a dense layer after a flattened image are permuted.
 */
export function fromTorch(
  { shape, values }: Parameter,
  image: { pixels: number; channels: number } = { pixels: 1, channels: shape[1] },
): Parameter {
  const [out, inputs, h = 1, w = 1] = shape;
  const taps = shape.length === 4 ? h * w : image.pixels;
  const channels = shape.length === 4 ? inputs : image.channels;
  const result = new Float32Array(values.length);
  for (let o = 0; o < out; o++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < taps; p++) result[(p * channels + c) * out + o] = values[(o * channels + c) * taps + p];
  return { shape: shape.length === 4 ? [h, w, inputs, out] : [inputs, out], values: result };
}

/** A bias before a batch norm is subtracted from the norm's mean: the zoo's convolutions have none. */
function foldBiases(
  architecture: Architecture,
  modules: Modules,
  weights: Weights,
  parameters: Map<string, Parameter>,
  used: Set<string>,
  notes: string[],
): void {
  const norms = architecture.nodes.filter((node): node is BatchNormNode => node.op === 'batchNorm');
  let folded = 0;
  for (const { id, inputs } of norms) {
    const name = `${modules.get(inputs[0])}.bias`;
    const bias = weights.get(name);
    const mean = parameters.get(parameterName(id, 'mean'));
    if (mean === undefined || bias === undefined || used.has(name) || bias.shape.join() !== mean.shape.join()) continue;
    parameters.set(parameterName(id, 'mean'), { ...mean, values: mean.values.map((m, c) => m - bias.values[c]) });
    used.add(name);
    folded++;
  }
  if (folded > 0)
    notes.push(
      `Biases of ${folded} convolutions went into the means of the batch norms behind them, which changes nothing.`,
    );
}
