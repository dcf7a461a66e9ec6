// The files of fixtures/, and the images that make.py generates.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Network } from '../../../graph/network';
import type { ModelFile } from '../importer';

/** A file written by Keras 3.15.1, e.g. `chain.keras`. */
export function fixture(name: string): ModelFile {
  return { name, bytes: new Uint8Array(gunzipSync(readFileSync(new URL(`fixtures/${name}.gz`, import.meta.url)))) };
}

/** Logits of two images for each network of fixtures/. */
export const ANSWERS: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL('fixtures/answers.json', import.meta.url), 'utf8'),
);

/** Two images of the network's size: number i is (37 i + 11) mod 256, times `scale`. */
export function images({ nodes: [image] }: Network, scale: number): Float32Array {
  if (image.op !== 'input') throw new Error('no input');
  const count = 2 * image.shape.reduce((product, d) => product * d, 1);
  return Float32Array.from({ length: count }, (_, i) => ((37 * i + 11) % 256) * scale);
}

/** Softmax of each row of [n, classes]. */
export function softmaxRows(logits: Float32Array, classes: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const exps = [...logits.subarray(row * classes, (row + 1) * classes)].map(Math.exp);
    const sum = exps.reduce((a, b) => a + b, 0);
    return exps.map((e) => e / sum);
  }).flat();
}
