// MLPerf Tiny's reference networks (mlcommons/tiny), as published: ResNet-8 in float32 and int8, keyword spotting in int8.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { env } from 'node:process';
import { describe, expect, test } from 'vitest';
import { runLiteRt } from '../../litert.testing';
import { inspectFiles } from '../readers';
import { decisions, difference, HAS_THIRD_PARTY, logitsOf, testImages } from '../thirdParty.testing';

const folder = resolve(env.FEWBITS_SHARED ?? resolve('../shared'), 'models/tflite');
const here = HAS_THIRD_PARTY && existsSync(folder);
const model = (name: string) => ({ name, bytes: new Uint8Array(readFileSync(resolve(folder, name))) });

describe.skipIf(!here)('MLPerf Tiny (needs ../shared and ../cifar)', () => {
  test('ResNet-8 in float32 gives the classes and probabilities of LiteRT', async () => {
    const file = model('pretrainedResnet.tflite');
    const { network, unsupported } = await inspectFiles([file]);
    expect(unsupported).toEqual([]);
    if (network === undefined) throw new Error('no network');
    const { values } = testImages(0, 64, (byte) => byte);
    const ours = await logitsOf(network, values);
    const each = Array.from({ length: 64 }, (_, n) => values.slice(3072 * n, 3072 * (n + 1)));
    const theirs = (await runLiteRt(file.bytes, each)).flatMap((bytes) => [...new Float32Array(bytes.buffer)]);
    expect(decisions(ours)).toEqual(decisions(theirs));
    const sums = Array.from({ length: 64 }, (_, n) =>
      ours.slice(10 * n, 10 * n + 10).reduce((sum, v) => sum + Math.exp(v), 0),
    );
    const probabilities = ours.map((v, i) => Math.exp(v) / sums[Math.floor(i / 10)]);
    expect(difference(probabilities, theirs)).toBeLessThan(1e-4);
  });

  test('files of int8 bring 8 bits and their ranges', async () => {
    const resnet = await inspectFiles([model('pretrainedResnet_quant.tflite')]);
    expect(resnet.parameters).toBe(77_706);
    expect(Object.values(resnet.setting?.policy ?? {})).toEqual(new Array(10).fill({ weights: 8, activations: 8 }));
    const keywords = await inspectFiles([model('kws_ref_model.tflite')]);
    expect(keywords.unsupported).toEqual([]);
    const [image] = keywords.network?.nodes ?? [];
    expect(image).toMatchObject({ op: 'input', shape: [49, 10, 1] });
    expect(keywords.network?.nodes.filter(({ op }) => op === 'depthwiseConv2d').map(({ id }) => id)).toEqual([
      'depthwise_conv2d',
      'depthwise_conv2d_1',
      'depthwise_conv2d_2',
      'depthwise_conv2d_3',
    ]);
  });
});
