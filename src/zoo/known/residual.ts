// Residual networks: for CIFAR as He et al. define them, at any depth and width; ResNet-18 and 34; wide ones, which normalize
// before they convolve.
import { ArchitectureBuilder } from '../definition';
import { CIFAR, IMAGENET, type KnownArchitecture } from './definition';

interface ResidualPlan {
  /** Blocks of two convolutions per stage. */
  readonly blocks: readonly number[];
  /** Filters of each stage, as multiples of the first one's. */
  readonly widths: readonly number[];
  readonly shortcut: 'pad' | 'projection';
  /** A convolution of 7 x 7 at stride 2 with a pooling comes first. */
  readonly large?: boolean;
}

function residual(
  name: string,
  { blocks, widths, shortcut, large }: ResidualPlan,
  shape: readonly [number, number, number],
  classes: number,
  stem: number,
) {
  const net = new ArchitectureBuilder();
  const image = net.add('input', 'image', [], { shape });
  let x = net.convBn('stem', image, stem, large ? { size: 7, stride: 2 } : {});
  if (large) x = net.add('maxPool', 'pool', [x], { size: [3, 3], strides: [2, 2], padding: [1, 1, 1, 1] });
  let channels = stem;
  blocks.forEach((count, stage) => {
    const filters = stem * widths[stage];
    for (let block = 0; block < count; block++) {
      const id = `${stage + 1}.${block + 1}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const a = net.convBn(`${id}a`, x, filters, { stride });
      const b = net.convBn(`${id}b`, a, filters, { relu: false });
      let short = x;
      if ((stride > 1 || channels !== filters) && shortcut === 'projection')
        short = net.convBn(`${id}s`, x, filters, { size: 1, stride, relu: false });
      else if (stride > 1) {
        const sampled = net.add('subsample', `${id}.sub`, [x], { strides: [2, 2] });
        const before = (filters - channels) >> 1;
        const after = filters - channels - before;
        short = net.add('pad', `${id}.pad`, [sampled], { padding: [0, 0, 0, 0], channels: [before, after] });
      }
      x = net.add('relu', `${id}.relu`, [net.add('add', `${id}.add`, [b, short], {})], {});
      channels = filters;
    }
  });
  net.add('dense', 'fc', [net.add('globalAvgPool', 'average', [x], {})], { units: classes, bias: true });
  return net.build(name);
}

/** ResNet of 6 n + 2 layers. */
function forCifar(n: number, shortcut: ResidualPlan['shortcut']): KnownArchitecture {
  const label = `ResNet-${6 * n + 2}`;
  const plan = { blocks: [n, n, n], widths: [1, 2, 4], shortcut };
  const option = shortcut === 'pad' ? 'A' : 'B';
  return {
    label,
    reference: `K. He et al., arXiv 1512.03385, section 4.2, with shortcuts of option ${option}`,
    sides: CIFAR,
    build: (shape, classes, stem) =>
      residual(stem === 16 ? label : `${label}, ${stem} filters first`, plan, shape, classes, stem),
  };
}

/** ResNet-20 of twice the width behind its first convolution. */
export const wideResNet20: KnownArchitecture = {
  label: 'WRN-20-2',
  reference: 'S. Zagoruyko, N. Komodakis, arXiv 1605.07146, with blocks of arXiv 1512.03385',
  sides: CIFAR,
  build: (shape, classes, stem) =>
    residual('WRN-20-2', { blocks: [3, 3, 3], widths: [2, 4, 8], shortcut: 'projection' }, shape, classes, stem),
};

const ofStages = (name: string, blocks: readonly number[], large: boolean): KnownArchitecture => ({
  label: large ? `${name} (ImageNet)` : name,
  reference: large ? 'torchvision.models.resnet' : 'https://github.com/kuangliu/pytorch-cifar, models/resnet.py',
  sides: large ? IMAGENET : CIFAR,
  build: (shape, classes, stem) =>
    residual(
      large ? `${name} (ImageNet)` : name,
      { blocks, widths: [1, 2, 4, 8], shortcut: 'projection', large },
      shape,
      classes,
      stem,
    ),
});

/** A wide network of 6 n + 4 layers: batch norm and ReLU come before each convolution. */
function wide(n: number, k: number): KnownArchitecture {
  const label = `WRN-${6 * n + 4}-${k}`;
  return {
    label,
    reference: 'S. Zagoruyko, N. Komodakis, arXiv 1605.07146; https://github.com/xternalz/WideResNet-pytorch',
    sides: CIFAR,
    build(shape, classes, stem) {
      const net = new ArchitectureBuilder();
      const conv = (id: string, x: string, filters: number, size: number, stride: number) => {
        const p = size >> 1;
        return net.add('conv2d', id, [x], {
          ...{ filters, size: [size, size], strides: [stride, stride], padding: [p, p, p, p], bias: false },
        });
      };
      const active = (id: string, x: string) =>
        net.add('relu', `${id}.relu`, [net.add('batchNorm', `${id}.bn`, [x], { epsilon: 1e-5 })], {});
      let x = conv('stem', net.add('input', 'image', [], { shape }), stem, 3, 1);
      let channels = stem;
      [1, 2, 4].forEach((width, stage) => {
        const filters = stem * width * k;
        for (let block = 0; block < n; block++) {
          const id = `${stage + 1}.${block + 1}`;
          const stride = stage > 0 && block === 0 ? 2 : 1;
          const before = active(`${id}a`, x);
          const a = active(`${id}b`, conv(`${id}a`, before, filters, 3, stride));
          const b = conv(`${id}b`, a, filters, 3, 1);
          const short = channels === filters ? x : conv(`${id}s`, before, filters, 1, stride);
          x = net.add('add', `${id}.add`, [short, b], {});
          channels = filters;
        }
      });
      const end = net.add('globalAvgPool', 'average', [active('last', x)], {});
      net.add('dense', 'fc', [end], { units: classes, bias: true });
      return net.build(label);
    },
  };
}

export const RESIDUAL: readonly KnownArchitecture[] = [
  ...[1, 2, 3, 5, 7, 9, 18].flatMap((n) => [forCifar(n, 'projection'), forCifar(n, 'pad')]),
  ofStages('ResNet-18', [2, 2, 2, 2], false),
  ofStages('ResNet-34', [3, 4, 6, 3], false),
  ofStages('ResNet-18', [2, 2, 2, 2], true),
  ofStages('ResNet-34', [3, 4, 6, 3], true),
  wide(2, 4),
  wide(2, 8),
  wide(6, 2),
  wideResNet20,
];
