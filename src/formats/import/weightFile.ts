// safetensors files: ours by their metadata, and those of others, which hold weights by PyTorch's names.
import { NetworkError } from '../../graph/shapes';
import { FormatError, safetensorsEntries } from '../safetensors';
import { ImportError, type Inspection, type ModelFile, type ModelReader } from './importer';
import { decodeNumbers, type NumberType, TYPE_BYTES } from './numbers';
import { inspectWeights } from './weights';

/** Errors of our own formats in an importer's words. */
function asImportError(error: unknown, file: string): unknown {
  if (!(error instanceof FormatError || error instanceof NetworkError)) return error;
  return new ImportError({
    what: error.message,
    where: file,
    why: 'The file is cut short, damaged, or was changed by another program.',
    next: 'Copy or download it again, or save it again as safetensors.',
  });
}

function inspect({ name: file, bytes }: ModelFile): Inspection {
  const { entries, metadata } = safetensorsEntries(bytes);
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
