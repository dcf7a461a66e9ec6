// The options that searches by every method have, besides what may be chosen and within which limits and budget.
import type { DeclaredFields } from './fields';
import { TRAINING } from './training';

export const SEARCHING = {
  images: {
    kind: 'number',
    label: 'Images per evaluation',
    initial: 256,
    ...{ min: 1, max: 1_000_000, integer: true },
    link: { key: 'scored', name: 'number of images per evaluation' },
    flag: { name: 'images' },
  },
  steps: {
    kind: 'number',
    label: 'Fine-tuning steps per config',
    initial: 0,
    ...{ min: 0, max: 100_000, integer: true },
    link: { key: 'tuned', name: 'number of fine-tuning steps per config' },
    flag: { name: 'fine-tune' },
  },
  seed: { ...TRAINING.seed, link: { key: 'draw', name: 'seed of searches' } },
} as const satisfies DeclaredFields;
