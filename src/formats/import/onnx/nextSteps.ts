// Remedies for unsupported ONNX parts that several refusals share.

export const CHECK = 'Check the file with onnx.checker, and export the network again.';
export const EXPORT_WITHOUT = 'Build the network without it, and export it again.';
export const EXPORT_FLOAT = 'Export the float network.';
export const EXPORT_LOGITS = 'Export the network up to its logits.';
export const EXPORT_HERE = 'Export the network from the page once more.';
export const BATCH_FIRST = 'Keep the batch as the first axis, and export the network again.';
export const SIMPLIFY = 'Simplify the file (onnxsim model.onnx simple.onnx), and drop the result.';
export const WITH_RELU = 'Train the network with ReLU or ReLU6, and export it again.';
export const PAD_ZEROS = 'Train the network with zeros as padding, and export it again.';
export const NORMALIZE_CHANNELS =
  'Normalize the channels of images [batch, channels, height, width], and export the network again.';
