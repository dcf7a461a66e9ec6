import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, headless } from './headless.testing';

it('train says after training what evaluate says of the weights that it wrote', async () => {
  const at = folder();
  const [weights, trained, evaluated] = ['w.safetensors', 'train.json', 'evaluate.json'].map((name) => join(at, name));
  const rounding =
    '--network tiny --dataset emoji10 --backend wasm --policy uniform:3 --quantizer affine --range hessian --rounding gptq --correct batch-norm --calibration-images 32';
  const run = await headless(
    `train --qat ${rounding} --epochs 1 --images 128 --damping 0.1 --quiet --out ${weights} --json ${trained}`,
  );
  expect(run.stderr).toBe('');
  expect(run.stdout).toMatch(/epoch 1 of 1, .*% of the weights oscillate/);
  expect((await headless(`evaluate ${rounding} --weights ${weights} --json ${evaluated}`)).code).toBe(0);
  const [ours, theirs] = [trained, evaluated].map((file) => JSON.parse(readFileSync(file, 'utf8')));
  expect(ours.after.value).toBe(theirs.accuracy);
  // Near the start, and under the float network's answers: what was chosen is not lost.
  expect(ours.settings).toMatchObject({ learnFrom: 'float', learningRate: 0.001 });
  expect(ours.after.value).toBeGreaterThan(ours.before.lower);
});
