// Torchvision's ten small networks with random weights, as PyTorch exports them for images of 96 pixels: our forward pass on
// the imported network compared with ONNX Runtime on the file. scripts/zoo/torchvision_onnx.py makes the files, into
// FEWBITS_TORCHVISION or a folder of its own; without Python's torchvision the tests are visibly skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { env, memoryUsage } from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../../math/rng';
import { onnxLogits } from '../../export/witness.testing';
import { difference, logitsOf } from '../thirdParty.testing';
import { onnxReader } from './reader';

const PYTHON = '/usr/bin/python3';
const SIZE = 96;
const given = env.FEWBITS_TORCHVISION;
const canMake = spawnSync(PYTHON, ['-c', 'import torch, torchvision']).status === 0;
const folder = given ?? mkdtempSync(join(tmpdir(), 'torchvision-'));

beforeAll(() => {
  if (given !== undefined && existsSync(join(given, 'resnet18.onnx'))) return;
  const script = resolve(import.meta.dirname, '../../../../scripts/zoo/torchvision_onnx.py');
  if (canMake) expect(spawnSync(PYTHON, [script, folder], { stdio: 'inherit' }).status).toBe(0);
}, 1_200_000);

afterAll(() => {
  if (given === undefined) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(given === undefined && !canMake)('torchvision (needs python3-torchvision)', () => {
  test.each([
    ...['resnet18', 'mobilenet_v2', 'mobilenet_v3_small', 'squeezenet1_1', 'mnasnet1_0', 'densenet121'],
    ...['efficientnet_b0', 'regnet_y_400mf', 'resnext50_32x4d', 'shufflenet_v2_x1_0'],
  ])('%s gives ONNX Runtime’s logits', { timeout: 600_000 }, async (name) => {
    const bytes = new Uint8Array(readFileSync(join(folder, `${name}.onnx`)));
    const rng = createRng(4);
    const images = Float32Array.from({ length: 2 * SIZE * SIZE * 3 }, () => rng.normal());
    const expected = await onnxLogits(bytes, images, SIZE, 'disabled');
    const before = performance.now();
    const { network, unsupported, parameters } = await onnxReader.read([{ name: `${name}.onnx`, bytes }]);
    expect(unsupported).toEqual([]);
    if (network === undefined) throw new Error('no network');
    const between = performance.now();
    const logits = await logitsOf(network, images);
    const after = performance.now();
    const largest = Math.max(...expected.map(Math.abs));
    const share = difference(logits, expected) / largest;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
    console.log(
      `${name}: ${parameters} parameters, read in ${seconds(between - before)}, 2 images in ${seconds(after - between)}, ` +
        `process at ${Math.round(memoryUsage().rss / 1e6)} MB, off by ${share.toExponential(1)} of the largest logit`,
    );
    expect(share).toBeLessThan(1e-4);
  });
});
