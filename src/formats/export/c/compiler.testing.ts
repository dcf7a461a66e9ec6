// Compiles C source with gcc, every warning an error, and runs it with the address and undefined behavior sanitizers.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** False where there is no gcc. */
export const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

const FLAGS = ['-std=c99', '-ffp-contract=off', '-O2', '-Wall', '-Wextra', '-Wconversion', '-pedantic', '-Werror'];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** A program around a network: images from one file, scores into another, with exactly the memory that it asks for. */
const main = (header: string, name: string) => `#define ${name.toUpperCase()}_IMPLEMENTATION
#include "${header}"
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **files) {
  enum { INPUTS = ${name.toUpperCase()}_HEIGHT * ${name.toUpperCase()}_WIDTH * ${name.toUpperCase()}_CHANNELS };
  static float image[INPUTS], scores[${name.toUpperCase()}_SCORES];
  float *memory = malloc(sizeof(float) * ${name.toUpperCase()}_MEMORY);
  FILE *from = fopen(files[1], "rb"), *to = fopen(files[2], "wb");
  if (count != 3 || !memory || !from || !to) return 1;
  while (fread(image, sizeof image, 1, from) == 1) {
    ${name}_run(image, scores, memory);
    if (fwrite(scores, sizeof scores, 1, to) != 1) return 2;
  }
  free(memory);
  return fclose(from) | fclose(to);
}
`;

/** The scores [n, classes] that the source of a network, whose functions are named so, computes of images. */
export function compiledScores(source: string, name: string, images: Float32Array): Float32Array {
  const folder = mkdtempSync(join(tmpdir(), 'fewbits-c-'));
  const file = (part: string) => join(folder, part);
  try {
    writeFileSync(file(`${name}.h`), source);
    writeFileSync(file('main.c'), main(`${name}.h`, name));
    writeFileSync(file('images'), new Uint8Array(images.buffer, images.byteOffset, images.byteLength));
    execFileSync('gcc', [...FLAGS, ...SANITIZERS, file('main.c'), '-o', file('program')], { stdio: 'pipe' });
    execFileSync(file('program'), [file('images'), file('scores')], { stdio: 'pipe' });
    return new Float32Array(new Uint8Array(readFileSync(file('scores'))).buffer);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
