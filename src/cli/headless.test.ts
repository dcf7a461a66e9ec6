// The runner from a user's view: its output, and one line with an exit code for usage errors.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inspectFiles } from '../formats/import/readers';
import { folder, headless } from './headless.testing';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TINY = '--network tiny --dataset emoji10 --backend wasm';

describe('headless', () => {
  it('evaluates the shipped weights and writes every figure', async () => {
    const out = join(folder(), 'out.json');
    const { code, stdout } = await headless(`evaluate ${TINY} --policy uniform:8 --images 128 --json`, out);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tiny uniform:8: \d\d\.\d\d % \(.*\), n = 128, /m);
    const result = JSON.parse(await readFile(out, 'utf8'));
    expect(result).toMatchObject({ n: 128, backend: 'wasm', quantizer: 'symmetric', granularity: 'channel' });
    expect(result.accuracy).toBeGreaterThan(0.8);
    expect(result.lower).toBeLessThan(result.accuracy);
    expect(result.upper).toBeGreaterThan(result.accuracy);
    expect(result.policy.conv1).toEqual({ weights: 8, activations: 32 });
    for (const figure of ['weightBytes', 'fileBytes', 'bitOps', 'imagesPerSecond'])
      expect(result[figure]).toBeGreaterThan(0);
    // Kernels at 8 bits: one byte per weight, by the papers' convention.
    expect(result.weightBytes).toBe(432 + 4608 + 9216 + 18432 + 640);
  });

  it('rounds activations as in the weight quantizer’s paper, or as set by a flag', async () => {
    const out = join(folder(), 'out.json');
    const evaluate = `evaluate ${TINY} --images 128`;
    const dsconv = await headless(`${evaluate} --quantizer dsconv --policy uniform:8,uniform:8/32 --json`, out);
    const [rounded, float] = dsconv.stdout.split('\n').filter((line) => line.startsWith('tiny'));
    expect(rounded).toMatch(/^tiny uniform:8, Block floating point activations: \d\d\.\d\d %/);
    expect(float).toMatch(/^tiny uniform:8\/32: \d\d\.\d\d %/);
    const [result] = JSON.parse(await readFile(out, 'utf8'));
    expect(result).toMatchObject({ quantizer: 'dsconv', granularity: 'block:32', activations: 'bfp' });
    expect(result.accuracy).toBeGreaterThan(0.8);
    const lsq = await headless(`${evaluate} --policy uniform:8 --activation-quantizer lsq`);
    expect(lsq.stdout).toMatch(/^tiny uniform:8, LSQ activations: [89]\d\.\d\d %/m);
  });

  it('exports a policy with its measurements', async () => {
    const out = join(folder(), 'tiny.onnx');
    const { code, stdout } = await headless(
      `export ${TINY} --policy uniform:3 --images 64 --format onnx --int2 --out`,
      out,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^uniform:3 as ONNX: /m);
    const [, stated] =
      /accuracy.*?(\d+\.\d\d %) .*n = 64, test images/s.exec((await readFile(out)).toString('latin1')) ?? [];
    expect(Number.parseFloat(stated)).toBeGreaterThan(50);
    // The file states its rounding, which `--model` then applies.
    const own = await headless('evaluate --dataset emoji10 --images 64 --backend wasm --model', out);
    expect(own.stdout).toContain(`own-tiny file: ${stated}`);
  });

  it('exports ONNX with scales beside the layers or inside the quantize nodes', async () => {
    const place = folder();
    const text = `export ${TINY} --policy uniform:4/4 --images 64 --format qonnx`;
    const operations = async (name: string, ...options: string[]) => {
      const out = join(place, name);
      const { code } = await headless(text, ...options, '--out', out);
      expect(code).toBe(0);
      return (await inspectFiles([{ name, bytes: new Uint8Array(await readFile(out)) }])).operations;
    };
    const beside = await operations('beside.onnx');
    expect(['Mul', 'Round'].filter((op) => beside.has(op))).toEqual(['Mul', 'Round']);
    const inside = await operations('inside.onnx', '--scales-inside');
    expect(['Mul', 'Round'].filter((op) => inside.has(op))).toEqual([]);
  }, 120_000);

  it('shows the contents of a file, and uses its network like one of the zoo', async () => {
    const file = 'public/weights/tiny-emoji10.safetensors';
    const { stdout: card } = await headless(`inspect ${file}`);
    expect(card).toMatch(/, 33,914 weights\ninput \[32, 32, 3\], \d+ nodes, 5 layers with bit widths\n/);
    const { normalization } = JSON.parse(await readFile(join(ROOT, 'public/weights/tiny-emoji10.json'), 'utf8'));
    const how = '--dataset emoji10 --policy uniform:4 --images 128 --backend wasm';
    const own = await headless(
      `evaluate --model ${file} --normalize ${normalization.mean}/${normalization.std} ${how}`,
    );
    const zoo = await headless(`evaluate --network tiny ${how}`);
    const figures = ({ stdout }: { stdout: string }) => / uniform:4: .* KB/.exec(stdout)?.[0];
    expect(own.stdout).toMatch(/^own-tiny-emoji10 /);
    expect(figures(own)).toBe(figures(zoo));
  }, 120_000);

  it.each([
    ['export --network tiny --dataset emoji10', /^--format is missing; choose one of: onnx, qonnx/],
    [
      'export --network tiny --dataset emoji10 --format packed --out x --scales-inside',
      /^--scales-inside is for --format onnx and qonnx/,
    ],
    ['evaluate --network resnet9 --dataset emoji10', /^--network "resnet9" does not exist; choose one of: tiny/],
    ['evaluate --network tiny --dataset cifar10', /^CIFAR-10 needs --data DIR/],
    ['evaluate --network tiny --dataset emoji10 --policy uniform:9', /^"uniform:9": weights take 1-8/],
    [
      'train --network tiny --dataset emoji10 --backend cpu --progressive',
      /^--progressive comes down to a config; add --qat/,
    ],
    [
      'evaluate --network tiny --dataset emoji10 --activation-quantizer bwn',
      /^--activation-quantizer "bwn" does not exist; choose one of: uniform, bfp, pact, lsq/,
    ],
    ['measure', /^There is no command "measure"/],
    ['evaluate --speed 3', /^There is no flag --speed\. Try --help\.$/],
    ['evaluate --network', /^--network needs a value/],
    [
      'evaluate --images -1',
      /^--images needs a value; one that starts with a dash is written --images=-1\. Try --help\.$/,
    ],
    ['evaluate --https=1', /^--https takes no value/],
    ['evaluate tiny', /^evaluate does not take "tiny": flags start with two dashes/],
    ['', /^The command is missing; choose one of: evaluate/],
    ['inspect', /^inspect needs a file/],
    ['inspect a.onnx b.onnx', /^inspect does not take "b\.onnx"/],
    ['inspect package.json', /\(package\.json\)/],
    ['evaluate --model nothing.onnx --dataset emoji10', /^"nothing\.onnx" cannot be read/],
    [
      'evaluate --model public/weights/tiny-emoji10.safetensors --dataset emoji10 --normalize 1,2',
      /^--normalize "1,2" is neither none, 0-255, -1-1, unit/,
    ],
    ['evaluate --model a.onnx --network tiny --dataset emoji10', /^--model names a network with its weights/],
  ])('%s: one line and an exit code', async (text, words) => {
    const { code, stderr } = await headless(text);
    const lines = stderr.split('\n').filter((line) => line !== '');
    expect(code).toBeGreaterThan(0);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(words);
  });

  it.each(['--version', 'evaluate --version'])('%s: the version', async (text) => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(await headless(text)).toEqual({ code: 0, stdout: `fewbits ${version}\n`, stderr: '' });
  });

  it('runs as a process', async () => {
    const words = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'src/cli/main.ts', 'measure'];
    await expect(promisify(execFile)(process.execPath, words, { cwd: ROOT })).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^There is no command "measure"/),
    });
  }, 60_000);
});
