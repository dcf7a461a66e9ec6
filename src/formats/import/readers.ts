// Every format that can be imported. To add one:
// 1. write a folder or file here exporting a `ModelReader`;
// 2. teach sniff.ts to recognize the format by content;
// 3. add the reader to this table; readers are loaded on first use.
import { brief, IMPORT_LIMITS, ImportError, type Inspection, type ModelFile, type ModelReader } from './importer';
import { type FormatId, sniff } from './sniff';

type Load = () => Promise<ModelReader>;

export const readers: Readonly<Record<Exclude<FormatId, 'policy'>, Load>> = {
  onnx: async () => (await import('./onnx/reader')).onnxReader,
  'keras-h5': async () => (await import('./keras/legacyH5')).kerasH5,
  'tfjs-layers': async () => (await import('./tfjs/layersModel')).tfjsLayers,
  'tfjs-graph': async () => (await import('./tfjs/graphModel')).tfjsGraph,
  'keras-zip': async () => (await import('./keras/kerasZip')).kerasZip,
  tflite: async () => (await import('./tflite/reader')).tfliteReader,
  safetensors: async () => (await import('./weightFile')).safetensorsReader,
  'torch-zip': async () => (await import('./torch/stateDict')).torchZipReader,
  'torch-legacy': async () => (await import('./torch/stateDict')).torchLegacyReader,
};

/**
 * Recognizes and reads a dropped model.
 * @throws ImportError, and nothing else.
 */
export async function inspectFiles(files: readonly ModelFile[]): Promise<Inspection> {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > IMPORT_LIMITS.bytes || files.length > IMPORT_LIMITS.entries)
    throw new ImportError({
      what: `Here are ${files.length} files of ${total} bytes together.`,
      where: files[0].name,
      why: `More than ${IMPORT_LIMITS.entries} files or ${IMPORT_LIMITS.bytes} bytes do not fit this page.`,
      next: 'Choose a smaller network, or drop only the files of the model.',
    });
  const { format, files: ordered } = sniff(files);
  if (format === 'policy')
    throw new ImportError({
      what: 'This file holds bit widths, not a network.',
      where: ordered[0].name,
      why: 'It holds bit widths by layer and no weights.',
      next: 'Open the network first, then drop this file again.',
    });
  return briefly(await (await readers[format]()).read(ordered));
}

/** The card with the file's texts cut to the limits. */
function briefly(card: Inspection): Inspection {
  const operations = new Map<string, number>();
  for (const [op, count] of card.operations) operations.set(brief(op), (operations.get(brief(op)) ?? 0) + count);
  return {
    ...card,
    producer: brief(card.producer),
    operations,
    notes: card.notes.map(brief),
    unsupported: card.unsupported.map(({ node, op, why }) => ({ node: brief(node), op: brief(op), why: brief(why) })),
  };
}
