// DS-CNN, the keyword spotter of MLPerf Tiny: it reads a second of sound as 49 spectra of 10 cepstral coefficients, a gray image.
import { ArchitectureBuilder, type NetworkDefinition } from './definition';

const FILTERS = 64;
const BLOCKS = 4;

export const dsCnn: NetworkDefinition = {
  label: 'DS-CNN',
  summary:
    'Keyword spotter of four depthwise blocks for spectrograms of 49 x 10, opened as IDX files: 23,756 parameters for 12 words. Without weights, to be trained here.',
  reference: 'Y. Zhang et al., arXiv 1711.07128; size of MLPerf Tiny, arXiv 2106.07597',
  input: [49, 10, 1],
  build(shape, classes) {
    const net = new ArchitectureBuilder();
    const image = net.add('input', 'image', [], { shape });
    // As "same" of TensorFlow, for 49 rows and 10 columns.
    const first = { size: [10, 4], strides: [2, 2], padding: [4, 5, 1, 1] } as const;
    const normalized = (id: string) =>
      net.add('relu', `${id}.relu`, [net.add('batchNorm', `${id}.bn`, [id], { epsilon: 1e-3 })], {});
    let x = normalized(net.add('conv2d', 'stem', [image], { ...first, filters: FILTERS, bias: true }));
    for (let block = 1; block <= BLOCKS; block++) {
      const deep = { size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1], bias: true } as const;
      x = normalized(net.add('depthwiseConv2d', `${block}.deep`, [x], deep));
      const point = { filters: FILTERS, size: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0], bias: true } as const;
      x = normalized(net.add('conv2d', `${block}.point`, [x], point));
    }
    net.add('dense', 'fc', [net.add('globalAvgPool', 'average', [x], {})], { units: classes, bias: true });
    return net.build('DS-CNN');
  },
};
