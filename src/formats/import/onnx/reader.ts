// Reads ONNX files (.onnx) written by PyTorch and others.
import type { Network } from '../../../graph/network';
import type { Inspection, ModelFile, ModelReader } from '../importer';
import { type OnnxModel, readModel } from './model';
import { convert, countOperations } from './readGraph';
import { isFloatType, sizeOf } from './tensor';

function producerOf({ producer, opset }: OnnxModel): string {
  return [producer, `opset ${opset}`].filter((text) => text !== '').join(', ');
}

/** Number of the network's weights, or of all float tensors without a network. */
function countParameters(model: OnnxModel, network: Network | undefined): number {
  const sizes =
    network === undefined
      ? [...model.tensors.values()].map(({ type, dims }) => (isFloatType(type) ? sizeOf(dims) : 0))
      : [...network.parameters.values()].map(({ values }) => values.length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The reader of ONNX. The first file is the model; the others may hold its weights. */
export const onnxReader: ModelReader = {
  async read(files: readonly ModelFile[]): Promise<Inspection> {
    const model = readModel(files[0]);
    const converted = convert(model, files);
    return {
      format: 'ONNX',
      producer: producerOf(model),
      parameters: countParameters(model, converted.network),
      operations: countOperations(model),
      ...converted,
    };
  },
};
