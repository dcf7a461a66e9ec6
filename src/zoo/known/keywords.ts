// DS-CNN, the keyword spotter, which reads a second of sound as 49 spectra of 10 cepstral coefficients, a gray image. Sizes and
// strides are those of https://github.com/ARM-software/ML-KWS-for-MCU, train_commands.txt; S is also MLPerf Tiny's.
import type { Architecture } from '../../graph/network';
import { ArchitectureBuilder } from '../definition';
import type { KnownArchitecture } from './definition';

/** Zeros before and after `length` numbers as TensorFlow's "same" has them. */
function same(length: number, size: number, stride: number): readonly [before: number, after: number] {
  const zeros = Math.max(0, (Math.ceil(length / stride) - 1) * stride + size - length);
  return [zeros >> 1, zeros - (zeros >> 1)];
}

interface Plan {
  readonly blocks: number;
  readonly filters: number;
  /** True for the strides of S: (2, 2) at first and none after. M and L stride by (2, 1) and then (2, 2). */
  readonly small: boolean;
  /** Whether convolutions have biases beside those of their batch norms. */
  readonly bias: boolean;
}

/** The keyword spotter for images `shape`; layers are named stem, 1.deep, 1.point and so on. */
export function keywordSpotter(
  name: string,
  { blocks, filters, small, bias }: Plan,
  shape: readonly [h: number, w: number, c: number],
  classes: number,
): Architecture {
  const net = new ArchitectureBuilder();
  let [h, w] = shape;
  const window = (size: readonly [number, number], strides: readonly [number, number]) => {
    const padding = [...same(h, size[0], strides[0]), ...same(w, size[1], strides[1])] as const;
    [h, w] = [Math.ceil(h / strides[0]), Math.ceil(w / strides[1])];
    return { size, strides, padding, bias };
  };
  const normalized = (id: string) =>
    net.add('relu', `${id}.relu`, [net.add('batchNorm', `${id}.bn`, [id], { epsilon: 1e-5 })], {});
  const image = net.add('input', 'image', [], { shape });
  let x = normalized(net.add('conv2d', 'stem', [image], { ...window([10, 4], small ? [2, 2] : [2, 1]), filters }));
  for (let block = 1; block <= blocks; block++) {
    const deep = window([3, 3], block === 1 && !small ? [2, 2] : [1, 1]);
    x = normalized(net.add('depthwiseConv2d', `${block}.deep`, [x], deep));
    x = normalized(net.add('conv2d', `${block}.point`, [x], { ...window([1, 1], [1, 1]), filters }));
  }
  net.add('dense', 'fc', [net.add('globalAvgPool', 'average', [x], {})], { units: classes, bias: true });
  return net.build(name);
}

const known = (label: string, blocks: number, widths?: number): KnownArchitecture => ({
  label,
  reference: 'https://github.com/ARM-software/ML-KWS-for-MCU, with batch norms after all convolutions',
  sides: [],
  input: [49, 10, 1],
  ...(widths !== undefined && { stem: widths }),
  // Biases that a file has beside its batch norms become part of these.
  build: (shape, classes, filters) =>
    keywordSpotter(label, { blocks, filters, small: label === 'DS-CNN-S', bias: false }, shape, classes),
});

/** Weights alone do not tell M from S, but their widths do. */
export const KEYWORDS: readonly KnownArchitecture[] = [
  known('DS-CNN-M', 4, 172),
  known('DS-CNN-S', 4),
  known('DS-CNN-L', 5),
];
