// How many images go through a network at once.
import { layerCosts } from './cost';
import type { Architecture } from './network';
import { inferShapes } from './shapes';

/** Bytes that the largest result of a node may take for a batch: 64 images of 262,144 numbers each. */
const RESULT_BYTES = 64 * 2 ** 20;
/** Multiplications of a batch: 64 images through VGG-16 at 32 pixels. An engine hears nothing else meanwhile. */
const BATCH_MACS = 24e9;

/**
 * The images of a batch: `most`, halved until the largest result of a node, in float32, fits into 64 MB and the multiplications
 * are at most 24 billion; at least 1.
 */
export function imagesAtOnce(architecture: Architecture, most = 64): number {
  const sizes = [...inferShapes(architecture).values()].map((shape) => shape.reduce((product, d) => product * d, 1));
  const largest = 4 * Math.max(...sizes);
  let images = most;
  const macs = layerCosts(architecture).reduce((sum, layer) => sum + layer.macs, 0);
  while (images > 1 && (images * largest > RESULT_BYTES || images * macs > BATCH_MACS)) images >>= 1;
  return images;
}
