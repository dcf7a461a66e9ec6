// A third-party ResNet-20 written by PyTorch 1.13, once with its batch norms and once folded.
import { describe, expect, test } from 'vitest';
import { layersOf } from '../../../graph/network';
import {
  decisions,
  difference,
  goldenOf,
  HAS_THIRD_PARTY,
  imagenetNormalized,
  logitsOf,
  testImages,
  thirdPartyModel,
} from '../thirdParty.testing';
import { onnxReader } from './reader';

describe.skipIf(!HAS_THIRD_PARTY)('ResNet-20 from PyTorch (needs ../shared and ../cifar)', () => {
  test.each([
    ['resnet20-pytorch-bn.onnx', 271_098, 19],
    ['resnet20-pytorch-folded.onnx', 269_034, 0],
  ])("%s gives PyTorch's logits on 256 images", async (name, count, batchNorms) => {
    const { network, unsupported, producer, parameters, notes } = await onnxReader.read([thirdPartyModel(name)]);
    expect({ unsupported, notes, producer, parameters }).toEqual({
      unsupported: [],
      notes: [],
      producer: 'pytorch 1.13.0, opset 13',
      parameters: count,
    });
    if (network === undefined) throw new Error('no network');
    expect(network.nodes.filter(({ op }) => op === 'batchNorm')).toHaveLength(batchNorms);
    // PyTorch's module names, even though the folded file's weights have none.
    expect(layersOf(network).map(({ id }) => id)).toEqual([
      'conv1',
      ...[1, 2, 3].flatMap((stage) =>
        [0, 1, 2].flatMap((block) => [1, 2].map((conv) => `layer${stage}.${block}.conv${conv}`)),
      ),
      'linear',
    ]);
    const { values } = testImages(0, 256, imagenetNormalized);
    const logits = await logitsOf(network, values);
    const golden = goldenOf('resnet20').logits;
    expect(difference(logits, golden)).toBeLessThan(1e-3);
    expect(decisions(logits)).toEqual(decisions(golden));
  });
});
