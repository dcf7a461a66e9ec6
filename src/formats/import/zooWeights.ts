// Finds the network for weights with PyTorch's names and layouts, and assigns them: by our own names, or else by order and
// shapes of convolutions, batch norms and dense layers. All tensors must be used. The networks are those of the zoo, then
// those that are known by their shapes alone (zoo/known).
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
import type { NetworkDefinition } from '../../zoo/definition';
import { knownArchitectures } from '../../zoo/known/library';
import { networks } from '../../zoo/registry';
import { torchModules } from './torch/names';

type Weights = ReadonlyMap<string, Parameter>;

/** The network of the weights, with the assumptions made. */
export interface ZooFit {
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

/** An architecture to compare with, for one side of the images. */
interface Candidate {
  readonly label: string;
  readonly architecture: Architecture;
  /** Its program, which tells what weights do not; absent for the zoo. */
  readonly reference?: string;
}

/** The candidates of a family, one per side until the side makes no difference. */
function* sized(sides: readonly number[], build: (side: number) => Candidate): Generator<Candidate> {
  for (const side of sides) {
    const candidate = build(side);
    yield candidate;
    if (!candidate.architecture.nodes.some(({ op }) => op === 'flatten')) return;
  }
}

function* candidates(channels: number, classes: number, stem: number): Generator<Candidate> {
  for (const { label, build, isKnown, input } of Object.values<NetworkDefinition>(networks)) {
    if (isKnown) continue;
    if (input === undefined)
      yield* sized(SIDES, (side) => ({ label, architecture: build([side, side, channels], classes) }));
    else if (input[2] === channels) yield { label, architecture: build(input, classes) };
  }
  for (const { label, reference, sides, input, build, ...only } of knownArchitectures) {
    if (channels !== (only.channels ?? input?.[2] ?? channels) || stem !== (only.stem ?? stem)) continue;
    if (input !== undefined) {
      yield { label, reference, architecture: build(input, classes, stem) };
      continue;
    }
    const all = [...sides, ...SIDES.filter((side) => !sides.includes(side))];
    yield* sized(all, (side) => ({ label, reference, architecture: build([side, side, channels], classes, stem) }));
  }
}

/** The network that the weights fit, or the first mismatch with the nearest one. */
export function fitZoo(weights: Weights): ZooFit | ZooMisfit {
  const shapes = [...weights.values()].map(({ shape }) => shape);
  const classes = shapes.filter(({ length }) => length === 2).at(-1)?.[0];
  const [stem, channels] = shapes.find(({ length }) => length === 4) ?? [];
  if (classes === undefined || channels === undefined || !(classes >= 1 && channels >= 1))
    return { tensor: '', why: 'It has no convolution or no dense layer, as every network here has.' };
  let nearest: Misfit & { label?: string } = new Misfit('', '', -1);
  for (const { label, architecture, reference } of candidates(channels, classes, stem)) {
    try {
      return placeIn(architecture, weights, reference);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      if (error.fitted > nearest.fitted) nearest = Object.assign(error, { label });
    }
  }
  return { tensor: nearest.tensor, why: `Nearest is ${nearest.label}: ${nearest.why}` };
}

/** @throws Misfit */
function placeIn(architecture: Architecture, weights: Weights, reference: string | undefined): ZooFit {
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
      const modules = orderedModules(architecture, order, weights);
      const found = fill(architecture, weights, modules);
      if (reference === undefined) return { ...found, notes: [label, ...found.notes] };
      return {
        network: withNames(found.network, modules),
        notes: [
          `The weights have the shapes of ${architecture.name} (${reference}). Strides, padding, pooling and activations are taken from there: weights do not tell them.`,
          ...found.notes,
        ],
      };
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

/** The network with its layers and batch norms named after the modules of the file. */
function withNames(network: Network, modules: Modules): Network {
  const named = (id: string) => modules.get(id) ?? id;
  const parameters = new Map(
    [...network.parameters].map(([name, value]) => {
      const at = name.lastIndexOf('.');
      return [`${named(name.slice(0, at))}${name.slice(at)}`, value] as const;
    }),
  );
  const nodes = network.nodes.map((node) => ({ ...node, id: named(node.id), inputs: node.inputs.map(named) }));
  return { ...network, nodes, parameters };
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
    const kind = op === 'depthwiseConv2d' ? 'conv2d' : op;
    const module = kind === 'conv2d' || kind === 'dense' || kind === 'batchNorm' ? modules[kind].shift() : undefined;
    if (module !== undefined) found.set(id, module);
  }
  return found;
}

/**
 * The network with the file's weights.
 * @throws Misfit
 */
function fill(architecture: Architecture, weights: Weights, modules: Modules): ZooFit {
  // Filled only if everything fits: rearranging large kernels for each architecture would take seconds.
  const parts = new Map<string, () => Parameter>();
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
    const put = (part: string, value: Parameter | undefined, arrange = (found: Parameter) => found) => {
      if (value !== undefined) parts.set(parameterName(node.id, part), () => arrange(value));
    };
    if (module === undefined) continue;
    if (node.op === 'batchNorm')
      for (const [part, torch] of Object.entries(NORM)) put(part, take(`${module}.${torch}`, shapeOf(part)));
    else {
      const shape = shapeOf('kernel');
      const isDeep = node.op === 'depthwiseConv2d';
      const ends = isDeep ? shape.slice(-2) : shape.slice(-2).reverse();
      const kernel = take(`${module}.weight`, [...ends, ...shape.slice(0, -2)]);
      const image = flattened(architecture, node, images);
      // A depthwise kernel [c, 1, h, w] becomes [h, w, 1, c], which in memory is [h, w, c, 1].
      put('kernel', kernel, (found) => ({ ...fromTorch(found, image), shape }));
      if (node.bias) put('bias', take(`${module}.bias`, shapeOf('bias')));
    }
  }
  const biases = biasesBeforeNorms(architecture, modules, weights, used);
  const left = [...weights.keys()].find((name) => !used.has(name));
  if (left !== undefined) note(left, `it has no place for the tensor "${left}" of the file.`);
  if (problem !== undefined) throw new Misfit(problem.tensor, problem.why, used.size);
  const parameters = new Map([...parts].map(([name, make]) => [name, make()]));
  for (const [mean, bias] of biases) {
    const { shape, values } = parameters.get(mean) as Parameter;
    parameters.set(mean, { shape, values: values.map((m, c) => m - bias[c]) });
  }
  if (biases.size > 0)
    notes.push(
      `Biases of ${biases.size} convolutions went into the means of the batch norms behind them, which changes nothing.`,
    );
  notes.push(`The weights fit ${architecture.name}.`);
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

/**
 * Biases of convolutions before batch norms, by the name of the norm's mean, from which they are to be subtracted: the
 * convolutions here have none.
 */
function biasesBeforeNorms(
  architecture: Architecture,
  modules: Modules,
  weights: Weights,
  used: Set<string>,
): ReadonlyMap<string, Float32Array> {
  const norms = architecture.nodes.filter((node): node is BatchNormNode => node.op === 'batchNorm');
  const biases = new Map<string, Float32Array>();
  for (const { id, inputs } of norms) {
    const name = `${modules.get(inputs[0])}.bias`;
    const bias = weights.get(name);
    const mean = weights.get(`${modules.get(id)}.running_mean`);
    if (mean === undefined || bias === undefined || used.has(name) || bias.shape.join() !== mean.shape.join()) continue;
    biases.set(parameterName(id, 'mean'), bias.values);
    used.add(name);
  }
  return biases;
}
