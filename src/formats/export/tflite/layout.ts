// The .tflite file of a policy without its numbers: the same tensors, operations and texts, zeros for weights. So a file's
// size, and the memory that it takes, are known before anything is rounded or measured.
import { version } from '../../../../package.json';
import { foldableBatchNorms } from '../../../graph/folding';
import { type Architecture, type LayerNode, layersOf, type Network } from '../../../graph/network';
import { type BitPolicy, type BitWidth, FLOAT, isRounded, SKIPPED } from '../../../graph/policy';
import { parameterShapes } from '../../../graph/shapes';
import { createRng } from '../../../math/rng';
import { type KernelLayout, parseGranularity } from '../../../quant/granularity';
import { calibrationOf, choosesCodes, type QuantScheme, schemeName } from '../../../quant/registry';
import { codedKernel, encodeKernel } from '../../../rounding/codedKernel';
import { layerRounder, type RoundedLayer } from '../../../rounding/layers';
import { keptBy } from '../../packed';
import { type ExportContext, runningPart } from '../context';
import { type Store, storedKernel } from './kernels';
import { writeTflite } from './model';
import { tfliteOperations, type Weights } from './operations';

/** What a file states of the images that it was made for. */
export interface ImageFacts extends Pick<ExportContext, 'normalization' | 'classes'> {
  readonly label: string;
}

/** The widest of the widths that are stored as INT4. */
const HALF = 4;
const zeros = { buffer: new ArrayBuffer(0) };

/** Bytes that take no memory of their own. */
function blank(bytes: number): Uint8Array {
  if (bytes > zeros.buffer.byteLength) zeros.buffer = new ArrayBuffer(bytes);
  return new Uint8Array(zeros.buffer, 0, bytes);
}

const product = (shape: readonly number[]) => shape.reduce((total, d) => total * d, 1);

/** Whether a file has a kernel's own codes, and whether they fit into INT4. */
interface Form {
  readonly own: boolean;
  readonly isInt4: boolean;
}

function formOf({ values, coded, layout }: Pick<RoundedLayer, 'values' | 'coded' | 'layout'>): Form {
  const weights: Weights = { values, coded, layout, bias: undefined, input: undefined, shape: [], axis: 3 };
  const how = { node: '', isFloat: false, input: undefined, wide: false, isDense: false };
  const { decibels, isInt4 } = storedKernel(weights, how);
  return { own: decibels === undefined, isInt4 };
}

/** `compute` by key, each once. */
function kept<T>(known: Map<string, T>, key: string, compute: () => T): T {
  const value = known.get(key) ?? compute();
  known.set(key, value);
  return value;
}

const usual = new Map<string, Form>();

/** How kernels of a quantizer are usually stored: by one of normal numbers. */
const usualForm = (scheme: QuantScheme, bits: number) =>
  kept(usual, `${schemeName(scheme)} ${bits}`, () => {
    const rng = createRng(1);
    const layout: KernelLayout = { inputs: 128, channels: 2 };
    const values = Float32Array.from({ length: 256 }, () => rng.normal());
    const coded = codedKernel(encodeKernel(values, layout, scheme, bits, undefined), layout, scheme, bits, undefined);
    return formOf({ values, coded, layout });
  });

const ofNetworks = new WeakMap<Architecture, Map<string, Form>>();

/** How a layer is stored: by its own codes where they decide and the network has weights. */
function storedForm(architecture: Architecture, node: LayerNode, scheme: QuantScheme, bits: BitWidth): Form {
  const form = usualForm(scheme, bits);
  if (!form.isInt4 || bits > HALF || !('parameters' in architecture)) return form;
  const known = ofNetworks.get(architecture) ?? new Map<string, Form>();
  ofNetworks.set(architecture, known);
  return kept(known, `${schemeName(scheme)} ${bits} ${node.id}`, () => {
    const policy: BitPolicy = { [node.id]: { weights: bits, activations: FLOAT } };
    return formOf(layerRounder(architecture as Network)(node, { policy, scheme, ranges: new Map() }));
  });
}

/** A network of the same shapes. Kernels have no numbers. */
function withoutNumbers(architecture: Architecture): Network {
  const parameters = [...parameterShapes(architecture)].map(([name, shape]) => {
    const values = new Float32Array(name.endsWith('.kernel') ? 0 : product(shape));
    return [name, { shape, values }] as const;
  });
  return { ...architecture, parameters: new Map(parameters) };
}

/** Ranges of all nodes, of which no two are alike: then codes are converted wherever they may have to be. */
const someRanges = ({ nodes }: Architecture) =>
  new Map(nodes.map(({ id }, i) => [id, { min: -1, max: 1 + i, meanMagnitude: 0.5, choice: 'minMax' as const }]));

/** A file without its numbers. */
interface TfliteLayout {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Layers that are stored as INT4. */
  readonly int4: readonly string[];
  /** Bytes of the numbers and scales of each layer. */
  readonly layers: ReadonlyMap<string, number>;
}

/**
 * The layout of a policy's file. With weights (a `Network`), layers are stored by their codes; without, as their quantizer
 * usually stores them.
 * @throws ExportError if the file cannot hold the network.
 */
export function tfliteLayout(
  given: Architecture,
  policy: BitPolicy,
  scheme: QuantScheme,
  { label, normalization, classes }: ImageFacts,
): TfliteLayout {
  const whole = keptBy(scheme, given, policy);
  const layers = new Map(layersOf(given).map((node) => [node.id, node]));
  const norms = foldableBatchNorms(whole);
  const { kind } = parseGranularity(scheme.granularity);
  const int4: string[] = [];
  const sizes = new Map<string, number>();
  const store: Store = ({ shape, layout: { channels }, bias, axis }, { node, isFloat, input, isDense }) => {
    const count = product(shape);
    const floats = (n: number) => ({ data: blank(4 * n) });
    if (isFloat) return { kernel: floats(count), bias: bias && floats(channels), isInt4: false };
    const layer = layers.get(node);
    const bits = policy[node]?.weights ?? FLOAT;
    const form = layer && isRounded(bits) ? storedForm(given, layer, scheme, bits) : undefined;
    const isOne = channels === 1 || (form?.own === true && kind === 'tensor' && !norms.has(node));
    const isInt4 = form?.isInt4 === true && (isOne || !isDense);
    if (isInt4) int4.push(node);
    const scales = new Array<number>(isOne ? 1 : channels).fill(1);
    const kernel = { data: blank(isInt4 ? Math.ceil(count / 2) : count), scales, axis };
    const codes = { type: 'INT32', data: blank(4 * channels), scales } as const;
    // A scale of 4 bytes and a zero of 8, for kernel and bias.
    sizes.set(node, kernel.data.length + (bias ? 2 : 1) * 12 * scales.length);
    return {
      kernel: { type: isInt4 ? 'INT4' : 'INT8', ...kernel },
      bias: bias && (input === undefined ? floats(channels) : codes),
      isInt4,
    };
  };
  const rounds = Object.values(policy).some(({ activations }) => activations !== FLOAT);
  const ranges = someRanges(whole);
  const context: ExportContext = {
    ...{ network: withoutNumbers(whole), policy, scheme, ranges, normalization, classes, tensorRanges: ranges },
    provenance: {
      ...{ dataset: label, split: 'test', seed: 0, version, backend: '' },
      ...((rounds || choosesCodes(scheme)) && { calibrationImages: calibrationOf(scheme).images }),
    },
  };
  // Nothing is rounded, because there are no numbers.
  const float = Object.fromEntries(
    Object.entries(policy).map(([id, bits]) => [id, bits.weights === SKIPPED ? bits : { ...bits, weights: FLOAT }]),
  );
  const graph = tfliteOperations(runningPart({ ...context, policy: float }));
  return { bytes: writeTflite(context, graph, {}, store).content, int4, layers: sizes };
}
