// Keras 3 models: a zip archive of metadata.json, config.json and model.weights.h5. Weights are named only by the layer's
// position and a number, `layers/conv2d_1/vars/0`; newer versions add the layer's name as an attribute.
// Reference: keras/src/saving/saving_lib.py.
import { openZip, type ZipEntry } from '../../zip';
import { ImportError, type Inspection, type ModelFile, type ModelReader } from '../importer';
import { fieldsOf, parseJson } from '../json';
import { inspectKeras } from './build';
import { type H5Group, openH5 } from './h5';
import type { KerasLayer } from './model';
import { type KerasWeights, ParameterBudget, type StoredWeight } from './weights';

/** Reads .keras files. */
export const kerasZip: ModelReader = { read: ([file]) => read(file) };

async function read({ name, bytes }: ModelFile): Promise<Inspection> {
  const entries = openZip(bytes, name);
  const entry = (wanted: string): ZipEntry => {
    const found = entries.get(wanted);
    if (found !== undefined) return found;
    throw new ImportError({
      what: `The archive has no "${wanted}".`,
      where: name,
      why: entries.has('model.weights.npz')
        ? 'Its weights are in NumPy arrays, which are not read here.'
        : 'Every .keras file has one; this one was not finished or was changed.',
      next: 'Save the model again with model.save("model.keras").',
    });
  };
  const description = parseJson(entry('config.json').read(), `${name}, config.json`);
  const metadata = fieldsOf(parseJson(entry('metadata.json').read(), `${name}, metadata.json`));
  const version = metadata.get('keras_version');
  const root = await openH5(entry('model.weights.h5').read(), `${name}, model.weights.h5`);
  return inspectKeras(description, {
    format: 'Keras (.keras)',
    producer: typeof version === 'string' ? `Keras ${version}` : '',
    where: name,
    ...placedWeights(root),
  });
}

/** Element count of the model's variables; the optimizer's variables lie beside `layers`. */
function countParameters(root: H5Group): number {
  const budget = new ParameterBudget();
  const visit = (group: H5Group): void => {
    for (const key of group.keys) {
      const child = group.child(key);
      if (child !== undefined) visit(child);
      else budget.take(group.size(key), `${group.where}/${key}`);
    }
  };
  for (const name of ['layers', '_layer_checkpoint_dependencies']) {
    const layers = root.child(name);
    if (layers !== undefined) visit(layers);
  }
  return budget.total;
}

/** The weights of a `model.weights.h5`, and the count of their numbers. */
export function placedWeights(root: H5Group): { readonly weights: KerasWeights; readonly parameters: number } {
  return { weights: weightsByPlace(root), parameters: countParameters(root) };
}

/** Weights by the position of their layer, counted per class; the name attribute takes precedence if present. */
function weightsByPlace(root: H5Group): KerasWeights {
  const variables = ({ name, checkpoint }: KerasLayer): H5Group | undefined => {
    const at = checkpoint.lastIndexOf('/');
    for (const container of ['layers', '_layer_checkpoint_dependencies']) {
      const rename = (path: string) => path.replace(/(^|\/)layers(?=\/|$)/g, `$1${container}`);
      const siblings = root.child(rename(checkpoint.slice(0, at)));
      const counted = siblings?.child(checkpoint.slice(at + 1))?.child('vars');
      const given = counted?.text('name');
      if (counted !== undefined && (given === undefined || given === name)) return counted;
      const named = siblings?.keys.map((key) => siblings.child(key)?.child('vars'));
      const found = named?.find((vars) => vars?.text('name') === name) ?? counted;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    of(layer) {
      const vars = variables(layer);
      return vars?.keys
        .toSorted((a, b) => Number(a) - Number(b))
        .map((part): StoredWeight => {
          const where = `${vars.where}/${part}`;
          return {
            part,
            where,
            read: () => {
              const numbers = vars.numbers(part);
              if (numbers !== undefined) return numbers;
              throw new ImportError({
                what: 'A group stands where numbers are expected.',
                where,
                why: 'Keras, as far as it is known here, stores no weights like this.',
                next: 'Copy or download the file again.',
              });
            },
          };
        });
    },
  };
}
