// A whole ResNet-20 as written by ONNX Runtime's quantizer: its export has the same size, predicts like the runtime, and
// exports again to the same integers. On the page's own weights and images, and, if present, on the published ResNet-20
// of CIFAR-10 with 500 test images.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { composeBatch, evaluationPlan } from '../../../data/batch';
import { openEmoji10 } from '../../../data/emoji10';
import type { Network } from '../../../graph/network';
import { useBackend } from '../../../nn/backends.testing';
import type { ExportContext } from '../../export/context';
import { contextOf, onnxLogits, ourLogits, shippedNetwork } from '../../export/witness.testing';
import { writeExport } from '../../export/write';
import { packedBytes } from '../../packed';
import { inspectFiles } from '../readers';
import { decisions, HAS_THIRD_PARTY, imagenetNormalized, testImages, thirdPartyModel } from '../thirdParty.testing';
import { qdqFile } from './qdqFile.testing';

/** Batch size. */
const BATCH = 50;

interface Images {
  readonly values: Float32Array;
  readonly labels: readonly number[];
}

/** A file with its stated rounding. */
async function contextIn(bytes: Uint8Array): Promise<ExportContext> {
  const { network, setting, unsupported } = await inspectFiles([{ name: 'a.onnx', bytes }]);
  expect(unsupported).toEqual([]);
  if (network === undefined || !setting?.policy || !setting.scheme) throw new Error('no setting');
  const { policy, scheme, ranges = new Map() } = setting;
  return contextOf(network, policy, scheme, ranges);
}

/** Logits of all images, batch by batch. */
async function inBatches({ values }: Images, logits: (part: Float32Array) => Float32Array | Promise<Float32Array>) {
  const rows: number[] = [];
  for (let at = 0; at < values.length; at += BATCH * 3072)
    rows.push(...(await logits(values.subarray(at, at + BATCH * 3072))));
  return rows;
}

async function measure(network: Network, calibration: Float32Array, images: Images) {
  expect(await useBackend('wasm')).toBe(true);
  const file = qdqFile(network, calibration, 32);
  const context = await contextIn(file);
  const page = await inBatches(images, (part) => ourLogits(context, part, 32));
  const runtime = await inBatches(images, (part) => onnxLogits(file, part, 32, 'disabled'));
  const right = (logits: readonly number[]) => decisions(logits).filter((d, i) => d === images.labels[i]).length;
  const exported = writeExport('onnx', context)[0].content as Uint8Array;
  const again = await contextIn(exported);
  const some = { ...images, values: images.values.subarray(0, BATCH * 3072) };
  expect(again.policy).toEqual(context.policy);
  expect(await inBatches(some, (part) => ourLogits(again, part, 32))).toEqual(page.slice(0, BATCH * 10));
  const theirs = await inBatches(some, (part) => onnxLogits(exported, part, 32, 'disabled'));
  expect(theirs).toEqual(page.slice(0, BATCH * 10));
  const packed = packedBytes(context.network, context.policy, context.scheme);
  return {
    context,
    right: { page: right(page), runtime: right(runtime) },
    flips: decisions(page).filter((d, i) => d !== decisions(runtime)[i]).length,
    sizes: { packed: packed / file.length, exported: exported.length / file.length },
  };
}

/** The file's bits in the file's size: packed files save scales and zero points of biases, and names. */
function expectSameSize({ context, sizes }: Awaited<ReturnType<typeof measure>>): void {
  for (const bits of Object.values(context.policy)) expect(bits).toEqual({ weights: 8, activations: 8 });
  expect(Math.abs(sizes.exported - 1)).toBeLessThan(0.03);
  expect(Math.abs(sizes.packed - 0.944)).toBeLessThan(0.005);
}

test('the page’s own ResNet-20, rounded like ONNX Runtime', { timeout: 300_000 }, async () => {
  const sprites = readFileSync(new URL('../../../../public/emoji10/sprites.bin', import.meta.url));
  const dataset = await openEmoji10(new Uint8Array(sprites).buffer);
  const { images, labels } = composeBatch(dataset.test, evaluationPlan(0, 50), dataset);
  const calibration = composeBatch(dataset.train, evaluationPlan(0, 64), dataset).images;
  const found = await measure(shippedNetwork('resnet20', 'emoji10'), calibration, {
    values: images,
    labels: [...labels],
  });
  expectSameSize(found);
  expect(found.flips).toBeLessThanOrEqual(1);
  expect(found.right.page).toBeGreaterThan(40);
});

test.skipIf(!HAS_THIRD_PARTY)('the published ResNet-20', { timeout: 600_000 }, async () => {
  const { network } = await inspectFiles([thirdPartyModel('resnet20-pytorch.th')]);
  const images = testImages(0, 500, imagenetNormalized);
  const calibration = testImages(9000, 64, imagenetNormalized).values;
  const found = await measure(network as Network, calibration, images);
  expectSameSize(found);
  // 457 of 500 by both on 29 November 2026; 2 images lie between two classes.
  expect(Math.abs(found.right.page - found.right.runtime)).toBeLessThanOrEqual(2);
  expect(found.flips).toBeLessThanOrEqual(5);
});
