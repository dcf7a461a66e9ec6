// Two thousand broken copies of a file of each format, of a new seed each time: the log says which, and LAW_SEED repeats it.
import { readFileSync } from 'node:fs';
import { env } from 'node:process';
import { describe, expect, test } from 'vitest';
import { openZip } from '../zip';
import { fuzz } from './fuzz.testing';
import type { ModelFile } from './importer';
import { fixture as keras } from './keras/fixtures.testing';
import { inspectFiles } from './readers';
import { fixture as torch } from './torch/torchFiles.testing';

const RUNS = 2000;
const SEED = Number(env.LAW_SEED ?? Date.now() % 1_000_000);
const archive = openZip(new Uint8Array(readFileSync(new URL('fixtures/field.zip', import.meta.url))), 'field.zip');
const field = (name: string): ModelFile[] =>
  [...archive].flatMap(([path, entry]) =>
    path === name || path.startsWith(`${name}/`) ? [{ name: path.replace(/^.*\//, ''), bytes: entry.read() }] : [],
  );
const weights = new URL('../../../public/weights/tiny-emoji10.safetensors', import.meta.url);

const FILES: readonly (readonly [format: string, files: readonly ModelFile[]])[] = [
  ['ONNX, rounded', field('onnx/01-qcdq-int-weights-clip.onnx')],
  ['ONNX, QONNX', field('onnx/05-intquant.onnx')],
  ['ONNX, computed constants', field('onnx/30-sign-weights.onnx')],
  ['Keras (.h5)', [keras('residual.h5')]],
  ['Keras (.keras)', [keras('residual.keras')]],
  ['TF.js', field('tfjs/t01b-model-first-in-sequential')],
  ['PyTorch', [{ name: 'model.pt', bytes: torch('torch-2.13.pt') }]],
  ['PyTorch before 1.6', [{ name: 'model.pt', bytes: torch('torch-2.13-legacy.pt') }]],
  ['safetensors', [{ name: 'tiny.safetensors', bytes: new Uint8Array(readFileSync(weights)) }]],
];

describe(`broken files of seed ${SEED}`, { timeout: 0 }, () => {
  test.each(FILES)('%s: read, listed or refused in four sentences, each within five seconds', async (_, files) => {
    console.log(`LAW_SEED=${SEED}`);
    const report = await fuzz(inspectFiles, files, { runs: RUNS, seed: SEED, headEnd: 8192 });
    const refused = [...report.errors.values()].reduce((sum, count) => sum + count, 0);
    expect(report.read + report.unsupported + refused).toBe(RUNS);
  });
});
