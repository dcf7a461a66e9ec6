// ResNet-20 as trained by akamaster/pytorch_resnet_cifar10 and saved by torch.save before 1.6, and the checkpoints that
// scripts/zoo/train.py wrote for the zoo.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { env } from 'node:process';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../data/sha256';
import { writeCheckpoint } from '../../checkpoint';
import { inspectFiles } from '../readers';
import {
  decisions,
  difference,
  goldenOf,
  HAS_THIRD_PARTY,
  imagenetNormalized,
  logitsOf,
  MEASURE_ALL,
  testImages,
  thirdPartyModel,
} from '../thirdParty.testing';

async function network() {
  const { network: found, format, parameters, notes } = await inspectFiles([thirdPartyModel('resnet20-pytorch.th')]);
  if (found === undefined) throw new Error('no network');
  return { found, format, parameters, notes };
}

describe.skipIf(!HAS_THIRD_PARTY)('a third-party state_dict (needs ../shared and ../cifar)', () => {
  test("finds the zoo's ResNet-20 and gives PyTorch's logits on 256 images", async () => {
    const { found, format, parameters, notes } = await network();
    expect(format).toBe('PyTorch state_dict (before 1.6)');
    expect(parameters).toBe(269_722 + 2 * 688); // with the running means and variances
    expect(notes).toEqual([
      'The weights are those under "state_dict". What is beside it was left out: "best_prec1".',
      'All names began with "module.", as DataParallel leaves them; it was taken off.',
      'The names are not those of our ResNet-20; its weights were found by their order and shapes.',
      'The weights fit ResNet-20.',
    ]);
    const logits = await logitsOf(found, testImages(0, 256, imagenetNormalized).values);
    const { logits: golden } = goldenOf('resnet20');
    expect(difference(logits, golden)).toBeLessThan(1e-3);
    expect(decisions(logits)).toEqual(decisions(golden));
  });

  test.skipIf(!MEASURE_ALL)('has its published accuracy on all 10,000 test images', { timeout: 600_000 }, async () => {
    const { found } = await network();
    let right = 0;
    for (let from = 0; from < 10_000; from += 250) {
      const { values, labels } = testImages(from, 250, imagenetNormalized);
      const decided = decisions(await logitsOf(found, values));
      right += labels.filter((label, n) => label === decided[n]).length;
    }
    expect(right / 10_000).toBe(goldenOf('resnet20').testAccuracy10000);
  });
});

const trained = resolve(env.FEWBITS_SHARED ?? resolve('../shared'), 'models/zoo');

// Origin: SHA-256 of version 1 of the shipped weights, converted from the same checkpoints.
test.skipIf(!existsSync(trained)).each([
  ['resnet8', '0f4fe41abef358dff2987a757bee880a710b6ae4c67c0167dfbf7ebddfbc638e'],
  ['resnet20', '86ffbfe2b5fce49739753913726d92f22f3e67be3713110e19ce9bde33d0faee'],
  ['vgg-small', '7ddf24a20bd59da06351ca966cc50d232f5cdd5041cdf9210c01d569e722f720'],
])('a checkpoint of the recipe becomes the first weights of %s, bit by bit (needs ../shared)', async (id, sum) => {
  const bytes = new Uint8Array(readFileSync(resolve(trained, `${id}.safetensors`)));
  const { network: found, notes } = await inspectFiles([{ name: 'model.safetensors', bytes }]);
  if (found === undefined) throw new Error('no network');
  expect(notes).toEqual([`The weights fit ${found.name}.`]);
  expect(await sha256(new Uint8Array(writeCheckpoint(found)))).toBe(sum);
});
