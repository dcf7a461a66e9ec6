// Preprocessing used by common training recipes. A model file does not say which one it was trained with.
import type { Normalization, PerChannel } from './dataset';

export interface NormalizationPreset {
  /** Name on the page. */
  readonly label: string;
  readonly normalization: Normalization;
}

const same = (value: number) => [value, value, value] as const;

export const normalizations = {
  unit: { label: '0 to 1', normalization: { mean: same(0), std: same(1) } },
  bytes: { label: '0 to 255', normalization: { mean: same(0), std: same(1 / 255) } },
  signed: { label: '−1 to 1', normalization: { mean: same(0.5), std: same(0.5) } },
  cifar: {
    label: 'CIFAR-10 mean and std',
    normalization: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  },
  // Per-image deviations, averaged: a widespread mistake that many published weights were trained with.
  cifarNarrow: {
    label: 'CIFAR-10 mean, std ~0.2',
    normalization: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
  },
  imagenet: {
    label: 'ImageNet mean and std',
    normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  },
  perImage: { label: 'each image standardized', normalization: { mean: same(0), std: same(1 / 255), perImage: true } },
} as const satisfies Readonly<Record<string, NormalizationPreset>>;

export type NormalizationId = keyof typeof normalizations;

/** Preprocessing of gray images alone. */
export const grayNormalizations = {
  mnist: { label: 'MNIST mean and std', normalization: { mean: [0.1307], std: [0.3081] } },
} as const satisfies Readonly<Record<string, NormalizationPreset>>;

export type GrayNormalizationId = keyof typeof grayNormalizations;

/** Those for networks of any number of channels. */
export const allNormalizations = { ...normalizations, ...grayNormalizations };

/** The same preprocessing for a network that reads so many channels: gray weighs the colors as luminance does. */
export function forChannels(normalization: Normalization, channels: number): Normalization {
  const { mean, std } = normalization;
  if (mean.length === channels) return normalization;
  const each = (values: PerChannel): PerChannel =>
    values.length === 1
      ? [values[0], values[0], values[0]]
      : values.every((v) => v === values[0])
        ? [values[0]]
        : [0.299 * values[0] + 0.587 * values[1] + 0.114 * values[2]];
  return { ...normalization, mean: each(mean), std: each(std) };
}
