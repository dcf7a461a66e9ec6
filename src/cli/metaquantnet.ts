// Table 1 of the MetaQuantNet paper (arXiv 2004.11506): CIFAR-10, size in MB (1e6 bytes) and top-1 accuracy in percent.
// Its low-bit sizes are the size of all parameters, batch norms and biases included, divided by the ratio.
import type { NetworkId } from '../zoo/registry';

export const TABLE_1_NETWORKS = ['resnet20', 'vgg-small'] as const satisfies readonly NetworkId[];
type Column = (typeof TABLE_1_NETWORKS)[number];
type Published = readonly [megabytes: number, accuracy: number];

export interface TableRow {
  readonly name: string;
  /** The origin of the bits: the same for all layers under a quantizer, or searched within a ratio. */
  readonly how:
    | { readonly kind: 'float' }
    | { readonly kind: 'uniform'; readonly quantizer: 'affine' | 'twn' | 'binary'; readonly bits: 1 | 2 | 3 | 4 }
    | { readonly kind: 'hybrid'; readonly ratio: number; readonly mostBits: number };
  readonly published: Readonly<Record<Column, Published>>;
}

const uniform = (bits: 1 | 2 | 3 | 4) => ({ kind: 'uniform', quantizer: 'affine', bits }) as const;
const hybrid = (ratio: number, mostBits: number) => ({ kind: 'hybrid', ratio, mostBits }) as const;

export const TABLE_1: readonly TableRow[] = [
  { name: 'float', how: { kind: 'float' }, published: { resnet20: [1.079, 91.74], 'vgg-small': [3.692, 88.91] } },
  {
    name: 'ternary (TWN)',
    how: { kind: 'uniform', quantizer: 'twn', bits: 2 },
    published: { resnet20: [0.067, 89.73], 'vgg-small': [0.231, 85.86] },
  },
  {
    name: 'binary (BinaryConnect)',
    how: { kind: 'uniform', quantizer: 'binary', bits: 1 },
    published: { resnet20: [0.034, 87.96], 'vgg-small': [0.115, 82.97] },
  },
  // The paper prints 0.345 MB for ResNet-20 at 4 bits, a misprint of 1.079 / 8.
  { name: 'uniform 4', how: uniform(4), published: { resnet20: [0.135, 91.27], 'vgg-small': [0.462, 88.1] } },
  { name: 'uniform 3', how: uniform(3), published: { resnet20: [0.105, 90.97], 'vgg-small': [0.358, 86.93] } },
  { name: 'uniform 2', how: uniform(2), published: { resnet20: [0.067, 90.47], 'vgg-small': [0.231, 85.62] } },
  { name: 'uniform 1', how: uniform(1), published: { resnet20: [0.034, 87.73], 'vgg-small': [0.115, 80.9] } },
  { name: 'hybrid 10x', how: hybrid(10, 8), published: { resnet20: [0.103, 91.69], 'vgg-small': [0.359, 88.91] } },
  { name: 'hybrid 16x', how: hybrid(16, 5), published: { resnet20: [0.067, 91.08], 'vgg-small': [0.226, 88.31] } },
  { name: 'hybrid 20x', how: hybrid(20, 5), published: { resnet20: [0.0538, 90.5], 'vgg-small': [0.183, 87.61] } },
  { name: 'hybrid 25x', how: hybrid(25, 3), published: { resnet20: [0.0428, 89.72], 'vgg-small': [0.147, 86.56] } },
];
