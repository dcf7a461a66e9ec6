// safetensors files: ours, recognized by their metadata, and foreign ones, which hold weights by PyTorch's names.
import { safetensorsEntries } from '../safetensors';
import { ImportError, type Inspection, type ModelFile, type ModelReader } from './importer';
import { decodeNumbers, type NumberType, TYPE_BYTES } from './numbers';
import { asImportError, inspectOwn } from './ownFiles';
import { inspectWeights } from './weights';

function inspect(model: ModelFile): Inspection {
  const { name: file, bytes } = model;
  const parsed = safetensorsEntries(bytes);
  const { entries, metadata } = parsed;
  const own = inspectOwn(model, parsed);
  if (own !== undefined) return own;
  const tensors = [...entries].map(([name, { dtype, shape, data }]) => {
    if (!Object.hasOwn(TYPE_BYTES, dtype))
      throw new ImportError({
        what: `The tensor "${name}" has numbers of type ${dtype}.`,
        where: `${file}, tensor "${name}"`,
        why: 'Only float weights of 16, 32 and 64 bits are read.',
        next: 'Save the weights again as float32.',
      });
    const type = dtype as NumberType;
    return { name, shape, type, values: () => decodeNumbers(data, type) };
  });
  const format = metadata.get('format');
  const producer = format === undefined ? '' : format === 'pt' ? 'PyTorch' : format;
  return inspectWeights({ file, format: 'safetensors', producer, notes: [] }, tensors);
}

export const safetensorsReader: ModelReader = {
  async read([file]) {
    try {
      return inspect(file);
    } catch (error) {
      throw asImportError(error, file.name);
    }
  },
};
