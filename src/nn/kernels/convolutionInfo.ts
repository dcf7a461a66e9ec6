// The shape of a convolution, from a tfjs kernel's attributes and as our WebAssembly functions take it.
import * as tf from '@tensorflow/tfjs-core';

/** Sizes of a convolution of `xShape` with `filterShape`, from the attributes of any of tfjs' convolution kernels. */
export function convolutionInfo(
  attrs: tf.NamedAttrMap | undefined,
  xShape: readonly number[],
  filterShape: readonly number[],
  depthwise = false,
): tf.backend_util.Conv2DInfo {
  const { strides, pad, dimRoundingMode, dilations } = attrs as unknown as tf.Conv2DBackpropFilterAttrs & {
    dilations?: [number, number];
  };
  return tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad as 'valid',
    dimRoundingMode,
    depthwise,
  );
}

/** The arguments of our functions after their addresses: batch, input, output, kernel, strides, padding before. */
export function dimensions(info: tf.backend_util.Conv2DInfo): number[] {
  return [
    ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth, info.outChannels],
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left],
  ];
}

/** Rows, columns and channels of the padded input that the kernel reads. */
export function frameShape(info: tf.backend_util.Conv2DInfo): [height: number, width: number, channels: number] {
  return [
    (info.outHeight - 1) * info.strideHeight + info.filterHeight,
    (info.outWidth - 1) * info.strideWidth + info.filterWidth,
    info.inChannels,
  ];
}
