// Networks without branches: VGG for CIFAR, LeNet-5, and the networks of PyTorch's tutorial and MNIST example.
import { ArchitectureBuilder } from '../definition';
import { CIFAR, type KnownArchitecture } from './definition';

const VGG_STAGES: Readonly<Record<number, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};

class PlainBuilder extends ArchitectureBuilder {
  last: string;

  constructor(shape: readonly [number, number, number]) {
    super();
    this.last = this.add('input', 'image', [], { shape });
  }

  /** A convolution with bias and ReLU. */
  conv(id: string, filters: number, size: number, pad: number): this {
    const padding = [pad, pad, pad, pad] as const;
    const attributes = { filters, size: [size, size], strides: [1, 1], padding, bias: true } as const;
    this.last = this.add('relu', `${id}.relu`, [this.add('conv2d', id, [this.last], attributes)], {});
    return this;
  }

  normalized(id: string, filters: number): this {
    this.last = this.convBn(id, this.last, filters);
    return this;
  }

  pool(id: string): this {
    const window = { size: [2, 2], strides: [2, 2], padding: [0, 0, 0, 0] } as const;
    this.last = this.add('maxPool', id, [this.last], window);
    return this;
  }

  /** Dense layers after flattening, with ReLUs between them. */
  head(units: readonly number[]): this {
    this.last = this.add('flatten', 'flatten', [this.last], {});
    units.forEach((count, i) => {
      this.last = this.add('dense', `fc${i + 1}`, [this.last], { units: count, bias: true });
      if (i < units.length - 1) this.last = this.add('relu', `fc${i + 1}.relu`, [this.last], {});
    });
    return this;
  }
}

/** VGG with one dense layer (kuangliu), or with three of `hidden` units. */
function vgg(depth: number, isNormalized: boolean, hidden?: number): KnownArchitecture {
  const label = `VGG-${depth}${isNormalized ? ' with batch norm' : ''}${hidden ? `, dense layers of ${hidden}` : ''}`;
  return {
    label,
    reference: hidden
      ? 'https://github.com/chenyaofo/pytorch-cifar-models'
      : 'https://github.com/kuangliu/pytorch-cifar, models/vgg.py',
    sides: CIFAR,
    build(shape, classes, stem) {
      const net = new PlainBuilder(shape);
      VGG_STAGES[depth].forEach((count, stage) => {
        const filters = stem * Math.min(8, 2 ** stage);
        for (let i = 1; i <= count; i++)
          if (isNormalized) net.normalized(`${stage + 1}.${i}`, filters);
          else net.conv(`${stage + 1}.${i}`, filters, 3, 1);
        net.pool(`${stage + 1}.pool`);
      });
      return net.head(hidden ? [hidden, hidden, classes] : [classes]).build(label);
    },
  };
}

/** Convolutions of so many filters with a pooling after each or at the end, then dense layers. */
function small(
  label: string,
  reference: string,
  sides: readonly number[],
  { filters, size, pad, poolsEach, hidden, channels }: SmallPlan,
): KnownArchitecture {
  return {
    ...{ label, reference, sides, channels },
    build(shape, classes) {
      const net = new PlainBuilder(shape);
      filters.forEach((count, i) => {
        net.conv(`conv${i + 1}`, count, size, i === 0 ? pad : 0);
        if (poolsEach) net.pool(`pool${i + 1}`);
      });
      if (!poolsEach) net.pool('pool');
      return net.head([...hidden, classes]).build(label);
    },
  };
}

interface SmallPlan {
  readonly filters: readonly number[];
  readonly size: number;
  /** Zeros around the image. */
  readonly pad: number;
  readonly poolsEach: boolean;
  readonly hidden: readonly number[];
  readonly channels: number;
}

const LENET = { filters: [6, 16], size: 5, poolsEach: true, hidden: [120, 84] } as const;
const MNIST = 'https://github.com/pytorch/examples, mnist';

export const PLAIN: readonly KnownArchitecture[] = [
  ...Object.keys(VGG_STAGES).flatMap((depth) =>
    [true, false].flatMap((isNormalized) => [vgg(Number(depth), isNormalized), vgg(Number(depth), isNormalized, 512)]),
  ),
  small("Network of PyTorch's CIFAR-10 tutorial", 'https://pytorch.org/tutorials, cifar10_tutorial', CIFAR, {
    ...LENET,
    pad: 0,
    channels: 3,
  }),
  small('LeNet-5', 'Y. LeCun et al., 1998, with ReLU and maximum pooling', [28], { ...LENET, pad: 2, channels: 1 }),
  small("Network of PyTorch's MNIST example", `${MNIST}/main.py`, [28, 32], {
    ...{ filters: [32, 64], size: 3, pad: 0, poolsEach: false, hidden: [128], channels: 1 },
  }),
  small("Network of PyTorch's MNIST example (until 2019)", `${MNIST}/main.py`, [28], {
    ...{ filters: [20, 50], size: 5, pad: 0, poolsEach: true, hidden: [500], channels: 1 },
  }),
  small("Network of PyTorch's MNIST example (until 2018)", `${MNIST}/main.py`, [28], {
    ...{ filters: [10, 20], size: 5, pad: 0, poolsEach: true, hidden: [50], channels: 1 },
  }),
];
