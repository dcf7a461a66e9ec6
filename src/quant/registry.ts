// Every quantizer of the page, of links, files and messages. To add one:
// 1. write `src/quant/<name>.ts` exporting a `Quantizer`, with known numbers and laws beside it;
// 2. add it to this table;
// 3. if it is not a uniform grid, give it a tensor twin in `src/nn/kernels/`.
import { affine } from './affine';
import type { Granularity, Quantizer } from './quantizer';
import { symmetric } from './symmetric';
import type { UniformGrid } from './uniformGrid';

export const quantizers = { affine, symmetric } as const satisfies Record<string, Quantizer<UniformGrid>>;

export type QuantizerId = keyof typeof quantizers;

/** How weights are quantized, the same for all layers. */
export interface QuantScheme {
  readonly quantizer: QuantizerId;
  readonly granularity: Granularity;
}
