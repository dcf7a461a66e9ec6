// DenseNet-BC for CIFAR: every layer reads the outputs of all layers before it in its block.
import { ArchitectureBuilder } from '../definition';
import { CIFAR, type KnownArchitecture } from './definition';

/** `depth` layers in three blocks, each layer adding `growth` channels. */
function denseNet(depth: number, growth: number): KnownArchitecture {
  const label = `DenseNet-BC-${depth}, growth ${growth}`;
  return {
    label,
    reference: 'G. Huang et al., arXiv 1608.06993; https://github.com/andreasveit/densenet-pytorch',
    sides: CIFAR,
    build(shape, classes, stem) {
      const net = new ArchitectureBuilder();
      const conv = (id: string, x: string, filters: number, size: number) => {
        const p = size >> 1;
        const attributes = {
          filters,
          size: [size, size],
          strides: [1, 1],
          padding: [p, p, p, p],
          bias: false,
        } as const;
        return net.add('conv2d', id, [x], attributes);
      };
      const active = (id: string, x: string) =>
        net.add('relu', `${id}.relu`, [net.add('batchNorm', `${id}.bn`, [x], { epsilon: 1e-5 })], {});
      let x = conv('stem', net.add('input', 'image', [], { shape }), stem, 3);
      let channels = stem;
      for (let block = 1; block <= 3; block++) {
        for (let i = 1; i <= (depth - 4) / 6; i++) {
          const id = `${block}.${i}`;
          const inside = conv(`${id}a`, active(`${id}a`, x), 4 * growth, 1);
          const more = conv(`${id}b`, active(`${id}b`, inside), growth, 3);
          x = net.add('concat', `${id}.join`, [x, more], {});
          channels += growth;
        }
        if (block === 3) break;
        channels = channels >> 1;
        const less = conv(`${block}.less`, active(`${block}.less`, x), channels, 1);
        x = net.add('avgPool', `${block}.pool`, [less], { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] });
      }
      const end = net.add('globalAvgPool', 'average', [active('last', x)], {});
      net.add('dense', 'fc', [end], { units: classes, bias: true });
      return net.build(label);
    },
  };
}

export const DENSE: readonly KnownArchitecture[] = [denseNet(40, 12), denseNet(100, 12)];
