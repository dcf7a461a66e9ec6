// VGG16 with batch norm and one fully connected layer, at full width and with a quarter of the filters.
import { ArchitectureBuilder, type NetworkDefinition } from './definition';

const STAGES = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

function buildVgg(name: string, divisor: number, shape: readonly [number, number, number], classes: number) {
  const net = new ArchitectureBuilder();
  let x = net.add('input', 'image', [], { shape });
  STAGES.forEach((widths, stage) => {
    widths.forEach((width, i) => {
      x = net.convBn(`${stage + 1}.${i + 1}`, x, width / divisor);
    });
    x = net.add('maxPool', `${stage + 1}.pool`, [x], { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] });
  });
  net.add('dense', 'fc', [net.add('flatten', 'flatten', [x], {})], { units: classes, bias: true });
  return net.build(name);
}

export const vgg16: NetworkDefinition = {
  label: 'VGG16',
  summary: 'Thirteen convolutions and one dense layer: 14.7 million parameters. Large for a browser.',
  reference: 'K. Simonyan, A. Zisserman, arXiv 1409.1556; as VGG16bn in MetaQuantNet, arXiv 2004.11506',
  build: (shape, classes) => buildVgg('VGG16', 1, shape, classes),
};

export const vggSmall: NetworkDefinition = {
  label: 'VGG-small',
  summary: 'VGG16 with a quarter of the filters: 923,130 parameters, no shortcuts, most weights in its last layers.',
  reference: 'MetaQuantNet, arXiv 2004.11506, table 1 ("VGG16bn-small")',
  build: (shape, classes) => buildVgg('VGG-small', 4, shape, classes),
};
