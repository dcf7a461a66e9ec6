// DS-CNN, the keyword spotter of MLPerf Tiny, whose convolutions have biases as there.
import type { NetworkDefinition } from './definition';
import { keywordSpotter } from './known/keywords';

const S = { blocks: 4, filters: 64, small: true, bias: true } as const;

export const dsCnn: NetworkDefinition = {
  label: 'DS-CNN',
  summary: 'Keyword spotter of four depthwise blocks for spectrograms of 49 x 10: 23,756 parameters for 12 words.',
  reference: 'Y. Zhang et al., arXiv 1711.07128; size of MLPerf Tiny, arXiv 2106.07597',
  hears: true,
  input: [49, 10, 1],
  build: (shape, classes) => keywordSpotter('DS-CNN', S, shape, classes),
};
