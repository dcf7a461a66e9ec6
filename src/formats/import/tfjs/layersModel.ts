// TF.js LayersModels: model.json holds a Keras description in the dialect of TF.js, Keras 2 or Keras 3, and names its
// weight files.
// Reference: tfjs-core/src/io/types.ts (ModelJSON).
import { outputCount } from '../../../graph/adapt';
import { IMPORT_LIMITS, ImportError, type Inspection, type ModelFile, type ModelReader } from '../importer';
import { fieldsOf, parseJson } from '../json';
import { inspectKeras } from '../keras/build';
import { type StoredWeight, splitName, weightsByName } from '../keras/weights';
import { type ManifestWeight, readManifest } from './shards';

/** Reads model.json, the first file, with its weight files. */
export const tfjsLayers: ModelReader = { read: async (files) => read(files) };

function read(files: readonly ModelFile[]): Inspection {
  const [{ name, bytes }] = files;
  const json = fieldsOf(parseJson(bytes, name));
  const topology = fieldsOf(json.get('modelTopology'));
  const description = topology.get('model_config') ?? json.get('modelTopology');
  if (!fieldsOf(description).has('class_name'))
    throw new ImportError({
      what: 'The file describes no layers.',
      where: name,
      why: 'Its "modelTopology" has no "class_name".',
      next: 'Save the model again with model.save() in TF.js, or convert it with tensorflowjs_converter.',
    });
  const manifest = readManifest(json.get('weightsManifest'), files);
  const weights = new Map<string, StoredWeight>();
  let parameters = 0;
  for (const [weight, tensor] of manifest) {
    weights.set(weight, {
      part: splitName(weight).part,
      where: `${name}, weights "${weight}"`,
      read: () => ({ shape: tensor.shape, values: tensor.values }),
    });
    parameters += tensor.values.length;
  }
  const version = topology.get('keras_version');
  const card = inspectKeras(description, {
    format: 'TF.js LayersModel',
    producer: producerOf(json, typeof version === 'string' ? `Keras ${version}` : ''),
    where: name,
    parameters,
    weights: weightsByName(weights),
  });
  const classes = card.network && classNames(files, outputCount(card.network));
  return { ...card, notes: [...quantizationNote(manifest), ...card.notes], ...(classes && { classes }) };
}

/** Class names that Teachable Machine writes beside its models, if there is one per output. */
function classNames(files: readonly ModelFile[], outputs: number): readonly string[] | undefined {
  const file = files.find(({ name }) => /(^|\/)metadata\.json$/.test(name));
  const labels = file && fieldsOf(parseJson(file.bytes, file.name)).get('labels');
  if (!Array.isArray(labels) || labels.length !== outputs) return undefined;
  return labels.every((label) => typeof label === 'string' && label.length <= IMPORT_LIMITS.name) ? labels : undefined;
}

/** Producer and converter of a model, if stated. */
export function producerOf(json: ReadonlyMap<string, unknown>, fallback: string): string {
  const said = [json.get('generatedBy') ?? fallback, json.get('convertedBy')];
  return said.filter((text): text is string => typeof text === 'string' && text !== '').join(', ');
}

/** A note if weights were stored as codes. */
export function quantizationNote(weights: ReadonlyMap<string, ManifestWeight>): string[] {
  const quantized = [...weights.values()].filter((weight) => weight.quantized).length;
  return quantized === 0
    ? []
    : [
        `${quantized} of ${weights.size} tensors are stored with 16 bits or fewer: what was rounded then stays rounded.`,
      ];
}
