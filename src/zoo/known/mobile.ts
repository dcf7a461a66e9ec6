// Networks of depthwise convolutions: MobileNetV1 and V2.
import { ArchitectureBuilder } from '../definition';
import { CIFAR, IMAGENET, type KnownArchitecture } from './definition';

class MobileBuilder extends ArchitectureBuilder {
  constructor(private readonly rectifier: 'relu' | 'relu6') {
    super();
  }

  conv(id: string, x: string, filters: number, size: number, stride: number, rectified = true): string {
    const y = this.convBn(id, x, filters, { size, stride, relu: false });
    return rectified ? this.add(this.rectifier, `${id}.relu`, [y], {}) : y;
  }

  depthwise(id: string, x: string, stride: number): string {
    const attributes = { size: [3, 3], strides: [stride, stride], padding: [1, 1, 1, 1], bias: false } as const;
    const y = this.add('depthwiseConv2d', id, [x], attributes);
    return this.add(this.rectifier, `${id}.relu`, [this.add('batchNorm', `${id}.bn`, [y], { epsilon: 1e-5 })], {});
  }
}

/** Filters of the blocks, as multiples of those of the first convolution, and strides. */
const V1_BLOCKS: readonly (readonly [width: number, stride: number])[] = [
  [2, 1],
  [4, 2],
  [4, 1],
  [8, 2],
  [8, 1],
  [16, 2],
  ...Array.from({ length: 5 }, () => [16, 1] as const),
  [32, 2],
  [32, 1],
];

function mobileNetV1(stride: number): KnownArchitecture {
  const label = stride === 1 ? 'MobileNetV1 (CIFAR)' : 'MobileNetV1';
  return {
    label,
    reference:
      stride === 1
        ? 'https://github.com/kuangliu/pytorch-cifar, models/mobilenet.py'
        : 'A. Howard et al., arXiv 1704.04861',
    sides: stride === 1 ? CIFAR : IMAGENET,
    build(shape, classes, stem) {
      const net = new MobileBuilder('relu');
      let x = net.conv('stem', net.add('input', 'image', [], { shape }), stem, 3, stride);
      V1_BLOCKS.forEach(([width, strides], i) => {
        const deep = net.depthwise(`${i + 1}.deep`, x, strides);
        x = net.conv(`${i + 1}.point`, deep, stem * width, 1, 1);
      });
      net.add('dense', 'fc', [net.add('globalAvgPool', 'average', [x], {})], { units: classes, bias: true });
      return net.build(label);
    },
  };
}

/** Expansion, filters, blocks and stride of each stage. */
const V2_STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** For CIFAR, the first convolution and the first stage that halves keep the size, and every new width has a projection. */
function mobileNetV2(isForCifar: boolean): KnownArchitecture {
  const label = isForCifar ? 'MobileNetV2 (CIFAR)' : 'MobileNetV2';
  return {
    label,
    reference: isForCifar
      ? 'https://github.com/kuangliu/pytorch-cifar, models/mobilenetv2.py'
      : 'torchvision.models.mobilenetv2',
    sides: isForCifar ? CIFAR : IMAGENET,
    build(shape, classes, stem) {
      const net = new MobileBuilder(isForCifar ? 'relu' : 'relu6');
      let x = net.conv('stem', net.add('input', 'image', [], { shape }), stem, 3, isForCifar ? 1 : 2);
      let channels = stem;
      V2_STAGES.forEach(([expansion, filters, count, first], stage) => {
        for (let block = 0; block < count; block++) {
          const id = `${stage + 1}.${block + 1}`;
          const stride = block > 0 || (isForCifar && stage === 1) ? 1 : first;
          // torchvision leaves out an expansion by 1.
          const inside = isForCifar || expansion > 1 ? net.conv(`${id}.expand`, x, channels * expansion, 1, 1) : x;
          const deep = net.depthwise(`${id}.deep`, inside, stride);
          const y = net.conv(`${id}.project`, deep, filters, 1, 1, false);
          const isWider = channels !== filters;
          if (stride === 1 && (isForCifar || !isWider)) {
            const short = isWider ? net.conv(`${id}.short`, x, filters, 1, 1, false) : x;
            x = net.add('add', `${id}.add`, [y, short], {});
          } else x = y;
          channels = filters;
        }
      });
      const end = net.conv('last', x, 1280, 1, 1);
      net.add('dense', 'fc', [net.add('globalAvgPool', 'average', [end], {})], { units: classes, bias: true });
      return net.build(label);
    },
  };
}

export const MOBILE: readonly KnownArchitecture[] = [
  mobileNetV1(1),
  mobileNetV1(2),
  mobileNetV2(true),
  mobileNetV2(false),
];
