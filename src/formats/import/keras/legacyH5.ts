// Keras models in one HDF5 file, as written by Keras 1 and 2, and optionally by Keras 3: the attribute `model_config` is
// the description, the group `model_weights` holds one group per layer whose attribute `weight_names` lists its tensors
// in order. Files of save_weights have the weights alone; the description then comes in a JSON file beside them.
// Reference: keras/src/legacy/saving/legacy_h5_format.py.
import type { Parameter } from '../../../graph/network';
import { ImportError, type Inspection, type ModelFile, type ModelReader } from '../importer';
import { fieldsOf, parseJson } from '../json';
import { inspectKeras } from './build';
import { type H5Group, openH5 } from './h5';
import { placedWeights } from './kerasZip';
import { ParameterBudget, type StoredWeight, splitName, weightsByName } from './weights';

/** Reads Keras .h5 files, the first, with the description among the others if it has none. */
export const kerasH5: ModelReader = { read: ([file, ...others]) => read(file, others) };

async function read({ name, bytes }: ModelFile, others: readonly ModelFile[]): Promise<Inspection> {
  const root = await openH5(bytes, name);
  const description = root.text('model_config');
  const group = root.child('model_weights');
  const beside = description === undefined ? architectureAmong(others) : undefined;
  if (beside !== undefined) return readBeside(root, beside, name);
  if (description === undefined || group === undefined)
    throw new ImportError({
      what: description === undefined ? 'The HDF5 file holds no Keras model.' : 'The HDF5 file holds no weights.',
      where: name,
      why:
        root.texts('layer_names') === undefined
          ? 'It has no attribute "model_config" beside a group "model_weights".'
          : 'It was written by save_weights, which leaves the architecture out.',
      next: 'Save the whole model with model.save("model.keras"), or drop its JSON file (model.to_json()) together with this one.',
    });
  const version = root.text('keras_version') ?? group.text('keras_version') ?? '';
  const backend = root.text('backend') ?? group.text('backend') ?? '';
  const { weights, count } = weightsOf(group);
  return inspectKeras(parseJson(new TextEncoder().encode(description), `${name}, model_config`), {
    format: 'Keras (.h5)',
    producer: [version && `Keras ${version}`, backend].filter(Boolean).join(', '),
    where: name,
    parameters: count,
    weights: weightsByName(weights),
  });
}

/** A description of a model as `model.to_json()` writes it, and the name of its file. */
interface Beside {
  readonly file: string;
  readonly description: unknown;
}

function architectureAmong(files: readonly ModelFile[]): Beside | undefined {
  for (const { name, bytes } of files) {
    if (bytes.find((byte) => byte > 0x20) !== 0x7b) continue; // no object of JSON
    const description = parseJson(bytes, name);
    const fields = fieldsOf(description);
    if (fields.has('class_name') && fields.has('config')) return { file: name, description };
  }
  return undefined;
}

/** Weights of `save_weights`, of Keras 2 (groups by layer) or 3 (by the place of the layer). */
function readBeside(root: H5Group, { file, description }: Beside, name: string): Inspection {
  const said = fieldsOf(description);
  const version = said.get('keras_version') ?? root.text('keras_version');
  const isPlaced = root.texts('layer_names') === undefined;
  const { weights, count } = isPlaced ? { weights: new Map(), count: 0 } : weightsOf(root);
  const card = inspectKeras(description, {
    format: 'Keras (JSON and weights)',
    producer: typeof version === 'string' ? `Keras ${version}` : '',
    where: file,
    ...(isPlaced ? placedWeights(root) : { parameters: count, weights: weightsByName(weights) }),
  });
  return {
    ...card,
    notes: [`The architecture is that of "${file}", the weights are those of "${name}".`, ...card.notes],
  };
}

/** Names of all weights; a nested model's weights lie in the group of the outermost model. */
function weightsOf(group: H5Group): { weights: Map<string, StoredWeight>; count: number } {
  const budget = new ParameterBudget();
  const weights = new Map<string, StoredWeight>();
  for (const layer of group.keys) {
    const inside = group.child(layer);
    for (const name of inside?.texts('weight_names') ?? []) {
      const { layer: path, part } = splitName(name);
      const where = `${inside?.where}/${name}`;
      if (inside === undefined || inside.size(name) === 0)
        throw new ImportError({
          what: `The weights "${name}" are listed but not there.`,
          where,
          why: 'Without all its weights the network cannot be run.',
          next: 'Copy or download the file again, or save the model again.',
        });
      budget.take(inside.size(name), where);
      // Numbers for training only, such as counters, are never read.
      const read = () => inside.numbers(name) as Parameter;
      // Before Keras 2, weights were named `conv2d_1_W`, without a layer's name before a slash.
      weights.set(`${path === '' ? layer : path}/${part}`, { part, where, read });
    }
  }
  return { weights, count: budget.total };
}
