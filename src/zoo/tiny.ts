// The smallest network of the zoo, for devices without a GPU and for training within a minute.
import { ArchitectureBuilder, type NetworkDefinition } from './definition';

const WIDTHS = [16, 32, 32, 64] as const;

export const tiny: NetworkDefinition = {
  label: 'Tiny',
  summary: 'Four convolutions and one dense layer: trains in a minute on a laptop without a GPU.',
  reference: 'our own',
  build(shape, classes) {
    const net = new ArchitectureBuilder();
    let x = net.add('input', 'image', [], { shape });
    WIDTHS.forEach((width, i) => {
      x = net.convBn(`conv${i + 1}`, x, width, { stride: i === 0 ? 2 : 1 });
      if (i < 2) x = net.add('maxPool', `pool${i + 1}`, [x], { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] });
    });
    net.add('dense', 'fc', [net.add('globalAvgPool', 'pool', [x], {})], { units: classes, bias: true });
    return net.build('Tiny');
  },
};
