// The options that searches by every method have, besides what may be chosen and within which limits and budget.
import type { DeclaredFields } from './fields';
import { TRAINING } from './training';

export const SEARCHING = {
  images: {
    kind: 'number',
    label: 'Images a policy is measured on',
    initial: 256,
    ...{ min: 1, max: 1_000_000, integer: true },
    link: { key: 'scored', name: 'number of images that a policy is measured on' },
    flag: { name: 'images' },
  },
  steps: {
    kind: 'number',
    label: 'Fine-tuning steps before',
    initial: 0,
    ...{ min: 0, max: 100_000, integer: true },
    link: { key: 'tuned', name: 'number of fine-tuning steps before each measurement' },
    flag: { name: 'fine-tune' },
  },
  seed: { ...TRAINING.seed, link: { key: 'draw', name: 'seed of searches' } },
} as const satisfies DeclaredFields;
