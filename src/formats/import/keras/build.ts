// Turns a Keras description and weights into the summary card and the network: the common part of all Keras-like formats.
import type { Network } from '../../../graph/network';
import { classifierOf } from '../classifier';
import { GraphBuilder } from '../graphBuilder';
import { IMPORT_LIMITS, type Inspection, tooManyWeights, type Unsupported } from '../importer';
import { LayerRoundings } from '../layerRounding';
import { Refusal, refuse } from '../refusal';
import { readRoundings } from '../statedRounding';
import type { LayerValue } from './layerKind';
import { checkClass, LAYERS } from './layers';
import { flattenModel, type KerasCall, type KerasLayer, type KerasModel, SHARED } from './model';
import { type KerasWeights, layerWeights } from './weights';

/** The contents of a file besides its description. */
export interface KerasFile {
  /** For the card, e.g. `Keras (.h5)`. */
  readonly format: string;
  readonly producer: string;
  /** File name, for messages. */
  readonly where: string;
  /** Numbers of all weights of the model. */
  readonly parameters: number;
  readonly weights: KerasWeights;
}

/** @throws ImportError for a damaged description or damaged weights; unsupported layers are listed instead. */
export function inspectKeras(description: unknown, file: KerasFile): Inspection {
  if (file.parameters > IMPORT_LIMITS.parameters) tooManyWeights(file.where, file.parameters);
  const { model, layers, unsupported: structure } = flattenModel(description, file.where);
  const unsupported = [...structure, ...layers.flatMap(refusals)];
  const operations = new Map<string, number>();
  for (const { className } of layers) operations.set(className, (operations.get(className) ?? 0) + 1);
  const { format, producer, parameters } = file;
  const card = { format, producer, parameters, operations };
  if (model === undefined || unsupported.length > 0) return { ...card, notes: [], unsupported };
  const { network, notes: made, refused, roundings } = build(model, file);
  const notes = [...made, ...wrapperNotes(layers)];
  if (network === undefined) return { ...card, notes, unsupported: refused };
  const read = readRoundings(network, roundings.layers);
  if (roundings.others > 0) notes.push(ROUNDS);
  const rounded = read && { network: read.network, setting: read.setting, notes: [...notes, ...read.notes] };
  return { ...card, unsupported: [], ...(rounded ?? { network, notes }) };
}

/** What taking off wrappers changes. */
function wrapperNotes(layers: readonly KerasLayer[]): string[] {
  const wrappers = layers.flatMap(({ wrapper }) => wrapper ?? []);
  const pruned = wrappers.filter((wrapper) => wrapper === 'PruneLowMagnitude').length;
  const rounded = wrappers.length - pruned;
  return [
    ...(pruned > 0 ? [`The wrappers of pruning (${pruned}) were taken off, as strip_pruning does.`] : []),
    ...(rounded > 0
      ? [
          `The wrappers of quantization-aware training (${rounded}) were taken off: the weights are the float ones behind them.`,
        ]
      : []),
  ];
}

/** The checks of a layer that do not depend on its inputs. */
function refusals({ name, className, config }: KerasLayer): Unsupported[] {
  try {
    checkClass(className);
    LAYERS.get(className)?.check?.(config);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.of(name, className)];
  }
}

const ROUNDS =
  'The file also rounds where no layer reads, before sums and at the output: that was left out, and predictions may differ a little.';

/** Layers behind which an activation has the codes that it had before. */
const KEEPS_CODES = new Set(['Flatten', 'Reshape', 'MaxPooling2D', 'GlobalMaxPooling2D', 'ZeroPadding2D']);

interface Built {
  readonly roundings: LayerRoundings;
  readonly network?: Network;
  readonly notes: readonly string[];
  readonly refused: readonly Unsupported[];
}

function build(model: KerasModel, { weights, where, producer }: KerasFile): Built {
  const isKeras3 = /Keras 3\b/.test(producer);
  // Nothing merges into earlier nodes here, so readers do not matter.
  const net = new GraphBuilder(where, () => 0);
  const values = new Map<string, LayerValue>();
  const roundings = new LayerRoundings();
  const weighted = new Set<KerasLayer>();
  let at: KerasCall = model.calls[0];
  try {
    for (at of model.calls) {
      const { layer, id } = at;
      net.begin({ where: layer.config.where, gives: id });
      const kind = LAYERS.get(layer.className);
      if (kind === undefined) throw new Error(`no layer kind for ${layer.className}`);
      const parts = kind.parts?.(layer.config) ?? [];
      if (parts.length > 0 && weighted.has(layer)) refuse(...SHARED);
      weighted.add(layer);
      const inputs = at.inputs.map((input) => values.get(input) as LayerValue);
      if (layer.className !== 'InputLayer' && inputs.length === 0)
        refuse('It reads nothing.', 'Save the model again, whole.');
      const value = kind.build({
        net,
        id,
        config: layer.config,
        isKeras3,
        inputs,
        roundings,
        weights: parts.length > 0 ? layerWeights(weights, layer, parts, layer.config.where) : [],
      });
      const before = KEEPS_CODES.has(layer.className) ? inputs[0]?.rounded : undefined;
      values.set(id, before === undefined ? value : { ...value, rounded: before });
    }
    at = model.calls.find(({ id }) => id === model.output) as KerasCall;
    const network = classifierOf(net, model.name, values.get(model.output) as LayerValue);
    return { network, notes: [...net.notes], refused: [], roundings };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { roundings, notes: [...net.notes], refused: [error.of(at.id, at.layer.className)] };
  }
}
