// `predict` compared with ONNX Runtime and our own forward pass, and its errors for wrong inputs.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { normalizedBytes } from '../data/batch';
import { normalizations } from '../data/normalizations';
import { writeCheckpoint } from '../formats/checkpoint';
import { contextOf, noiseImages, ourLogits, rangesOn, shippedNetwork, toNchw } from '../formats/export/witness.testing';
import { writeExport } from '../formats/export/write';
import { runtimeOutput } from '../formats/import/onnx/onnxFile.testing';
import { openZip } from '../formats/zip';
import { FLOAT, uniformPolicy } from '../graph/policy';
import { useBackend } from '../nn/backends.testing';
import { folder, headless } from './headless.testing';
import type { runPredict } from './predict';

const directory = folder();
const write = (name: string, content: Uint8Array | string) => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};
const SYMMETRIC = { quantizer: 'symmetric', granularity: 'channel' } as const;

/** The output of the command, and its exit code. */
const run = (options: Readonly<Record<string, string>>, ...pictures: string[]) =>
  headless(
    'predict',
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ...(pictures.length > 0 ? ['--images', ...pictures] : []),
  );

/** The JSON written by the command. */
async function predict(options: Readonly<Record<string, string>>, ...pictures: string[]) {
  const out = join(directory, 'out.json');
  const ran = await run({ backend: 'wasm', json: out, ...options }, ...pictures);
  expect(ran.code, ran.stderr).toBe(0);
  const { logits, policyName, predictions } = JSON.parse(readFileSync(out, 'utf8'));
  return { ...ran, logits, policyName, predictions } as typeof ran & Awaited<ReturnType<typeof runPredict>>;
}

/** The one line of an error. */
async function refusal(options: Readonly<Record<string, string>>, ...pictures: string[]) {
  const { code, stderr } = await run({ backend: 'wasm', ...options }, ...pictures);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  return stderr.trim();
}

/** Two images from a formula that any program can evaluate. */
const values = Array.from({ length: 2 * 3072 }, (_, i) => ((37 * i + 11 + ((i * i) % 101)) % 256) / 255 - 0.3);
const images = write('images.json', JSON.stringify({ shape: [2, 32, 32, 3], values }));
const archive = openZip(
  new Uint8Array(readFileSync(new URL('../formats/import/fixtures/field.zip', import.meta.url))),
  'field.zip',
);
const kept = (name: string) => archive.get(name)?.read() as Uint8Array;
const ANSWERS = JSON.parse(new TextDecoder().decode(kept('expected.json')));

/** Largest difference, relative to the largest magnitude of the second. */
const differ = (a: readonly number[], b: ArrayLike<number>): number =>
  a.length === b.length
    ? Math.max(...a.map((v, i) => Math.abs(v - b[i]))) / Math.max(...Array.from(b, Math.abs))
    : Number.POSITIVE_INFINITY;

describe('logits', { timeout: 120_000 }, () => {
  it.each([
    ['01-qcdq-int-weights-clip', 'file'],
    ['07-int32-bias-axis0', 'file'],
    ['41f-conv-relu-folded', 'file'],
    ['09d-int2', undefined],
    ['16c-bf16-raw', 'float'],
    ['28-relu6-min-max', 'float'],
  ] as const)('%s, policy %s: as ONNX Runtime', async (name, policy) => {
    const answer = ANSWERS[`onnx/${name}.onnx`];
    const model = write(`${name}.onnx`, kept(`onnx/${name}.onnx`));
    const { logits, policyName } = await predict({
      model,
      'images-json': images,
      ...(policy !== undefined && { policy }),
    });
    expect(policyName).toBe(policy ?? 'file');
    expect(logits).toHaveLength(2);
    expect(differ(logits.flat(), answer)).toBeLessThan(1e-4);
  });

  it('are printed without --json', async () => {
    const { stdout } = await run({ model: write('int2.onnx', kept('onnx/09d-int2.onnx')), 'images-json': images });
    expect(differ(JSON.parse(stdout).logits.flat(), ANSWERS['onnx/09d-int2.onnx'])).toBeLessThan(1e-4);
  });

  it('of our own exports match the stated accuracy and ONNX Runtime', async () => {
    await useBackend('wasm');
    const network = shippedNetwork('tiny', 'emoji10');
    const noise = noiseImages(3, 32, 7);
    const context = contextOf(network, uniformPolicy(network, 4, 8), SYMMETRIC, rangesOn(network, noise, 32));
    const own = [...ourLogits(context, noise, 32)];
    const float = { ...context, policy: uniformPolicy(network, FLOAT, FLOAT), ranges: new Map() };
    const file = write('noise.json', JSON.stringify({ shape: [3, 32, 32, 3], values: [...noise] }));
    for (const [format, options] of [
      ['onnx', {}],
      ['qonnx', { runnable: true }],
      ['project', {}],
      ['packed', {}],
    ] as const) {
      const [{ name, content }] = writeExport(format, context, options);
      const model = write(name, content);
      const { logits, policyName } = await predict({ model, 'images-json': file });
      expect([format, policyName]).toEqual([format, 'file']);
      expect(differ(logits.flat(), own)).toBeLessThan(format === 'packed' ? 1e-2 : 1e-7);
      if (format.endsWith('onnx'))
        expect(logits.flat()).toEqual([
          ...(await runtimeOutput(content as Uint8Array, toNchw(noise, 32), [3, 3, 32, 32])),
        ]);
    }
    const weights = write('tiny.safetensors', writeCheckpoint(network));
    const plain = await predict({ model: weights, 'images-json': file });
    expect([plain.policyName, differ(plain.logits.flat(), ourLogits(float, noise, 32))]).toEqual(['float', 0]);
    const tfjs = folder();
    for (const { name, content } of writeExport('tfjs', float)) writeFileSync(join(tfjs, name), content);
    const { logits } = await predict({ model: tfjs, 'images-json': file, policy: 'float' });
    expect(differ(logits.flat(), ourLogits(float, noise, 32))).toBeLessThan(1e-6);
    // Widths by name or per layer; activation ranges are measured on the given images, and the output says so.
    const listed = await predict({ model: weights, 'images-json': file, policy: '4,4/8,4/8,4/8,4/8' });
    expect(differ(listed.logits.flat(), own)).toBeLessThan(1e-7);
    expect(listed.stderr).toMatch(/^Ranges of activations are those of these images/);
    const same = await predict({ model: weights, 'images-json': file, policy: 'uniform:4/8' });
    expect(same.logits).toEqual(listed.logits);
  });

  it('of pictures: scaled, normalized by the file or by flag, with class and probability', async () => {
    const network = shippedNetwork('tiny', 'emoji10');
    const policy = uniformPolicy(network, FLOAT, FLOAT);
    const classes = Array.from({ length: 10 }, (_, i) => `thing ${i}`);
    const context = { ...contextOf(network, policy, SYMMETRIC, new Map()), classes };
    const [{ name, content }] = writeExport('project', context);
    const model = write(name, content);
    const fixtures = new URL('../node/fixtures/', import.meta.url).pathname;
    const both = await predict({ model }, fixtures);
    expect(both.predictions?.map(({ image }) => basename(image))).toEqual(['drawing.jpg', 'drawing.png']);
    const [png, jpg] = [join(fixtures, 'drawing.png'), join(fixtures, 'drawing.jpg')];
    const { logits, predictions, stdout } = await predict({ model }, png, jpg);
    expect([...logits].reverse()).toEqual(both.logits);
    for (const [i, row] of logits.entries()) {
      const top = row.indexOf(Math.max(...row));
      const odds = row.map((v) => Math.exp(v));
      expect(predictions?.[i]).toMatchObject({ class: top, name: `thing ${top}` });
      expect(predictions?.[i].probability).toBeCloseTo(odds[top] / odds.reduce((a, b) => a + b), 6);
    }
    expect(stdout).toMatch(/drawing\.jpg: thing \d, \d+\.\d %$/m);
    // The same as numbers: the picture's center pixel lies on the gradient, by the table of bytes.
    const other = await predict({ model, normalize: '0-255' }, png);
    expect(other.logits[0]).not.toEqual(logits[0]);
    expect(normalizedBytes(normalizations.bytes.normalization)[200]).toBeCloseTo(200, 3);
  });
});

describe('one-sentence errors', { timeout: 60_000 }, () => {
  const model = write('one.onnx', kept('onnx/09d-int2.onnx'));
  let files = 0;
  const json = (content: string) => ({ model, 'images-json': write(`wrong${files++}.json`, content) });
  const shaped = (shape: unknown, list: unknown) => json(JSON.stringify({ shape, values: list }));

  it.each([
    ['nothing to predict with', { 'images-json': images }, /^--model is missing/],
    ['no images', { model }, /^predict needs --images-json FILE/],
    ['a missing file', { model, 'images-json': 'nothing.json' }, /^"nothing\.json" cannot be read \(ENOENT\): .*Write/],
    ['a folder', { model, 'images-json': directory }, /is a folder/],
    ['a device', { model, 'images-json': '/dev/zero' }, /^"\/dev\/zero" is not a regular file/],
    ['an empty file', json(''), /wrong\d\.json" is empty: .*Write \{"shape"/],
    ['no JSON', json('[1, 2,'), /wrong\d\.json" is not valid JSON \(line 1, column 7: /],
    ['NaN', json('{"shape": [1, 32, 32, 3], "values": [NaN]}'), /is not valid JSON \(line 1, column 38: /],
    ['null', json('null'), /holds no images: "shape" is not a list/],
    ['no values', json('{"shape": [1, 32, 32, 3]}'), /holds no images: "values" is not a list/],
    ['no image', shaped([0, 32, 32, 3], []), /"shape" is \[0,32,32,3\]; it should be four whole numbers of at least 1/],
    ['one image without n', shaped([32, 32, 3], []), /it should be four whole numbers/],
    [
      'gray ones',
      shaped([1, 32, 32, 1], values.slice(0, 1024)),
      /the images are \[32,32,1\], and the network reads \[32,32,3\]/,
    ],
    ['channels first', shaped([1, 3, 32, 32], values.slice(0, 3072)), /The channels come first here; put them last/],
    [
      'too few',
      shaped([2, 32, 32, 3], values.slice(1)),
      /"values" has 6143 numbers, and "shape" \[2,32,32,3\] asks for 6144/,
    ],
    ['nested lists', shaped([2, 32, 32, 3], [values]), /Write them as one flat list\./],
    [
      'null inside',
      shaped([2, 32, 32, 3], values.with(3075, null as unknown as number)),
      /holds null at index 3075 \(image 1, number 3 of it\)/,
    ],
    ['text inside', shaped([2, 32, 32, 3], values.with(0, '0.5' as unknown as number)), /holds "0\.5" at index 0/],
    ['too large a number', shaped([2, 32, 32, 3], values.with(5, 1e39)), /holds 1e\+39 at index 5/],
    [
      'too few widths',
      { model, 'images-json': images, policy: '8,4,4,4,4,4,4' },
      /^--policy 8,4,4,4,4,4,4 has 7 widths, and the network \d layers: /,
    ],
    ['an unknown width', { model, 'images-json': images, policy: 'uniform:9' }, /^"uniform:9": weights take 1-8/],
    ['a missing model', { model: 'nothing.onnx', 'images-json': images }, /^"nothing\.onnx" cannot be read/],
  ] as const)('%s', async (_, options, words) => {
    expect(await refusal(options)).toMatch(words);
  });

  it('a float file under its own policy, and pictures without stated preprocessing', async () => {
    const bare = write('bare.safetensors', writeCheckpoint(shippedNetwork('tiny', 'emoji10')));
    expect(await refusal({ model: bare, 'images-json': images, policy: 'file' })).toMatch(
      /^--policy file: this file does not say how it is rounded/,
    );
    const png = new URL('../node/fixtures/drawing.png', import.meta.url).pathname;
    expect(await refusal({ model: bare }, png)).toMatch(
      /^The file does not say how it wants its pictures; say --normalize/,
    );
    const webp = new URL('../node/fixtures/drawing.webp', import.meta.url).pathname;
    expect(await refusal({ model: bare, normalize: 'none' }, webp)).toMatch(
      /drawing\.webp" cannot be read \(WebP: here PNG and JPEG are read, other formats by the page only\)\.$/,
    );
    expect(await refusal({ model: bare }, 'nothing.png')).toMatch(/^"nothing\.png" is not a file or folder/);
    expect(await refusal({ model: bare }, folder())).toMatch(/holds no PNG or JPEG/);
  });
});
